-- Posting what falls due, many at once. points_post takes items from anywhere and reads each;
-- here the claims say everything themselves, so that a campaign of a hundred thousand awards
-- is written in sets, three times as fast. The law is the same: points_post_stale and
-- points_post_allows decide here as there, and key, body and fact are those that
-- actions.rewards gives a claim (tests hold the two together), so that a claim is posted
-- once, whichever of the two comes first.

-- A UUID of version 7 of an instant, as kernel.ids makes them: of the kernel's clock, not of
-- the server's, since the journal is partitioned by it.
CREATE FUNCTION points_new_id(instant timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM instant) * 1000)::bigint), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;
REVOKE ALL ON FUNCTION points_new_id(timestamptz) FROM PUBLIC;

-- Posts claims whose notice is over and answers how many it posted; the others, posted before
-- or held up by an objection, are left as they are.
--
-- Locks in the order of points_post: accounts opened by (unit, kind, holder), locked by id,
-- then claims by id, then keys inserted in order.
CREATE FUNCTION points_post_claims(claims uuid[], actor uuid, at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    due     uuid[];
    allowed boolean;
    posted  integer;
    wrote   integer;
BEGIN
    INSERT INTO points_account (id, kind, unit, holder_kind, holder_id, area_id, scope_code,
                                person_id, balance, overdraft_allowed)
    SELECT points_new_id(at), side.kind, claim.unit, side.holder_kind, side.holder_id,
           min(claim.village_id::text)::uuid, min(claim.scope_code), side.person_id, 0,
           side.kind = 'issue'
    FROM points_claim AS claim
    CROSS JOIN LATERAL (VALUES ('issue', 'area', claim.village_id, NULL::uuid),
                               ('person', 'person', claim.person_id, claim.person_id)
    ) AS side (kind, holder_kind, holder_id, person_id)
    WHERE claim.id = ANY (claims) AND NOT EXISTS (
        SELECT FROM points_account AS account WHERE account.unit = claim.unit
           AND account.kind = side.kind AND account.holder_id = side.holder_id)
    GROUP BY claim.unit, side.kind, side.holder_kind, side.holder_id, side.person_id
    ORDER BY claim.unit COLLATE "C", side.kind COLLATE "C", side.holder_id
    ON CONFLICT (unit, kind, holder_id) DO NOTHING;

    PERFORM 1 FROM points_account WHERE id IN (
        SELECT account.id FROM points_claim AS claim
        JOIN points_account AS account ON account.unit = claim.unit
         AND account.kind = 'person' AND account.holder_id = claim.person_id
        WHERE claim.id = ANY (claims)
        UNION
        SELECT account.id FROM points_claim AS claim
        JOIN points_account AS account ON account.unit = claim.unit
         AND account.kind = 'issue' AND account.holder_id = claim.village_id
        WHERE claim.id = ANY (claims))
    ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM points_claim WHERE id = ANY (claims) ORDER BY id FOR NO KEY UPDATE;

    SELECT array_agg(claim.id), bool_and(points_post_allows(
               'award', at, 'issue>person', ARRAY[claim.points::bigint], ARRAY[claim.unit], NULL,
               ARRAY[claim.person_id], NULL, claim, NULL::points_redemption,
               NULL::points_opening, NULL::points_transfer) IS TRUE)
    INTO due, allowed FROM points_claim AS claim
    WHERE claim.id = ANY (claims)
      AND points_post_stale('award', at, ARRAY[claim.points::bigint], claim,
                            NULL::points_redemption, NULL::points_opening, NULL) IS NOT TRUE
      AND NOT EXISTS (SELECT FROM points_transfer WHERE key = 'claim:' || claim.id);
    posted := coalesce(cardinality(due), 0);
    IF posted = 0 THEN
        RETURN 0;
    END IF;
    IF NOT allowed THEN
        RAISE EXCEPTION 'a claim moves what an award does not allow'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    WITH given AS MATERIALIZED (
        SELECT claim.*, points_new_id(at) AS transfer_id, points_new_id(at) AS fact_id,
               purse.id AS purse_id, issue.id AS issue_id,
               purse.balance + sum(claim.points) OVER (PARTITION BY purse.id ORDER BY claim.id)
                   AS purse_after,
               issue.balance - sum(claim.points) OVER (PARTITION BY issue.id ORDER BY claim.id)
                   AS issue_after,
               purse.scope_code AS purse_scope, issue.scope_code AS issue_scope
        FROM points_claim AS claim
        JOIN points_account AS purse ON purse.unit = claim.unit AND purse.kind = 'person'
         AND purse.holder_id = claim.person_id
        JOIN points_account AS issue ON issue.unit = claim.unit AND issue.kind = 'issue'
         AND issue.holder_id = claim.village_id
        WHERE claim.id = ANY (due)
    ), made AS (
        INSERT INTO points_transfer (id, key, body_hash, kind, at, recorded_at, actor_id, reason,
                                     fact_id, claim_id, scope_code, person_id)
        SELECT transfer_id, 'claim:' || id,
               encode(sha256('\x6c69756368692e636f6d6d616e642e763100'::bytea || convert_to(
                   '{"claim_id":"' || id || '","kind":"award"}', 'UTF8')), 'hex'),
               'award', $3, $3, $2, '', fact_id, id, scope_code, person_id
        FROM given ORDER BY id
        ON CONFLICT (key) DO NOTHING RETURNING 1
    ), entered AS (
        INSERT INTO points_entry (transfer_id, account_id, unit, side, amount, balance_before,
                                  balance_after, scope_code, person_id)
        SELECT transfer_id, side.account_id, unit, side.side, points, side.before, side.after,
               side.scope_code, side.person_id
        FROM given CROSS JOIN LATERAL (VALUES
            (1, 'debit', issue_id, issue_after + points, issue_after, issue_scope, NULL::uuid),
            (2, 'credit', purse_id, purse_after - points, purse_after, purse_scope, person_id)
        ) AS side (n, side, account_id, before, after, scope_code, person_id)
        ORDER BY given.id, side.n
    ), moved AS (
        UPDATE points_account AS account SET balance = account.balance + net.points
        FROM (SELECT purse_id AS id, sum(points) AS points FROM given GROUP BY purse_id
              UNION ALL
              SELECT issue_id, -sum(points) FROM given GROUP BY issue_id) AS net
        WHERE account.id = net.id
    ), settled AS (
        UPDATE points_claim AS claim
        SET state = 'posted', posted_at = $3, version = claim.version + 1
        FROM given WHERE claim.id = given.id
    ), told AS (
        INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
            subject_id, cause_id, playbook_version, amount, data)
        SELECT fact_id, 'points.awarded', $3, $3, village_id, $2, 'points.claim', id,
               reviewed_fact_id, playbook_version, points, jsonb_build_object(
                   'person', person_id, 'household', household_id, 'home_area', village_id,
                   'rule', rule_code, 'rule_class', rule_class, 'happened_on', happened_on,
                   'quantity', quantity)
        FROM given ORDER BY id
    )
    SELECT count(*) INTO wrote FROM made;
    IF wrote <> posted THEN
        RAISE EXCEPTION 'a key was posted meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN posted;
END $$;
REVOKE ALL ON FUNCTION points_post_claims(uuid[], uuid, timestamptz) FROM PUBLIC;
