-- What an entry belongs to is seen to by statement. Two foreign keys asked for each row by itself
-- and locked what it names; a transfer and an account are never deleted and keep their ids, so
-- one look at all that was written holds for good.
CREATE OR REPLACE FUNCTION points_check_zero_sum() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT transfer_id INTO wrong FROM written GROUP BY transfer_id, unit
    HAVING sum(CASE side WHEN 'debit' THEN -amount ELSE amount END) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the entries of transfer % do not add up to zero', wrong
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT named.transfer_id INTO wrong FROM (SELECT DISTINCT transfer_id FROM written) AS named
    WHERE NOT EXISTS (SELECT FROM points_transfer AS t WHERE t.id = named.transfer_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no transfer %', wrong USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT named.account_id INTO wrong FROM (SELECT DISTINCT account_id FROM written) AS named
    WHERE NOT EXISTS (SELECT FROM points_account AS a WHERE a.id = named.account_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no account %', wrong USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION points_refuse_new_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % keeps its id: entries name it', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'insufficient_privilege';
END $$;
REVOKE ALL ON FUNCTION points_refuse_new_id() FROM PUBLIC;
CREATE TRIGGER points_account_keeps_id BEFORE UPDATE OF id ON points_account
    FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION points_refuse_new_id();
