-- The matrix and the roles are read by the application and changed by migrations alone.
GRANT SELECT ON accounts_role, accounts_grant TO :app_role;
GRANT SELECT, INSERT, UPDATE ON accounts_user, accounts_demo_sign_in TO :app_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_sign_in_attempt TO :app_role;
