-- What is reported is taken in by the owner's function alone. A case goes on; its log, what was
-- reported and what a check found stay as they were written, but for words that are erased.
REVOKE ALL ON cases_case, cases_report, cases_reporter, cases_guard, cases_task, cases_step,
    cases_clock, cases_clock_change, cases_check, cases_rating, cases_whistle, cases_called,
    cases_called_objection, cases_prompt, cases_arbitration, cases_draw, cases_drawn,
    cases_exclusion, cases_called_rework FROM :app_role;
GRANT SELECT ON cases_case TO :app_role;
GRANT UPDATE (state, since, version, tier, type_code, main_type, type_title, condition_code,
    filed_at, urgent, supervised, appealed, disputed, overdue, basically_done, desk_id, unit_id,
    handler_ids, clock, due_at, suspended_from, reports, returned, reworked, reopened, escalated,
    children_open, merged_into_id, closed_at, closed_by_id, reopen_until, recheck_on,
    last_fact_id, description, place) ON cases_case TO :app_role;
GRANT SELECT, UPDATE (case_id, text, place, answers, evidence, erased_at) ON cases_report
    TO :app_role;
GRANT SELECT, UPDATE (wrapped_key, ring_id), DELETE ON cases_reporter TO :app_role;
GRANT SELECT, INSERT, DELETE ON cases_guard TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, due_at, accepted_by_id, accepted_at, ended_by_id, ended_at)
    ON cases_task TO :app_role;
GRANT SELECT, INSERT, UPDATE (opinion, evidence) ON cases_step TO :app_role;
GRANT SELECT, INSERT, UPDATE (due_at, paused_at, stopped_at, used_seconds, in_time, warn_at, warned_at,
    overdue_at, escalated_at, escalate_at) ON cases_clock TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, version, decided_by_id, decided_at, answer, started_at,
    ended_at) ON cases_clock_change TO :app_role;
GRANT SELECT, INSERT ON cases_check TO :app_role;
GRANT SELECT, INSERT, UPDATE (text) ON cases_rating TO :app_role;
GRANT EXECUTE ON FUNCTION cases_take_in(jsonb) TO :app_role;
GRANT EXECUTE ON FUNCTION cases_has_task(uuid) TO :app_role;
GRANT SELECT, INSERT, UPDATE (ended_at) ON cases_whistle TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, version, respond_by, late_at, arrived_by_id, arrived_at,
    in_time, agreed, agreed_by_id, agreed_at, due_at, result, done_by_id, done_at, solved,
    satisfied, rating, rated_by_id, rated_at, rating_counts) ON cases_called TO :app_role;
GRANT SELECT, INSERT, UPDATE (upheld, answer, decided_by_id, decided_at)
    ON cases_called_objection TO :app_role;
GRANT SELECT, INSERT ON cases_called_rework TO :app_role;
GRANT SELECT, INSERT, UPDATE (late_at, received_by_id, received_at, answer, answered_by_id,
    answered_at, closed_by_id, closed_at) ON cases_prompt TO :app_role;
GRANT SELECT, INSERT, UPDATE (unit_id, reason, decided_by_id, decided_at) ON cases_arbitration
    TO :app_role;
GRANT SELECT, INSERT ON cases_draw TO :app_role;
GRANT SELECT, INSERT, UPDATE (done_by_id, done_at, reached, solved, satisfied, words)
    ON cases_drawn TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, decided_by_id, decided_at, answer, fact_id, ended_by_id,
    ended_at) ON cases_exclusion TO :app_role;
