-- The one way into the ledger. What each kind of transfer may move is said by
-- points_post_allows, when its time is past by points_post_stale, what it writes beside the
-- ledger by points_post_rows: each in a file of its own, so that a new kind changes those.

-- Posts a batch of items and answers for each, in order of its place (from 0):
--   posted        written, with its facts and rows
--   repeated      its key was posted before with the same body; transfer_id is that transfer
--   conflict      its key was posted before with another body
--   insufficient  the account of kind `short` holds only `available`
--   stale         its claim or redemption is no longer in the state it would move from, or an
--                 objection to it is open or was answered too short a time ago; its opening
--                 balance was posted, or nobody has confirmed its list
-- A refused item leaves nothing behind but accounts with a zero balance; the others stand.
--
-- accounts: [{id, kind, unit, holder_kind, holder_id, area_id, scope_code, person_id}], each
-- (unit, kind, holder_id) once; opened under that id where there is none yet.
-- items: [{key, body_hash, transfer_id, kind, at, recorded_at, actor_id, reason, fact_id,
-- reverses_id, scope_code, person_id, legs: [[debit, credit, amount]], claim_id,
-- redemption, redemption_id, gift, returned, opening_id, facts: [row of journal_fact]}]; debit
-- and credit are places in accounts, from 0. Amounts are whole and positive.
--
-- Two batches can't deadlock: accounts are opened in order of (unit, kind, holder), then
-- locked in order of id, then claims, redemptions and opening balances in order of id, then
-- keys inserted in order. Known keys are read after the locks: a twin with the same body holds the same
-- accounts and has committed by then. A twin with another body may hold other accounts; it
-- is met at the insert, which raises a serialization failure, and the writer tries again.
--
-- Balances are decided in memory, item by item in order, and written once per account: a
-- hundred postings to one shop cost one new version of its row.
CREATE OR REPLACE FUNCTION points_post(accounts jsonb, items jsonb)
RETURNS TABLE (place integer, outcome text, transfer_id uuid, short text, available bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
#variable_conflict use_column
DECLARE
    n_items     integer := jsonb_array_length(items);
    account_ids uuid[];  -- this and the next five: one element per account, from 1
    held        bigint[];
    may_be_less boolean[];
    kinds       text[];
    units       text[];
    persons     uuid[];
    outcomes    text[] := '{}';  -- one element per item, from 1
    transfers   uuid[] := '{}';
    shorts      text[] := array_fill(NULL::text, ARRAY[greatest(n_items, 1)]);
    availables  bigint[] := array_fill(NULL::bigint, ARRAY[greatest(n_items, 1)]);
    n_legs      integer := 0;    -- legs posted so far, with their arrays
    leg_transfers uuid[] := '{}';
    leg_debits    integer[] := '{}';
    leg_credits   integer[] := '{}';
    leg_amounts   bigint[] := '{}';
    debit_before  bigint[] := '{}';
    credit_before bigint[] := '{}';
    posted      jsonb := '[]';
    item        record;
    done        integer;
    debit       integer;
    credit      integer;
    amount      bigint;
    n_expected  integer;
    n_written   integer;
BEGIN
    IF (SELECT count(DISTINCT i ->> 'key') FROM jsonb_array_elements(items) AS i) <> n_items THEN
        RAISE EXCEPTION 'every item of a batch needs a key of its own'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    INSERT INTO points_account (id, kind, unit, holder_kind, holder_id, area_id, scope_code,
                                person_id, balance, overdraft_allowed)
    SELECT a.id, a.kind, a.unit, a.holder_kind, a.holder_id, a.area_id, a.scope_code,
           a.person_id, 0, a.kind IN ('issue', 'supply')
    FROM jsonb_to_recordset(accounts) AS a (
        id uuid, kind text, unit text, holder_kind text, holder_id uuid, area_id uuid,
        scope_code text, person_id uuid)
    ORDER BY a.unit COLLATE "C", a.kind COLLATE "C", a.holder_id
    ON CONFLICT (unit, kind, holder_id) DO NOTHING;

    SELECT array_agg(id ORDER BY ref), array_agg(balance ORDER BY ref),
           array_agg(overdraft_allowed ORDER BY ref), array_agg(kind ORDER BY ref),
           array_agg(unit ORDER BY ref), array_agg(person_id ORDER BY ref)
    INTO account_ids, held, may_be_less, kinds, units, persons
    FROM (
        SELECT account.*, wanted.ref
        FROM ROWS FROM (jsonb_to_recordset(accounts) AS (unit text, kind text, holder_id uuid))
            WITH ORDINALITY AS wanted (unit, kind, holder_id, ref)
        JOIN points_account AS account
          ON account.unit = wanted.unit AND account.kind = wanted.kind
         AND account.holder_id = wanted.holder_id
        ORDER BY account.id FOR NO KEY UPDATE OF account
    ) AS locked;
    IF coalesce(cardinality(account_ids), 0) <> jsonb_array_length(accounts)
       OR cardinality(ARRAY(SELECT DISTINCT unnest(account_ids))) <> jsonb_array_length(accounts)
    THEN
        RAISE EXCEPTION 'every account of a batch is named once'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM 1 FROM points_claim WHERE id IN (
        SELECT (i ->> 'claim_id')::uuid FROM jsonb_array_elements(items) AS i)
    ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM points_redemption WHERE id IN (
        SELECT (i ->> 'redemption_id')::uuid FROM jsonb_array_elements(items) AS i)
    ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM points_opening WHERE id IN (
        SELECT (i ->> 'opening_id')::uuid FROM jsonb_array_elements(items) AS i)
    ORDER BY id FOR NO KEY UPDATE;

    FOR item IN
        SELECT i.place::integer AS place, i.item ->> 'kind' AS kind,
            (i.item ->> 'at')::timestamptz AS at,
            (i.item ->> 'transfer_id')::uuid AS transfer_id,
            i.item ->> 'body_hash' AS body_hash, legs.debits, legs.credits, legs.amounts,
            known.id AS known_id, known.body_hash AS known_hash,
            points_post_stale(i.item ->> 'kind', (i.item ->> 'at')::timestamptz, legs.amounts,
                              claim, made, opening, opening_list.state) IS TRUE AS is_stale,
            points_post_allows(i.item ->> 'kind', (i.item ->> 'at')::timestamptz, legs.shape,
                legs.amounts, legs.units, legs.debited, legs.credited, i.item, claim, made,
                opening, undone) AS is_allowed
        FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, place)
        JOIN (
            SELECT l.place, array_agg(l.debit ORDER BY l.leg) AS debits,
                   array_agg(l.credit ORDER BY l.leg) AS credits,
                   array_agg(l.amount ORDER BY l.leg) AS amounts,
                   string_agg(kinds[l.debit] || '>' || kinds[l.credit], ',' ORDER BY l.leg)
                       AS shape,
                   array_agg(units[l.debit] ORDER BY l.leg) AS units,
                   array_agg(persons[l.debit] ORDER BY l.leg) AS debited,
                   array_agg(persons[l.credit] ORDER BY l.leg) AS credited
            FROM (SELECT each.place, leg, (each.item -> 'legs' -> leg ->> 0)::integer + 1 AS debit,
                         (each.item -> 'legs' -> leg ->> 1)::integer + 1 AS credit,
                         (each.item -> 'legs' -> leg ->> 2)::bigint AS amount
                  FROM jsonb_array_elements(items) WITH ORDINALITY AS each (item, place)
                  CROSS JOIN generate_series(0, jsonb_array_length(each.item -> 'legs') - 1)
                      AS leg) AS l
            GROUP BY l.place
        ) AS legs ON legs.place = i.place
        LEFT JOIN points_transfer AS known ON known.key = i.item ->> 'key'
        LEFT JOIN points_claim AS claim ON claim.id = (i.item ->> 'claim_id')::uuid
        LEFT JOIN points_redemption AS made ON made.id = (i.item ->> 'redemption_id')::uuid
        LEFT JOIN points_opening AS opening ON opening.id = (i.item ->> 'opening_id')::uuid
        LEFT JOIN points_opening_list AS opening_list ON opening_list.id = opening.list_id
        LEFT JOIN points_transfer AS undone ON undone.id = (i.item ->> 'reverses_id')::uuid
        ORDER BY i.place
    LOOP
        transfers[item.place] := item.known_id;
        IF item.known_id IS NOT NULL THEN
            outcomes[item.place] := CASE WHEN item.known_hash = item.body_hash
                                         THEN 'repeated' ELSE 'conflict' END;
            CONTINUE;
        END IF;
        IF item.is_stale THEN
            outcomes[item.place] := 'stale';
            CONTINUE;
        END IF;

        -- What moves must be what the claim, the redemption or the gift says: whoever may
        -- call this function still can't credit whom they like.
        IF item.is_allowed IS NOT TRUE THEN
            RAISE EXCEPTION 'item % moves what its % does not allow', item.place - 1, item.kind
                USING ERRCODE = 'invalid_parameter_value';
        END IF;

        done := 0;
        FOR leg IN 1 .. cardinality(item.amounts) LOOP
            debit := item.debits[leg];
            credit := item.credits[leg];
            amount := item.amounts[leg];
            IF amount <= 0 OR units[debit] <> units[credit] THEN
                RAISE EXCEPTION 'item %: % of % to %', item.place - 1, amount, units[debit],
                    units[credit] USING ERRCODE = 'invalid_parameter_value';
            END IF;
            IF held[debit] < amount AND NOT may_be_less[debit] THEN
                shorts[item.place] := kinds[debit];
                availables[item.place] := held[debit];
                EXIT;
            END IF;
            n_legs := n_legs + 1;
            leg_transfers[n_legs] := item.transfer_id;
            leg_debits[n_legs] := debit;
            leg_credits[n_legs] := credit;
            leg_amounts[n_legs] := amount;
            debit_before[n_legs] := held[debit];
            credit_before[n_legs] := held[credit];
            held[debit] := held[debit] - amount;
            held[credit] := held[credit] + amount;
            done := leg;
        END LOOP;
        IF done = cardinality(item.amounts) THEN
            outcomes[item.place] := 'posted';
            transfers[item.place] := item.transfer_id;
            CONTINUE;
        END IF;
        outcomes[item.place] := 'insufficient';
        FOR leg IN REVERSE done .. 1 LOOP
            held[leg_debits[n_legs]] := debit_before[n_legs];
            held[leg_credits[n_legs]] := credit_before[n_legs];
            n_legs := n_legs - 1;
        END LOOP;
    END LOOP;

    n_expected := cardinality(array_positions(outcomes, 'posted'));
    IF n_expected = n_items THEN
        posted := items;  -- as nearly always: nothing to leave out
    ELSE
        SELECT coalesce(jsonb_agg(i.item), '[]') INTO posted
        FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, place)
        JOIN unnest(outcomes) WITH ORDINALITY AS o (outcome, place) USING (place)
        WHERE o.outcome = 'posted';
    END IF;

    INSERT INTO points_transfer (id, key, body_hash, kind, at, recorded_at, actor_id, reason,
                                 fact_id, claim_id, reverses_id, scope_code, person_id)
    SELECT t.transfer_id, t.key, t.body_hash, t.kind, t.at, t.recorded_at, t.actor_id, t.reason,
           t.fact_id, t.claim_id, t.reverses_id, t.scope_code, t.person_id
    FROM jsonb_to_recordset(posted) AS t (
        transfer_id uuid, key text, body_hash text, kind text, at timestamptz,
        recorded_at timestamptz, actor_id uuid, reason text, fact_id uuid, claim_id uuid,
        reverses_id uuid, scope_code text, person_id uuid)
    ORDER BY t.key COLLATE "C"
    ON CONFLICT (key) DO NOTHING;
    GET DIAGNOSTICS n_written = ROW_COUNT;
    IF n_written <> n_expected THEN
        RAISE EXCEPTION 'a key was posted with another body meanwhile'
            USING ERRCODE = 'serialization_failure';
    END IF;

    INSERT INTO points_entry (transfer_id, account_id, unit, side, amount, balance_before,
                              balance_after, scope_code, person_id)
    SELECT l.transfer_id, account.id, account.unit, side.side, l.amount, side.before,
           side.after, account.scope_code, account.person_id
    FROM unnest(leg_transfers[:n_legs], leg_debits[:n_legs], leg_credits[:n_legs],
                leg_amounts[:n_legs], debit_before[:n_legs], credit_before[:n_legs])
        WITH ORDINALITY AS l (transfer_id, debit, credit, amount, d_before, c_before, place)
    CROSS JOIN LATERAL (VALUES
        (1, 'debit', l.debit, l.d_before, l.d_before - l.amount),
        (2, 'credit', l.credit, l.c_before, l.c_before + l.amount)
    ) AS side (n, side, ref, before, after)
    JOIN unnest(account_ids) WITH ORDINALITY AS place_of (id, ref) ON place_of.ref = side.ref
    JOIN points_account AS account ON account.id = place_of.id
    ORDER BY l.place, side.n;

    UPDATE points_account AS account SET balance = new.balance
    FROM unnest(account_ids, held) AS new (id, balance)
    WHERE account.id = new.id AND account.balance <> new.balance;

    PERFORM points_post_rows(posted);

    RETURN QUERY
    SELECT (a.place - 1)::integer, a.outcome, a.transfer_id, a.short, a.available
    FROM unnest(outcomes, transfers, shorts, availables)
        WITH ORDINALITY AS a (outcome, transfer_id, short, available, place)
    WHERE a.place <= n_items ORDER BY a.place;
END $$;
