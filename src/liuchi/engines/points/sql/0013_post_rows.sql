-- What posted items write beside transfers and entries: rows of the shop, the next state of what
-- they moved, and their facts. ``posted`` are the items as points_post got them.
CREATE OR REPLACE FUNCTION points_post_rows(posted jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO points_redemption (id, person_id, household_id, home_area_id, scope_code,
        shop_id, goods_id, goods_title, quantity, at, by_id, fact_id, transfer_id, points, unit,
        quantity_returned, state, reverse_reason)
    SELECT r.id, r.person_id, r.household_id, r.home_area_id, r.scope_code, r.shop_id,
           r.goods_id, r.goods_title, r.quantity, t.at, t.actor_id, t.fact_id, t.transfer_id,
           r.points, r.unit, 0, 'made', ''
    FROM jsonb_to_recordset(posted) AS t (
        transfer_id uuid, at timestamptz, actor_id uuid, fact_id uuid, redemption jsonb)
    CROSS JOIN LATERAL jsonb_to_record(t.redemption) AS r (
        id uuid, person_id uuid, household_id uuid, home_area_id uuid, scope_code text,
        shop_id uuid, goods_id uuid, goods_title text, quantity integer, points integer,
        unit text)
    WHERE jsonb_typeof(t.redemption) = 'object';

    INSERT INTO points_gift (id, person_id, household_id, home_area_id, scope_code, shop_id,
        goods_id, goods_title, quantity, at, by_id, fact_id, transfer_id, reason)
    SELECT g.id, g.person_id, g.household_id, g.home_area_id, g.scope_code, g.shop_id,
           g.goods_id, g.goods_title, g.quantity, t.at, t.actor_id, t.fact_id, t.transfer_id,
           t.reason
    FROM jsonb_to_recordset(posted) AS t (
        transfer_id uuid, at timestamptz, actor_id uuid, fact_id uuid, reason text, gift jsonb)
    CROSS JOIN LATERAL jsonb_to_record(t.gift) AS g (
        id uuid, person_id uuid, household_id uuid, home_area_id uuid, scope_code text,
        shop_id uuid, goods_id uuid, goods_title text, quantity integer)
    WHERE jsonb_typeof(t.gift) = 'object';

    INSERT INTO points_return (id, redemption_id, person_id, scope_code, quantity, points,
                               reason, at, by_id, fact_id, transfer_id)
    SELECT r.id, t.redemption_id, t.person_id, t.scope_code, r.quantity, r.points, t.reason,
           t.at, t.actor_id, t.fact_id, t.transfer_id
    FROM jsonb_to_recordset(posted) AS t (
        transfer_id uuid, at timestamptz, actor_id uuid, fact_id uuid, reason text,
        redemption_id uuid, scope_code text, person_id uuid, returned jsonb)
    CROSS JOIN LATERAL jsonb_to_record(t.returned) AS r (id uuid, quantity integer, points integer)
    WHERE jsonb_typeof(t.returned) = 'object';

    UPDATE points_redemption AS redemption
    SET quantity_returned = redemption.quantity_returned + (t.returned ->> 'quantity')::integer
    FROM jsonb_to_recordset(posted) AS t (redemption_id uuid, kind text, returned jsonb)
    WHERE t.kind = 'redemption_return' AND redemption.id = t.redemption_id;

    UPDATE points_redemption AS redemption
    SET state = 'reversed', reversed_at = t.at, reversed_by_id = t.actor_id,
        reverse_reason = t.reason
    FROM jsonb_to_recordset(posted) AS t (
        redemption_id uuid, kind text, at timestamptz, actor_id uuid, reason text)
    WHERE t.kind = 'redemption_reversal' AND redemption.id = t.redemption_id;

    UPDATE points_claim AS claim
    SET state = CASE t.kind WHEN 'award' THEN 'posted' ELSE 'reversed' END,
        posted_at = coalesce(claim.posted_at, t.at), version = claim.version + 1
    FROM jsonb_to_recordset(posted) AS t (claim_id uuid, kind text, at timestamptz)
    WHERE claim.id = t.claim_id;

    UPDATE points_opening AS opening
    SET state = CASE t.kind WHEN 'opening' THEN 'posted' ELSE 'reversed' END,
        transfer_id = CASE t.kind WHEN 'opening' THEN t.transfer_id ELSE opening.transfer_id END,
        reversal_id = CASE t.kind WHEN 'opening_reversal' THEN t.transfer_id END
    FROM jsonb_to_recordset(posted) AS t (opening_id uuid, kind text, transfer_id uuid)
    WHERE opening.id = t.opening_id;

    INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
        subject_id, cause_id, corrects_id, playbook_version, amount, data)
    SELECT f.id, f.kind, f.at, f.recorded_at, f.area_id, f.actor_id, f.subject_kind,
           f.subject_id, f.cause_id, f.corrects_id, f.playbook_version, f.amount, f.data
    FROM jsonb_array_elements(posted) AS i
    CROSS JOIN LATERAL jsonb_to_recordset(i -> 'facts') AS f (
        id uuid, kind text, at timestamptz, recorded_at timestamptz, area_id uuid,
        actor_id uuid, subject_kind text, subject_id uuid, cause_id uuid, corrects_id uuid,
        playbook_version uuid, amount numeric, data jsonb);
END $$;
REVOKE ALL ON FUNCTION points_post_rows(jsonb) FROM PUBLIC;
