-- Claims by proxy, from books and lists; what two people decide together.

-- Claims entered before: whoever entered a deed of their own asked for themselves.
UPDATE points_claim AS claim
SET waiting_since = claim.proposed_at,
    capacity = CASE WHEN EXISTS (
        SELECT FROM directory_person_account AS held
        WHERE held.user_id = claim.proposed_by_id AND held.person_id = claim.person_id)
        THEN 'own' ELSE 'recorder' END;

-- Who asked for a claim sees what became of it, and may take it back.
DROP POLICY points_claim_scope ON points_claim;
CREATE POLICY points_claim_scope ON points_claim USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())
         OR asked_by_id = (SELECT journal_scope_person())));

-- A list names thirty people: staff alone see it.
ALTER TABLE points_batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_batch_scope ON points_batch USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND (SELECT journal_scope_person()) IS NULL);
ALTER TABLE points_approval ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_approval_scope ON points_approval USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));

-- How many points people's claims take up under caps. As the owner, since who enters a
-- neighbour's deed sees none of the neighbour's other claims, and the cap holds all the same.
-- wanted: [{person_id, unit, rule_code, first, end}], days from and up to but not including;
-- null where a period is open. Answers by place, from 0.
CREATE FUNCTION points_used(wanted jsonb) RETURNS TABLE (place integer, used bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (asked.place - 1)::integer,
           (SELECT coalesce(sum(claim.points), 0) FROM points_claim AS claim
            WHERE claim.person_id = asked.person_id AND claim.rule_code = asked.rule_code
              AND claim.unit = asked.unit
              AND claim.state NOT IN ('rejected', 'withdrawn', 'reversed')
              AND claim.happened_on >= coalesce(asked.first, '-infinity')
              AND claim.happened_on < coalesce(asked.end, 'infinity')
              AND claim.scope_code COLLATE "C" >= (SELECT journal_scope_low())
              AND claim.scope_code COLLATE "C" < (SELECT journal_scope_high()))::bigint
    FROM ROWS FROM (jsonb_to_recordset(wanted) AS (
        person_id uuid, unit text, rule_code text, first date, "end" date))
        WITH ORDINALITY AS asked (person_id, unit, rule_code, first, "end", place)
$$;
REVOKE ALL ON FUNCTION points_used(jsonb) FROM PUBLIC;
