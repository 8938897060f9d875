-- A hand-over may be taken back until its day; what was done stays.
CREATE FUNCTION directory_hand_over_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a hand-over that is done is kept' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER directory_hand_over_stays BEFORE DELETE ON directory_hand_over
    FOR EACH ROW WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION directory_hand_over_done();
