-- What goes by keys is looked up one by one. A plan that is kept, made while a table was small,
-- would else join all of it to the few rows wanted, until its statistics are renewed.
ALTER FUNCTION cases_take_in(jsonb) SET enable_hashjoin = off;
ALTER FUNCTION cases_take_in(jsonb) SET enable_mergejoin = off;
ALTER FUNCTION cases_write_rows(jsonb) SET enable_hashjoin = off;
ALTER FUNCTION cases_write_rows(jsonb) SET enable_mergejoin = off;
ALTER FUNCTION cases_move(jsonb) SET enable_hashjoin = off;
ALTER FUNCTION cases_move(jsonb) SET enable_mergejoin = off;
