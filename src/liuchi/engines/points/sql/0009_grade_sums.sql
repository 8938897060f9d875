-- What a grade is counted from, and the only definition of it: the sum of a round and the
-- lines that explain one grade are read by the same function.
--
-- Deeds of the days from since to till, of the people who live in the village. An award
-- counts where the ledger had it by awards_by, its contra-entry by reversals_by: a list once
-- counted is counted again the same, and what was reversed since can be told from it.
CREATE FUNCTION points_counted(
    village uuid, wanted uuid[], purse text, since date, till date,
    awards_by timestamptz, reversals_by timestamptz, classes text[], with_openings boolean)
RETURNS TABLE (person_id uuid, transfer_id uuid, fact_id uuid, title text, class text, day date,
               points bigint, is_reversal boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person.id, moved.id, moved.fact_id, coalesce(claim.rule_title, ''),
           coalesce(claim.rule_class, ''), coalesce(claim.happened_on, opening.held_on),
           CASE entry.side WHEN 'credit' THEN entry.amount ELSE -entry.amount END,
           moved.reverses_id IS NOT NULL
    FROM directory_person AS person
    JOIN points_entry AS entry ON entry.person_id = person.id AND entry.unit = purse
    JOIN points_transfer AS moved ON moved.id = entry.transfer_id
    LEFT JOIN points_claim AS claim ON claim.id = moved.claim_id
    LEFT JOIN points_opening AS opening
      ON opening.transfer_id = CASE moved.kind WHEN 'opening' THEN moved.id
                                               WHEN 'opening_reversal' THEN moved.reverses_id END
    LEFT JOIN points_transfer AS undone ON undone.id = moved.reverses_id
    WHERE person.village_id = village
      AND (wanted IS NULL OR person.id = ANY (wanted))
      AND person.scope_code >= (SELECT journal_scope_low()) COLLATE "C"
      AND person.scope_code < (SELECT journal_scope_high()) COLLATE "C"
      AND ((SELECT journal_scope_person()) IS NULL
           OR person.id = (SELECT journal_scope_person()))
      AND (moved.kind IN ('award', 'award_reversal')
           OR with_openings AND moved.kind IN ('opening', 'opening_reversal'))
      AND coalesce(claim.happened_on, opening.held_on) BETWEEN coalesce(since, '-infinity') AND till
      AND (cardinality(classes) = 0 OR claim.rule_class = ANY (classes))
      AND CASE WHEN moved.reverses_id IS NULL THEN moved.recorded_at < awards_by
               ELSE moved.recorded_at < reversals_by AND undone.recorded_at < awards_by END
$$;

-- The sums of a village: everybody who takes part and earned anything in those days.
CREATE FUNCTION points_earned(
    village uuid, wanted uuid[], purse text, since date, till date,
    awards_by timestamptz, reversals_by timestamptz, classes text[], with_openings boolean,
    lives_on date)
RETURNS TABLE (person_id uuid, household_id uuid, birth_year integer, points bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person.id, member.household_id, extract(year FROM person.birth_date)::integer,
           coalesce(earned.points, 0)
    FROM directory_person AS person
    LEFT JOIN (
        SELECT counted.person_id, sum(counted.points)::bigint AS points
        FROM points_counted(village, wanted, purse, since, till, awards_by, reversals_by, classes,
                            with_openings) AS counted
        GROUP BY counted.person_id) AS earned ON earned.person_id = person.id
    LEFT JOIN directory_membership AS member
      ON member.person_id = person.id AND member.valid_from <= lives_on
     AND lives_on < coalesce(member.valid_to, 'infinity')
    WHERE person.village_id = village
      AND (wanted IS NULL OR person.id = ANY (wanted))
      AND person.scope_code >= (SELECT journal_scope_low()) COLLATE "C"
      AND person.scope_code < (SELECT journal_scope_high()) COLLATE "C"
      AND ((SELECT journal_scope_person()) IS NULL
           OR person.id = (SELECT journal_scope_person()))
      AND person.left_on IS NULL AND person.deceased_on IS NULL AND person.erased_at IS NULL
      AND EXISTS (SELECT FROM directory_consent AS consent
                  WHERE consent.person_id = person.id AND consent.withdrawn_at IS NULL)
$$;

REVOKE ALL ON FUNCTION points_counted(uuid, uuid[], text, date, date, timestamptz, timestamptz,
    text[], boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_earned(uuid, uuid[], text, date, date, timestamptz, timestamptz,
    text[], boolean, date) FROM PUBLIC;
