-- As 0002 has it; a clock that moves takes along when it is told of and when it goes up.
CREATE OR REPLACE FUNCTION cases_write_rows(told jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_clock AS held
    SELECT * FROM jsonb_populate_recordset(NULL::cases_clock, told->'clocks')
    ON CONFLICT (id) DO UPDATE SET
        due_at = excluded.due_at, warn_at = excluded.warn_at,
        paused_at = excluded.paused_at, stopped_at = excluded.stopped_at,
        used_seconds = excluded.used_seconds, in_time = excluded.in_time, warned_at = excluded.warned_at,
        overdue_at = excluded.overdue_at, escalated_at = excluded.escalated_at,
        escalate_at = excluded.escalate_at;
    IF told ? 'tasks' THEN
        INSERT INTO cases_task AS held
        SELECT * FROM jsonb_populate_recordset(NULL::cases_task, told->'tasks')
        ON CONFLICT (id) DO UPDATE SET
            state = excluded.state, due_at = excluded.due_at,
            accepted_by_id = excluded.accepted_by_id, accepted_at = excluded.accepted_at,
            ended_by_id = excluded.ended_by_id, ended_at = excluded.ended_at;
    END IF;
    IF told ? 'changes' THEN
        INSERT INTO cases_clock_change AS held
        SELECT * FROM jsonb_populate_recordset(NULL::cases_clock_change, told->'changes')
        ON CONFLICT (id) DO UPDATE SET
            state = excluded.state, version = excluded.version,
            decided_by_id = excluded.decided_by_id, decided_at = excluded.decided_at,
            answer = excluded.answer, started_at = excluded.started_at,
            ended_at = excluded.ended_at;
    END IF;
    IF told ? 'checks' THEN
        INSERT INTO cases_check
        SELECT * FROM jsonb_populate_recordset(NULL::cases_check, told->'checks');
    END IF;
    IF told ? 'ratings' THEN
        INSERT INTO cases_rating
        SELECT * FROM jsonb_populate_recordset(NULL::cases_rating, told->'ratings');
    END IF;
    INSERT INTO cases_step
    SELECT * FROM jsonb_populate_recordset(NULL::cases_step, told->'steps');
    INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
        subject_id, cause_id, playbook_version, amount, data)
    SELECT id, kind, at, at, area_id, actor_id, 'cases.case', subject_id, cause_id,
           playbook_version, amount, data
    FROM jsonb_to_recordset(told->'facts') AS fact (id uuid, kind text, at timestamptz,
        area_id uuid, actor_id uuid, subject_id uuid, cause_id uuid, playbook_version uuid,
        amount numeric, data jsonb);
END $$;
