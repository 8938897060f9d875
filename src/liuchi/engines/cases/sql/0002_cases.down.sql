DROP FUNCTION cases_move(jsonb), cases_take(text, text, text, uuid[], timestamptz),
    cases_file(jsonb), cases_write_rows(jsonb);
DROP TRIGGER cases_case_move ON cases_case;
DROP FUNCTION cases_guard_move(), cases_moves();
DROP POLICY cases_case_scope ON cases_case;
DROP POLICY cases_report_of_case ON cases_report;
DROP POLICY cases_task_of_case ON cases_task;
DROP POLICY cases_step_of_case ON cases_step;
DROP POLICY cases_clock_of_case ON cases_clock;
DROP POLICY cases_clock_change_of_case ON cases_clock_change;
DROP POLICY cases_check_of_case ON cases_check;
DROP POLICY cases_rating_of_case ON cases_rating;
DROP POLICY cases_reporter_scope ON cases_reporter;
DROP FUNCTION cases_has_task(uuid), cases_scope_units();
ALTER TABLE cases_case DROP CONSTRAINT cases_case_not_by_handler;
