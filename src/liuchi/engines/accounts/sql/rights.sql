-- The matrix and the roles are read by the application and changed by migrations alone.
GRANT SELECT ON accounts_role, accounts_grant TO :app_role;
GRANT SELECT, INSERT, UPDATE ON accounts_user, accounts_demo_sign_in TO :app_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_sign_in_attempt TO :app_role;
-- Slips and resets are a record: nothing of them is removed.
GRANT SELECT, INSERT, UPDATE ON accounts_slip, accounts_device, accounts_policy TO :app_role;
GRANT SELECT, INSERT ON accounts_access_reset TO :app_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_second_factor, accounts_recovery_code,
    accounts_phone_code TO :app_role;
-- A key is known by what was written when it was opened; it ends and is not removed.
GRANT SELECT, INSERT, UPDATE (last_used_on, ended_at, ended_by) ON accounts_client TO :app_role;
GRANT DELETE ON accounts_device TO :app_role;
