-- Who took over from whom: asked whenever a claim is reviewed or sent again.
INSERT INTO journal_kept (name, token) VALUES ('hand_overs', gen_random_uuid());
CREATE TRIGGER directory_hand_over_kept
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_hand_over
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('hand_overs');
