-- A grade is the human being's: what was earned under a record merged into this one counts.
-- What the ledger moved between the two is no deed and was never counted.
CREATE OR REPLACE FUNCTION points_counted(
    village uuid, wanted uuid[], purse text, since date, till date,
    awards_by timestamptz, reversals_by timestamptz, classes text[], with_openings boolean)
RETURNS TABLE (person_id uuid, transfer_id uuid, fact_id uuid, title text, class text, day date,
               points bigint, is_reversal boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person.id, moved.id, coalesce(line.fact_id, moved.fact_id),
           coalesce(claim.rule_title, award.rule_title, ''),
           coalesce(claim.rule_class, award.rule_class, ''),
           coalesce(claim.happened_on, award.happened_on, opening.held_on),
           CASE entry.side WHEN 'credit' THEN entry.amount ELSE -entry.amount END,
           moved.reverses_id IS NOT NULL OR moved.kind = 'campaign_reversal'
    FROM directory_person AS person
    JOIN (SELECT one.id AS person_id, one.id AS record_id FROM directory_person AS one
          UNION ALL
          SELECT twin.merged_into_id, twin.id FROM directory_person AS twin
          WHERE twin.merged_into_id IS NOT NULL) AS held ON held.person_id = person.id
    JOIN points_entry AS entry ON entry.person_id = held.record_id AND entry.unit = purse
    JOIN points_transfer AS moved ON moved.id = entry.transfer_id
    LEFT JOIN points_claim AS claim ON claim.id = moved.claim_id
    LEFT JOIN points_opening AS opening
      ON opening.transfer_id = CASE moved.kind WHEN 'opening' THEN moved.id
                                               WHEN 'opening_reversal' THEN moved.reverses_id END
    LEFT JOIN points_campaign_line AS line
      ON moved.kind IN ('campaign', 'campaign_reversal') AND line.person_id = held.record_id
     AND moved.id IN (line.transfer_id, line.reversal_id)
    LEFT JOIN points_campaign AS award ON award.id = line.campaign_id
    LEFT JOIN points_transfer AS undone
      ON undone.id = CASE moved.kind WHEN 'campaign_reversal' THEN line.transfer_id
                                     ELSE moved.reverses_id END
    WHERE person.village_id = village
      AND (wanted IS NULL OR person.id = ANY (wanted))
      AND person.scope_code >= (SELECT journal_scope_low()) COLLATE "C"
      AND person.scope_code < (SELECT journal_scope_high()) COLLATE "C"
      AND ((SELECT journal_scope_person()) IS NULL
           OR person.id = (SELECT journal_scope_person()))
      AND (moved.kind IN ('award', 'award_reversal', 'campaign', 'campaign_reversal')
           OR with_openings AND moved.kind IN ('opening', 'opening_reversal'))
      AND coalesce(claim.happened_on, award.happened_on, opening.held_on)
          BETWEEN coalesce(since, '-infinity') AND till
      AND (cardinality(classes) = 0
           OR coalesce(claim.rule_class, award.rule_class) = ANY (classes))
      AND CASE WHEN undone.id IS NULL THEN moved.recorded_at < awards_by
               ELSE moved.recorded_at < reversals_by AND undone.recorded_at < awards_by END
$$;
