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
-- Every table is asked by a key. A connection keeps its plans, and one made while a table was
-- small reads all of it for each batch long after it has grown: hence no sequential scans.
--
-- Two batches can't deadlock: accounts are opened in order of (unit, kind, holder), then
-- locked in order of id, then claims, redemptions and opening balances in order of id, then
-- keys inserted in order. Known keys are read after the locks: a twin with the same body holds the same
-- accounts and has committed by then. A twin with another body may hold other accounts; it
-- is met at the insert, which raises a serialization failure, and the writer tries again.
--
-- Balances are decided in memory and written once per account: a hundred postings to one shop
-- cost one new version of its row. Mostly nothing is amiss: running sums over all sides show
-- it in one statement. Only where a key is known, a state has passed or an account would fall
-- short are items decided one by one, since each refusal changes what is left for the next.
CREATE OR REPLACE FUNCTION points_post(accounts jsonb, items jsonb)
RETURNS TABLE (place integer, outcome text, transfer_id uuid, short text, available bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '5s' SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    n_items     integer := jsonb_array_length(items);
    account_ids uuid[];  -- this and the next five: one element per account, from 1
    held        bigint[];
    may_be_less boolean[];
    kinds       text[];
    units       text[];
    persons     uuid[];
    scopes      text[];
    outcomes    text[] := '{}';  -- one element per item, from 1
    transfers   uuid[] := '{}';
    shorts      text[] := array_fill(NULL::text, ARRAY[greatest(n_items, 1)]);
    availables  bigint[] := array_fill(NULL::bigint, ARRAY[greatest(n_items, 1)]);
    n_sides     integer := 0;    -- sides of legs posted so far, with their arrays: `refs` are
    side_transfers uuid[] := '{}';   -- places of accounts, `moves` below zero for a debit
    side_refs      integer[] := '{}';
    side_moves     bigint[] := '{}';
    side_befores   bigint[] := '{}';
    is_clear    boolean;
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
           array_agg(unit ORDER BY ref), array_agg(person_id ORDER BY ref),
           array_agg(scope_code ORDER BY ref)
    INTO account_ids, held, may_be_less, kinds, units, persons, scopes
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

    WITH item AS MATERIALIZED (
        SELECT i.place, i.item, (i.item ->> 'transfer_id')::uuid AS transfer_id
        FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, place)
    ), leg AS MATERIALIZED (
        SELECT item.place, n.leg, item.transfer_id,
               (item.item -> 'legs' -> n.leg ->> 0)::integer + 1 AS debit,
               (item.item -> 'legs' -> n.leg ->> 1)::integer + 1 AS credit,
               (item.item -> 'legs' -> n.leg ->> 2)::bigint AS amount
        FROM item
        CROSS JOIN generate_series(0, jsonb_array_length(item.item -> 'legs') - 1) AS n (leg)
    ), side AS (
        SELECT leg.place, leg.leg, n.side, leg.transfer_id, n.ref, n.moves,
               sum(n.moves) OVER (PARTITION BY n.ref ORDER BY leg.place, leg.leg, n.side
                                  ROWS UNBOUNDED PRECEDING) AS moved
        FROM leg CROSS JOIN LATERAL (VALUES (1, leg.debit, -leg.amount),
                                            (2, leg.credit, leg.amount)) AS n (side, ref, moves)
    ), placed AS (
        SELECT bool_and(moves > 0 OR may_be_less[ref] OR held[ref] + moved >= 0) AS is_clear,
               array_agg(transfer_id ORDER BY place, leg, side) AS transfers,
               array_agg(ref ORDER BY place, leg, side) AS refs,
               array_agg(moves ORDER BY place, leg, side) AS moves,
               array_agg(held[ref] + moved - moves ORDER BY place, leg, side) AS befores
        FROM side
    ), law AS (
        SELECT item.place, item.item, legs.*
        FROM item JOIN (
            SELECT leg.place, bool_and(leg.amount > 0 AND units[leg.debit] = units[leg.credit])
                       AS is_even,
                   string_agg(kinds[leg.debit] || '>' || kinds[leg.credit], ',' ORDER BY leg.leg)
                       AS shape,
                   array_agg(leg.amount ORDER BY leg.leg) AS amounts,
                   array_agg(units[leg.debit] ORDER BY leg.leg) AS units,
                   array_agg(persons[leg.debit] ORDER BY leg.leg) AS debited,
                   array_agg(persons[leg.credit] ORDER BY leg.leg) AS credited
            FROM leg GROUP BY leg.place
        ) AS legs (leg_place, is_even, shape, amounts, units, debited, credited)
            ON legs.leg_place = item.place
    ), decided AS (
        SELECT count(*) AS items, bool_and(law.is_even AND points_post_allows(
                   law.item ->> 'kind', (law.item ->> 'at')::timestamptz, law.shape,
                   law.amounts, law.units, law.debited, law.credited, law.item,
                   NULL::points_claim, NULL::points_redemption, NULL::points_opening,
                   NULL::points_transfer)) AS is_clear
        FROM law
    )
    SELECT placed.is_clear AND decided.is_clear AND decided.items = n_items,
           placed.transfers, placed.refs, placed.moves, placed.befores
    INTO is_clear, side_transfers, side_refs, side_moves, side_befores
    FROM placed CROSS JOIN decided
    -- What moves something else to its next state is decided one by one, below.
    WHERE NOT EXISTS (SELECT FROM item WHERE item.item ?| ARRAY['claim_id', 'redemption_id',
                                                                 'opening_id', 'reverses_id'])
      AND NOT EXISTS (SELECT FROM points_transfer AS known
                      WHERE known.key = ANY (ARRAY(SELECT item.item ->> 'key' FROM item)));

    IF is_clear THEN
        outcomes := array_fill('posted'::text, ARRAY[n_items]);
        transfers := ARRAY(SELECT (i.item ->> 'transfer_id')::uuid FROM jsonb_array_elements(items)
                           WITH ORDINALITY AS i (item, place) ORDER BY i.place);
        n_sides := cardinality(side_refs);
        SELECT array_agg(held[a.ref] + coalesce(m.moved, 0) ORDER BY a.ref) INTO held
        FROM generate_subscripts(account_ids, 1) AS a (ref)
        LEFT JOIN (SELECT s.ref, sum(s.moves) AS moved FROM unnest(side_refs, side_moves)
                   AS s (ref, moves) GROUP BY s.ref) AS m ON m.ref = a.ref;
    ELSE
        side_transfers := '{}';
        side_refs := '{}';
        side_moves := '{}';
        side_befores := '{}';
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
                side_transfers[n_sides + 1] := item.transfer_id;
                side_refs[n_sides + 1] := debit;
                side_moves[n_sides + 1] := -amount;
                side_befores[n_sides + 1] := held[debit];
                held[debit] := held[debit] - amount;
                side_transfers[n_sides + 2] := item.transfer_id;
                side_refs[n_sides + 2] := credit;
                side_moves[n_sides + 2] := amount;
                side_befores[n_sides + 2] := held[credit];
                held[credit] := held[credit] + amount;
                n_sides := n_sides + 2;
                done := leg;
            END LOOP;
            IF done = cardinality(item.amounts) THEN
                outcomes[item.place] := 'posted';
                transfers[item.place] := item.transfer_id;
                CONTINUE;
            END IF;
            outcomes[item.place] := 'insufficient';
            FOR leg IN REVERSE 2 * done .. 1 LOOP
                held[side_refs[n_sides]] := side_befores[n_sides];
                n_sides := n_sides - 1;
            END LOOP;
        END LOOP;
    END IF;

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
    SELECT s.transfer_id, a.id, a.unit, CASE WHEN s.moves < 0 THEN 'debit' ELSE 'credit' END,
           abs(s.moves), s.before, s.before + s.moves, a.scope_code, a.person_id
    FROM unnest(side_transfers[:n_sides], side_refs[:n_sides], side_moves[:n_sides],
                side_befores[:n_sides])
        WITH ORDINALITY AS s (transfer_id, ref, moves, before, place)
    JOIN unnest(account_ids, units, scopes, persons)
        WITH ORDINALITY AS a (id, unit, scope_code, person_id, ref) ON a.ref = s.ref
    ORDER BY s.place;

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
