-- Takes in reports, each with its case: the commands' keys, the cases, the reports, who it was,
-- the clocks, the steps and the facts of all of them, in one statement and one transaction.
-- Each item carries everything of its own, so that one refused by a constraint can be found by
-- taking the others in without it; none sees another's rows.
--
-- told: [{scope, key, digest, at, made, low, high, kept, case, report, reporter, clocks, steps,
-- facts}]. `made` is the report, or the case where there is none (a part split off); `low` and
-- `high` bound whose cases the writer may take in; `joins` says that the case is there already
-- and only counts one report more. `kept` are the tokens of what was read from memory for it.
--
-- Answers for each, in order: what the first use of its key made, of which case, and with which
-- digest. Nothing was made where `kept` holds no longer: it is to be thought over again.
-- Keys are taken in order, so that two statements at once can't deadlock over them.
CREATE FUNCTION cases_take_in(told jsonb)
RETURNS TABLE (made uuid, of_case uuid, digest text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s'
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    tokens jsonb := journal_kept_tokens();
    fresh  jsonb := told;
    taken  uuid[];
    apart  jsonb;
BEGIN
    WITH written AS (
        INSERT INTO journal_command (scope, key, body_hash, result_ref, recorded_at)
        SELECT item->>'scope', item->>'key', item->>'digest', (item->>'made')::uuid,
               (item->>'at')::timestamptz
        FROM jsonb_array_elements(told) AS item
        WHERE tokens @> (item->'kept') ORDER BY item->>'scope', item->>'key'
        ON CONFLICT (scope, key) DO NOTHING RETURNING result_ref)
    SELECT coalesce(array_agg(result_ref), '{}') INTO taken FROM written;
    IF cardinality(taken) < jsonb_array_length(told) THEN
        SELECT coalesce(jsonb_agg(item), '[]') INTO fresh FROM jsonb_array_elements(told) AS item
        WHERE (item->>'made')::uuid = ANY (taken);
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_array_elements(fresh) AS item
        WHERE ((item->'case'->>'scope_code') COLLATE "C" >= item->>'low'
               AND (item->'case'->>'scope_code') COLLATE "C" < item->>'high') IS NOT TRUE) THEN
        RAISE EXCEPTION 'a case is taken in within the scope of whoever takes it in'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_array_elements(fresh) AS item
        WHERE NOT item ? 'joins' AND (item->'case'->>'state' NOT IN ('reported', 'filed')
                                      OR item->'case'->>'version' <> '1')) THEN
        RAISE EXCEPTION 'a case begins as reported or filed' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO cases_case
    SELECT begun.* FROM jsonb_array_elements(fresh) AS item
    CROSS JOIN LATERAL jsonb_populate_record(NULL::cases_case, item->'case') AS begun
    WHERE NOT item ? 'joins';
    UPDATE cases_case AS held SET reports = held.reports + more.told
    FROM (SELECT (item->'case'->>'id')::uuid AS id, count(*) AS told
          FROM jsonb_array_elements(fresh) AS item WHERE item ? 'joins' GROUP BY 1) AS more
    WHERE held.id = more.id;
    INSERT INTO cases_report
    SELECT said.* FROM jsonb_array_elements(fresh) AS item
    CROSS JOIN LATERAL jsonb_populate_record(NULL::cases_report, item->'report') AS said
    WHERE item ? 'report';
    INSERT INTO cases_reporter
    SELECT who.* FROM jsonb_array_elements(fresh) AS item
    CROSS JOIN LATERAL jsonb_populate_record(NULL::cases_reporter, item->'reporter') AS who
    WHERE item ? 'reporter';
    INSERT INTO cases_clock
    SELECT clock.* FROM jsonb_array_elements(fresh) AS item
    CROSS JOIN LATERAL jsonb_populate_recordset(NULL::cases_clock, item->'clocks') AS clock;
    INSERT INTO cases_step
    SELECT step.* FROM jsonb_array_elements(fresh) AS item
    CROSS JOIN LATERAL jsonb_populate_recordset(NULL::cases_step, item->'steps') AS step;
    INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
        subject_id, cause_id, playbook_version, amount, data)
    SELECT fact.id, kind, at, at, area_id, actor_id, 'cases.case', subject_id, cause_id,
           playbook_version, amount, data
    FROM jsonb_array_elements(fresh) AS item
    CROSS JOIN LATERAL jsonb_to_recordset(item->'facts') AS fact (id uuid, kind text,
        at timestamptz, area_id uuid, actor_id uuid, subject_id uuid, cause_id uuid,
        playbook_version uuid, amount numeric, data jsonb);
    FOR apart IN  -- what seldom comes with a report
        SELECT item || '{"clocks": [], "steps": [], "facts": []}'
        FROM jsonb_array_elements(fresh) AS item
        WHERE item ?| ARRAY['tasks', 'changes', 'checks', 'ratings']
    LOOP
        PERFORM cases_write_rows(apart);
    END LOOP;
    RETURN QUERY
    SELECT command.result_ref, coalesce(known.case_id, command.result_ref), command.body_hash
    FROM jsonb_array_elements(told) WITH ORDINALITY AS item (said, n)
    LEFT JOIN journal_command AS command
      ON command.scope = said->>'scope' AND command.key = said->>'key'
    LEFT JOIN cases_report AS known ON known.id = command.result_ref
    ORDER BY item.n;
END $$;
REVOKE ALL ON FUNCTION cases_take_in(jsonb) FROM PUBLIC;
DROP FUNCTION cases_file(jsonb);

-- Planned once a connection: PostgreSQL would else plan for these very cases again each time.
ALTER FUNCTION cases_take(text, text, text, uuid[], timestamptz)
    SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION cases_write_rows(jsonb) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION cases_move(jsonb) SET plan_cache_mode = force_generic_plan;
