-- What posted items write beside transfers and entries: rows of the shop, the next state of what
-- they moved, and their facts. ``posted`` are the items as points_post got them.
--
-- A kind's rows are looked for only where an item of that kind is there, and read out of the
-- items field by field: a function that returns rows, called for each item, cost more than
-- the insert it fed.
CREATE OR REPLACE FUNCTION points_post_rows(posted jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    said text[] := ARRAY(
        SELECT DISTINCT i ->> 'kind' FROM jsonb_array_elements(posted) AS i);
BEGIN
    IF 'redemption' = ANY (said) THEN
        INSERT INTO points_redemption (id, person_id, household_id, home_area_id, scope_code,
            shop_id, goods_id, goods_title, quantity, at, by_id, fact_id, transfer_id, points,
            unit, quantity_returned, state, reverse_reason)
        SELECT (r ->> 'id')::uuid, (r ->> 'person_id')::uuid, (r ->> 'household_id')::uuid,
               (r ->> 'home_area_id')::uuid, r ->> 'scope_code', (r ->> 'shop_id')::uuid,
               (r ->> 'goods_id')::uuid, r ->> 'goods_title', (r ->> 'quantity')::integer,
               (t ->> 'at')::timestamptz, (t ->> 'actor_id')::uuid, (t ->> 'fact_id')::uuid,
               (t ->> 'transfer_id')::uuid, (r ->> 'points')::integer, r ->> 'unit', 0, 'made', ''
        FROM (SELECT i AS t, i -> 'redemption' AS r FROM jsonb_array_elements(posted) AS i) AS i
        WHERE jsonb_typeof(r) = 'object';
    END IF;

    IF 'gift' = ANY (said) THEN
        INSERT INTO points_gift (id, person_id, household_id, home_area_id, scope_code, shop_id,
            goods_id, goods_title, quantity, at, by_id, fact_id, transfer_id, reason)
        SELECT g.id, g.person_id, g.household_id, g.home_area_id, g.scope_code, g.shop_id,
               g.goods_id, g.goods_title, g.quantity, t.at, t.actor_id, t.fact_id, t.transfer_id,
               t.reason
        FROM jsonb_to_recordset(posted) AS t (
            transfer_id uuid, at timestamptz, actor_id uuid, fact_id uuid, reason text,
            gift jsonb)
        CROSS JOIN LATERAL jsonb_to_record(t.gift) AS g (
            id uuid, person_id uuid, household_id uuid, home_area_id uuid, scope_code text,
            shop_id uuid, goods_id uuid, goods_title text, quantity integer)
        WHERE jsonb_typeof(t.gift) = 'object';
    END IF;

    IF 'redemption_return' = ANY (said) THEN
        INSERT INTO points_return (id, redemption_id, person_id, scope_code, quantity, points,
                                   reason, at, by_id, fact_id, transfer_id)
        SELECT r.id, t.redemption_id, t.person_id, t.scope_code, r.quantity, r.points, t.reason,
               t.at, t.actor_id, t.fact_id, t.transfer_id
        FROM jsonb_to_recordset(posted) AS t (
            transfer_id uuid, at timestamptz, actor_id uuid, fact_id uuid, reason text,
            redemption_id uuid, scope_code text, person_id uuid, returned jsonb)
        CROSS JOIN LATERAL jsonb_to_record(t.returned) AS r (
            id uuid, quantity integer, points integer)
        WHERE jsonb_typeof(t.returned) = 'object';

        UPDATE points_redemption AS redemption
        SET quantity_returned =
            redemption.quantity_returned + (t.returned ->> 'quantity')::integer
        FROM jsonb_to_recordset(posted) AS t (redemption_id uuid, kind text, returned jsonb)
        WHERE t.kind = 'redemption_return' AND redemption.id = t.redemption_id;
    END IF;

    IF 'redemption_reversal' = ANY (said) THEN
        UPDATE points_redemption AS redemption
        SET state = 'reversed', reversed_at = t.at, reversed_by_id = t.actor_id,
            reverse_reason = t.reason
        FROM jsonb_to_recordset(posted) AS t (
            redemption_id uuid, kind text, at timestamptz, actor_id uuid, reason text)
        WHERE t.kind = 'redemption_reversal' AND redemption.id = t.redemption_id;
    END IF;

    IF said && ARRAY['award', 'award_reversal'] THEN
        UPDATE points_claim AS claim
        SET state = CASE t ->> 'kind' WHEN 'award' THEN 'posted' ELSE 'reversed' END,
            posted_at = coalesce(claim.posted_at, (t ->> 'at')::timestamptz),
            version = claim.version + 1
        FROM jsonb_array_elements(posted) AS t
        WHERE claim.id = (t ->> 'claim_id')::uuid;
    END IF;

    IF said && ARRAY['opening', 'opening_reversal'] THEN
        UPDATE points_opening AS opening
        SET state = CASE t.kind WHEN 'opening' THEN 'posted' ELSE 'reversed' END,
            transfer_id =
                CASE t.kind WHEN 'opening' THEN t.transfer_id ELSE opening.transfer_id END,
            reversal_id = CASE t.kind WHEN 'opening_reversal' THEN t.transfer_id END
        FROM jsonb_to_recordset(posted) AS t (opening_id uuid, kind text, transfer_id uuid)
        WHERE opening.id = t.opening_id;
    END IF;

    INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
        subject_id, cause_id, corrects_id, playbook_version, amount, data)
    SELECT (f ->> 'id')::uuid, f ->> 'kind', (f ->> 'at')::timestamptz,
           (f ->> 'recorded_at')::timestamptz, (f ->> 'area_id')::uuid,
           (f ->> 'actor_id')::uuid, f ->> 'subject_kind', (f ->> 'subject_id')::uuid,
           (f ->> 'cause_id')::uuid, (f ->> 'corrects_id')::uuid,
           (f ->> 'playbook_version')::uuid, (f ->> 'amount')::numeric, f -> 'data'
    FROM (SELECT i -> 'facts' -> n AS f
          FROM jsonb_array_elements(posted) AS i
          CROSS JOIN generate_series(0, jsonb_array_length(i -> 'facts') - 1) AS n) AS facts;
END $$;
REVOKE ALL ON FUNCTION points_post_rows(jsonb) FROM PUBLIC;
