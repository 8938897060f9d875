DROP FUNCTION cases_opened(uuid);
ALTER FUNCTION cases_take(text, text, text, uuid[], timestamptz) RESET enable_seqscan;
ALTER FUNCTION cases_write_rows(jsonb) RESET enable_seqscan;
ALTER FUNCTION cases_move(jsonb) RESET enable_seqscan;
ALTER FUNCTION cases_take_in(jsonb) RESET enable_seqscan;
