-- What somebody is told of objections to an award of theirs: that there was one, when, and what
-- the answer came to. As the owner, since an objection is for staff: its words, and its author
-- with them, are in no row that this returns.
CREATE FUNCTION points_objections_told(wanted uuid)
RETURNS TABLE (received_at timestamptz, late boolean, outcome text, withdrawn boolean,
               answered_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT objection.received_at, objection.late, objection.outcome,
           objection.state = 'withdrawn', objection.answered_at
    FROM points_objection AS objection
    JOIN points_claim AS claim ON claim.id = objection.claim_id
    WHERE objection.claim_id = wanted
      AND (claim.person_id = journal_scope_person()
           OR journal_scope_person() IS NULL
              AND claim.scope_code COLLATE "C" >= journal_scope_low()
              AND claim.scope_code COLLATE "C" < journal_scope_high())
    ORDER BY objection.id
$$;
REVOKE ALL ON FUNCTION points_objections_told(uuid) FROM PUBLIC;
