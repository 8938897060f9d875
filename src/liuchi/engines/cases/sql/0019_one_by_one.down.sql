ALTER FUNCTION cases_take_in(jsonb) RESET enable_hashjoin;
ALTER FUNCTION cases_take_in(jsonb) RESET enable_mergejoin;
ALTER FUNCTION cases_write_rows(jsonb) RESET enable_hashjoin;
ALTER FUNCTION cases_write_rows(jsonb) RESET enable_mergejoin;
ALTER FUNCTION cases_move(jsonb) RESET enable_hashjoin;
ALTER FUNCTION cases_move(jsonb) RESET enable_mergejoin;
