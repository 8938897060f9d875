-- Roles, what they may do, and whether this is a demo: asked on every page.
INSERT INTO journal_kept (name, token) VALUES ('roles', gen_random_uuid()),
    ('demo', gen_random_uuid());
CREATE TRIGGER accounts_role_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accounts_role
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('roles');
CREATE TRIGGER accounts_grant_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accounts_grant
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('roles');
CREATE TRIGGER accounts_demo_sign_in_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accounts_demo_sign_in
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('demo');
