DROP TRIGGER points_account_keeps_id ON points_account;
DROP FUNCTION points_refuse_new_id();
