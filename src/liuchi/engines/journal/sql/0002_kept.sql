-- What processes keep in memory, and whether it still holds. -----------------------------
-- A table of rights or rules read on every page is kept by each process together with a
-- token. Whoever changes the table changes the token in the same transaction, by whatever
-- road: an action, a migration, a restore, somebody at psql. A token is never used twice,
-- so a change that is rolled back, or another database, is never taken for this one.

CREATE TABLE journal_kept (
    name text PRIMARY KEY,
    token uuid NOT NULL
);

CREATE FUNCTION journal_kept_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO journal_kept (name, token) VALUES (TG_ARGV[0], gen_random_uuid())
    ON CONFLICT (name) DO UPDATE SET token = excluded.token;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION journal_kept_changed() FROM PUBLIC;

CREATE FUNCTION journal_kept_tokens() RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_object_agg(name, token), '{}') FROM journal_kept
$$;

INSERT INTO journal_kept (name, token) VALUES ('playbooks', gen_random_uuid());
CREATE TRIGGER journal_playbook_version_kept
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON journal_playbook_version
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('playbooks');
