-- What is rolled up may be thrown away and counted again.
GRANT SELECT, INSERT, UPDATE, DELETE ON indicators_series, indicators_tree, indicators_node,
    indicators_cell, indicators_ref, indicators_spread TO :app_role;
-- A screen is opened and taken back; it is never deleted, nor shown another place.
GRANT SELECT, INSERT ON indicators_screen TO :app_role;
GRANT UPDATE (closed_at, closed_by) ON indicators_screen TO :app_role;
GRANT EXECUTE ON FUNCTION indicators_new_facts(bigint, bigint, integer) TO :app_role;
