-- A cap holds for the human being: what was claimed under a record merged into this one
-- counts as well. A cap that both together have passed already is not mended, only closed.
CREATE OR REPLACE FUNCTION points_used(wanted jsonb) RETURNS TABLE (place integer, used bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (asked.place - 1)::integer,
           (SELECT coalesce(sum(claim.points), 0) FROM points_claim AS claim
            WHERE claim.person_id IN (
                SELECT asked.person_id
                UNION ALL
                SELECT twin.id FROM directory_person AS twin
                WHERE twin.merged_into_id = asked.person_id)
              AND claim.rule_code = asked.rule_code
              AND claim.unit = asked.unit
              AND claim.state NOT IN ('rejected', 'withdrawn', 'reversed')
              AND claim.happened_on >= coalesce(asked.first, '-infinity')
              AND claim.happened_on < coalesce(asked.end, 'infinity')
              AND EXISTS (SELECT FROM directory_person AS home
                          WHERE home.id = asked.person_id
                            AND home.scope_code COLLATE "C" >= (SELECT journal_scope_low())
                            AND home.scope_code COLLATE "C" < (SELECT journal_scope_high())))::bigint
    FROM ROWS FROM (jsonb_to_recordset(wanted) AS (
        person_id uuid, unit text, rule_code text, first date, "end" date))
        WITH ORDINALITY AS asked (person_id, unit, rule_code, first, "end", place)
$$;
