-- A bulletin moves on until it is issued; its figures are written down anew with its text.
GRANT SELECT, INSERT ON bulletins_series TO :app_role;
GRANT UPDATE ON bulletins_series TO :app_role; -- locked while a number is given
GRANT SELECT, INSERT, UPDATE ON bulletins_bulletin TO :app_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON bulletins_figure TO :app_role;
GRANT EXECUTE ON FUNCTION bulletins_proof(uuid) TO :app_role;
