-- What facts name is looked at once for a statement. Three foreign keys asked for each fact by
-- itself, at the commit, and locked what it names; but facts and versions are never deleted and
-- never get another id (the triggers that refuse any change), so one look holds for good.
CREATE FUNCTION journal_named_are_there() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT named.id INTO wrong FROM (SELECT DISTINCT playbook_version AS id FROM added) AS named
    WHERE named.id IS NOT NULL AND NOT EXISTS (
        SELECT FROM journal_playbook_version AS held WHERE held.id = named.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no playbook version %', wrong
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT named.id INTO wrong FROM (
        SELECT cause_id AS id FROM added WHERE cause_id IS NOT NULL
        UNION SELECT corrects_id FROM added WHERE corrects_id IS NOT NULL) AS named
    WHERE NOT EXISTS (SELECT FROM journal_fact AS held WHERE held.id = named.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no fact %', wrong USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION journal_named_are_there() FROM PUBLIC;

ALTER TABLE journal_fact DROP CONSTRAINT journal_fact_cause_id_fkey;
ALTER TABLE journal_fact DROP CONSTRAINT journal_fact_corrects_id_fkey;
ALTER TABLE journal_fact DROP CONSTRAINT journal_fact_playbook_version_fkey;
CREATE TRIGGER journal_fact_named AFTER INSERT ON journal_fact
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION journal_named_are_there();
