-- Cases: who sees which rows, what no action may do, and the functions that write.

-- Whoever has dealt with a case never closes it.
ALTER TABLE cases_case ADD CONSTRAINT cases_case_not_by_handler CHECK (
    closed_by_id IS NULL OR NOT (closed_by_id = ANY (handler_ids)));
-- Room on the page for the moves to come: what changes is mostly in no index.
ALTER TABLE cases_case SET (fillfactor = 80);
ALTER TABLE cases_clock SET (fillfactor = 80);

-- The organisations the actor holds a post at, set by cases.scope for the transaction. A unit
-- sees what it has or had a part in, wherever that lies, and nothing else.
CREATE FUNCTION cases_scope_units() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('liuchi.scope_units', true), ''), '{}')::uuid[]
$$;
-- Owner's rights, so that the policy of tasks, which asks for the case, is not asked in turn.
CREATE FUNCTION cases_has_task(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM cases_task
                   WHERE case_id = wanted AND unit_id = ANY (cases_scope_units()))
$$;
REVOKE ALL ON FUNCTION cases_has_task(uuid) FROM PUBLIC;

ALTER TABLE cases_case ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_case_scope ON cases_case USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND (SELECT journal_scope_person()) IS NULL
    OR (SELECT cardinality(cases_scope_units())) > 0
       AND (unit_id = ANY ((SELECT cases_scope_units())::uuid[]) OR cases_has_task(id)));
DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY[
        'cases_report', 'cases_task', 'cases_step', 'cases_clock', 'cases_clock_change',
        'cases_check', 'cases_rating'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING (EXISTS ('
            'SELECT FROM cases_case AS held WHERE held.id = %I.case_id))',
            holder || '_of_case', holder, holder);
    END LOOP;
END $$;
-- Who reported is for staff of the area; a unit that has the work never sees it.
ALTER TABLE cases_reporter ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_reporter_scope ON cases_reporter USING (
    (SELECT journal_scope_person()) IS NULL AND EXISTS (
        SELECT FROM cases_report AS told JOIN cases_case AS held ON held.id = told.case_id
        WHERE told.id = cases_reporter.report_id
          AND held.scope_code COLLATE "C" >= (SELECT journal_scope_low())
          AND held.scope_code COLLATE "C" < (SELECT journal_scope_high())));

-- Every change of state there is, as rules/lifecycle.py has it; a test compares the two.
CREATE FUNCTION cases_moves() RETURNS TABLE (state_before text, state_after text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    VALUES ('checking', 'closed'), ('checking', 'handling'),
           ('checking', 'withdrawn'), ('closed', 'filed'),
           ('dispatched', 'checking'), ('dispatched', 'feedback'),
           ('dispatched', 'filed'), ('dispatched', 'handling'),
           ('dispatched', 'suspended'), ('dispatched', 'withdrawn'),
           ('feedback', 'checking'), ('feedback', 'closed'),
           ('feedback', 'handling'), ('feedback', 'withdrawn'),
           ('filed', 'dispatched'), ('filed', 'handling'),
           ('filed', 'suspended'), ('filed', 'withdrawn'),
           ('handling', 'checking'), ('handling', 'feedback'),
           ('handling', 'filed'), ('handling', 'suspended'),
           ('handling', 'withdrawn'), ('rejected', 'reported'),
           ('reported', 'filed'), ('reported', 'rejected'),
           ('reported', 'verifying'), ('reported', 'withdrawn'),
           ('suspended', 'dispatched'), ('suspended', 'filed'),
           ('suspended', 'handling'), ('suspended', 'withdrawn'),
           ('verifying', 'filed'), ('verifying', 'rejected'),
           ('verifying', 'withdrawn')
$$;

CREATE FUNCTION cases_guard_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> OLD.version + 1 OR NOT OLD.handler_ids <@ NEW.handler_ids
       OR NEW.reopened < OLD.reopened THEN
        RAISE EXCEPTION 'a case goes on by one version and forgets nobody who handled it'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (
        NOT EXISTS (SELECT FROM cases_moves() AS known
                    WHERE known.state_before = OLD.state AND known.state_after = NEW.state)
        OR OLD.state = 'suspended' AND NEW.state NOT IN (OLD.suspended_from, 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'a case does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- Words that are erased and an area's new code are no step of the case.
CREATE TRIGGER cases_case_move BEFORE UPDATE OF version, state, handler_ids ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_guard_move();

-- What every step writes beside the case: clocks that begin, end or move, tasks, the log, facts.
CREATE FUNCTION cases_write_rows(told jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_clock AS held
    SELECT * FROM jsonb_populate_recordset(NULL::cases_clock, told->'clocks')
    ON CONFLICT (id) DO UPDATE SET
        due_at = excluded.due_at, paused_at = excluded.paused_at,
        stopped_at = excluded.stopped_at, used_seconds = excluded.used_seconds,
        in_time = excluded.in_time, warned_at = excluded.warned_at,
        overdue_at = excluded.overdue_at, escalated_at = excluded.escalated_at;
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

-- Takes in a report and makes its case, or joins an open one (`joins`): the command's key, the
-- case, the report, who it was, the clocks, the steps and the facts, in one statement. Answers
-- the report of this key's first use, its case and the digest that came with it.
CREATE FUNCTION cases_file(told jsonb) RETURNS TABLE (made uuid, of_case uuid, digest text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    begun cases_case;
BEGIN
    INSERT INTO journal_command (scope, key, body_hash, result_ref, recorded_at)
    VALUES (told->>'scope', told->>'key', told->>'digest',
            coalesce(told->'report'->>'id', told->'case'->>'id')::uuid,
            (told->>'at')::timestamptz)
    ON CONFLICT (scope, key) DO NOTHING;
    IF NOT FOUND THEN
        RETURN QUERY SELECT command.result_ref, coalesce(known.case_id, command.result_ref),
                            command.body_hash
                     FROM journal_command AS command
                     LEFT JOIN cases_report AS known ON known.id = command.result_ref
                     WHERE command.scope = told->>'scope' AND command.key = told->>'key';
        RETURN;
    END IF;
    begun := jsonb_populate_record(NULL::cases_case, told->'case');
    IF NOT (begun.scope_code COLLATE "C" >= journal_scope_low()
            AND begun.scope_code COLLATE "C" < journal_scope_high()
            AND journal_scope_person() IS NULL) THEN
        RAISE EXCEPTION 'a case is taken in within the scope of whoever takes it in'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF told ? 'joins' THEN
        UPDATE cases_case SET reports = reports + 1 WHERE id = begun.id;
    ELSIF begun.state NOT IN ('reported', 'filed') OR begun.version <> 1 THEN
        RAISE EXCEPTION 'a case begins as reported or filed' USING ERRCODE = 'check_violation';
    ELSE
        INSERT INTO cases_case SELECT begun.*;
    END IF;
    IF told ? 'report' THEN
        INSERT INTO cases_report
        SELECT * FROM jsonb_populate_record(NULL::cases_report, told->'report');
    END IF;
    IF told ? 'reporter' THEN
        INSERT INTO cases_reporter
        SELECT * FROM jsonb_populate_record(NULL::cases_reporter, told->'reporter');
    END IF;
    PERFORM cases_write_rows(told);
    RETURN QUERY SELECT coalesce(told->'report'->>'id', told->'case'->>'id')::uuid, begun.id,
                        told->>'digest';
END $$;
REVOKE ALL ON FUNCTION cases_file(jsonb) FROM PUBLIC;

-- Takes the key of a step and locks the cases it is about, in the order of their ids: each with
-- its clocks, what was asked for them, and the tasks that are open. A key that was used before
-- answers its digest and nothing else.
CREATE FUNCTION cases_take(scope text, key text, digest text, wanted uuid[], at timestamptz)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    found_rows jsonb := '[]';
    held cases_case;
    known text;
BEGIN
    IF key <> '' THEN
        INSERT INTO journal_command AS command (scope, key, body_hash, result_ref, recorded_at)
        VALUES ($1, $2, $3, wanted[1], $5) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            SELECT command.body_hash INTO known FROM journal_command AS command
            WHERE command.scope = $1 AND command.key = $2;
            RETURN jsonb_build_object('digest', known);
        END IF;
    END IF;
    FOR held IN
        SELECT * FROM cases_case WHERE id = ANY (wanted) ORDER BY id FOR NO KEY UPDATE
    LOOP
        found_rows := found_rows || jsonb_build_object(
            'case', to_jsonb(held),
            'clocks', (SELECT coalesce(jsonb_agg(to_jsonb(clock) ORDER BY clock.id), '[]')
                       FROM cases_clock AS clock WHERE clock.case_id = held.id),
            'changes', (SELECT coalesce(jsonb_agg(to_jsonb(change) ORDER BY change.id), '[]')
                        FROM cases_clock_change AS change WHERE change.case_id = held.id),
            'tasks', (SELECT coalesce(jsonb_agg(to_jsonb(task) ORDER BY task.id), '[]')
                      FROM cases_task AS task
                      WHERE task.case_id = held.id AND task.ended_at IS NULL));
    END LOOP;
    RETURN jsonb_build_object('cases', found_rows);
END $$;

-- Writes a step: the case as it stands after it, and what came with it. As whoever acts: the
-- rights on the tables and the policies hold here as everywhere.
CREATE FUNCTION cases_move(told jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_case AS held SET
        state = new.state, since = new.since, version = new.version, tier = new.tier,
        type_code = new.type_code, main_type = new.main_type, type_title = new.type_title,
        condition_code = new.condition_code, filed_at = new.filed_at, urgent = new.urgent,
        supervised = new.supervised, appealed = new.appealed, disputed = new.disputed,
        overdue = new.overdue, basically_done = new.basically_done, desk_id = new.desk_id,
        unit_id = new.unit_id, handler_ids = new.handler_ids, clock = new.clock,
        due_at = new.due_at, suspended_from = new.suspended_from, reports = new.reports,
        returned = new.returned, reworked = new.reworked, reopened = new.reopened,
        escalated = new.escalated, children_open = new.children_open,
        merged_into_id = new.merged_into_id, closed_at = new.closed_at,
        closed_by_id = new.closed_by_id, reopen_until = new.reopen_until,
        recheck_on = new.recheck_on, last_fact_id = new.last_fact_id
    FROM jsonb_populate_record(NULL::cases_case, told->'case') AS new
    WHERE held.id = new.id AND held.version = new.version - 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the case went on meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    PERFORM cases_write_rows(told);
END $$;
