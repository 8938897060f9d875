ALTER FUNCTION cases_take(text, text, text, uuid[], timestamptz) RESET plan_cache_mode;
ALTER FUNCTION cases_write_rows(jsonb) RESET plan_cache_mode;
ALTER FUNCTION cases_move(jsonb) RESET plan_cache_mode;
DROP FUNCTION cases_take_in(jsonb);
-- As 0002 has it.
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
