-- What is rolled up may be thrown away and counted again.
GRANT SELECT, INSERT, UPDATE, DELETE ON indicators_series, indicators_tree, indicators_node,
    indicators_cell, indicators_ref TO :app_role;
GRANT EXECUTE ON FUNCTION indicators_new_facts(bigint, bigint, integer) TO :app_role;
