-- Points. The ledger is written by points_post() alone; docs/adr/0006 says why.

CREATE TABLE points_claim (
    id               uuid        PRIMARY KEY,
    person_id        uuid        NOT NULL,
    household_id     uuid,
    area_id          uuid        NOT NULL,
    village_id       uuid        NOT NULL,
    scope_code       text        NOT NULL,
    rule_code        text        NOT NULL,
    rule_title       text        NOT NULL,
    playbook_version uuid        NOT NULL REFERENCES journal_playbook_version (id),
    quantity         integer     NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    points           integer     NOT NULL CHECK (points >= 1),
    happened_on      date        NOT NULL,
    note             text        NOT NULL CHECK (length(note) <= 200),
    evidence         uuid[]      NOT NULL CHECK (cardinality(evidence) <= 9),
    state            text        NOT NULL CHECK (state IN
        ('proposed', 'on_notice', 'posted', 'rejected', 'withdrawn', 'reversed')),
    revision         integer     NOT NULL CHECK (revision >= 1),
    proposed_at      timestamptz NOT NULL,
    proposed_by      uuid        NOT NULL,
    reviewed_at      timestamptz,
    reviewed_by      uuid,
    review_reason    text        NOT NULL CHECK (length(review_reason) <= 200),
    review_fact_id   uuid,
    notice_until     timestamptz,
    posted_at        timestamptz,
    withdrawn_at     timestamptz,
    CONSTRAINT points_claim_review CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL)),
    CONSTRAINT points_claim_second_person CHECK (reviewed_by IS DISTINCT FROM proposed_by),
    CONSTRAINT points_claim_reviewed CHECK
        ((state IN ('proposed', 'withdrawn')) = (reviewed_at IS NULL)),
    CONSTRAINT points_claim_notice CHECK
        ((state IN ('on_notice', 'posted', 'reversed')) = (notice_until IS NOT NULL)),
    CONSTRAINT points_claim_posted CHECK
        ((state IN ('posted', 'reversed')) = (posted_at IS NOT NULL)),
    CONSTRAINT points_claim_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CONSTRAINT points_claim_rejected CHECK (state <> 'rejected' OR review_reason <> '')
);
-- The queue of a community, the list of a person, what counts towards a cap, what is due.
CREATE INDEX points_claim_queue ON points_claim (village_id, state, id);
CREATE INDEX points_claim_scope ON points_claim (scope_code COLLATE "C", id);
CREATE INDEX points_claim_person ON points_claim (person_id, rule_code, happened_on);
CREATE INDEX points_claim_due ON points_claim (notice_until) WHERE state = 'on_notice';

CREATE TABLE points_account (
    id                uuid    PRIMARY KEY,
    kind              text    NOT NULL CHECK (kind IN
        ('issuer', 'person', 'shop', 'supplier', 'stock', 'handed_out')),
    unit              text    NOT NULL CHECK (unit <> ''),
    holder_id         uuid    NOT NULL,
    area_id           uuid    NOT NULL,
    scope_code        text    NOT NULL,
    person_id         uuid,
    balance           bigint  NOT NULL,
    overdraft_allowed boolean NOT NULL,
    UNIQUE (kind, unit, holder_id),
    CONSTRAINT points_account_no_overdraft CHECK (balance >= 0 OR overdraft_allowed),
    -- Only the sources may owe: what they owe is what they gave out.
    CONSTRAINT points_account_sources CHECK (overdraft_allowed = (kind IN ('issuer', 'supplier'))),
    CONSTRAINT points_account_person CHECK ((kind = 'person') = (person_id IS NOT NULL))
);
CREATE INDEX points_account_person ON points_account (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE points_transfer (
    id          uuid        PRIMARY KEY,
    key         text        NOT NULL UNIQUE CHECK (key <> ''),
    body_hash   text        NOT NULL CHECK (length(body_hash) = 64),
    kind        text        NOT NULL CHECK (kind IN ('award', 'award_reversal', 'redemption',
        'redemption_reversal', 'gift', 'stock_in')),
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor_id    uuid        NOT NULL,
    fact_id     uuid        NOT NULL REFERENCES journal_fact (id),
    claim_id    uuid        REFERENCES points_claim (id),
    reverses_id uuid        UNIQUE REFERENCES points_transfer (id),
    person_id   uuid,
    area_id     uuid        NOT NULL,
    scope_code  text        NOT NULL,
    title       text        NOT NULL,
    reason      text        NOT NULL CHECK (length(reason) <= 200),
    CONSTRAINT points_transfer_reversal CHECK
        ((kind IN ('award_reversal', 'redemption_reversal')) = (reverses_id IS NOT NULL)),
    CONSTRAINT points_transfer_award CHECK
        ((kind IN ('award', 'award_reversal')) = (claim_id IS NOT NULL))
);
CREATE INDEX points_transfer_person ON points_transfer (person_id, id)
    WHERE person_id IS NOT NULL;
CREATE INDEX points_transfer_claim ON points_transfer (claim_id) WHERE claim_id IS NOT NULL;

CREATE TABLE points_entry (
    id             uuid    PRIMARY KEY,
    transfer_id    uuid    NOT NULL REFERENCES points_transfer (id),
    account_id     uuid    NOT NULL REFERENCES points_account (id),
    side           text    NOT NULL CHECK (side IN ('debit', 'credit')),
    amount         bigint  NOT NULL CHECK (amount > 0),
    balance_before bigint  NOT NULL,
    balance_after  bigint  NOT NULL,
    person_id      uuid,
    scope_code     text    NOT NULL,
    CONSTRAINT points_entry_sum CHECK (balance_after =
        balance_before + CASE side WHEN 'credit' THEN amount ELSE -amount END),
    UNIQUE (transfer_id, account_id, side)
);
CREATE INDEX points_entry_account ON points_entry (account_id, id);

CREATE TABLE points_shop (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    village_id uuid NOT NULL,
    scope_code text NOT NULL,
    opened_on  date NOT NULL,
    closed_on  date,
    UNIQUE (village_id, name)
);

CREATE TABLE points_goods (
    id           uuid    PRIMARY KEY,
    shop_id      uuid    NOT NULL REFERENCES points_shop (id),
    code         text    NOT NULL CHECK (code <> ''),
    title        text    NOT NULL CHECK (title <> ''),
    price_points integer NOT NULL CHECK (price_points >= 1),
    value_fen    integer NOT NULL CHECK (value_fen >= 0),
    low_stock    integer NOT NULL CHECK (low_stock >= 0),
    image_id     uuid,
    UNIQUE (shop_id, code)
);

CREATE TABLE points_redemption (
    id           uuid        PRIMARY KEY,
    transfer_id  uuid        NOT NULL UNIQUE REFERENCES points_transfer (id),
    fact_id      uuid        NOT NULL,
    shop_id      uuid        NOT NULL REFERENCES points_shop (id),
    goods_id     uuid        NOT NULL REFERENCES points_goods (id),
    goods_title  text        NOT NULL,
    person_id    uuid        NOT NULL,
    household_id uuid,
    village_id   uuid        NOT NULL,
    scope_code   text        NOT NULL,
    quantity     integer     NOT NULL CHECK (quantity BETWEEN 1 AND 100),
    points       integer     NOT NULL CHECK (points >= 1),
    at           timestamptz NOT NULL,
    actor_id     uuid        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('standing', 'reversed')),
    reversed_at  timestamptz,
    reversed_by  uuid,
    CONSTRAINT points_redemption_reversed CHECK ((state = 'reversed') = (reversed_at IS NOT NULL)
        AND (reversed_at IS NULL) = (reversed_by IS NULL))
);
CREATE INDEX points_redemption_shop ON points_redemption (shop_id, id);
CREATE INDEX points_redemption_person ON points_redemption (person_id, id);

-- Nothing that was posted is ever changed -------------------------------------------

CREATE FUNCTION points_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the ledger is append-only; post a contra-entry',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER points_transfer_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON points_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION points_refuse_change();
CREATE TRIGGER points_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON points_entry
    FOR EACH STATEMENT EXECUTE FUNCTION points_refuse_change();

-- Posting -----------------------------------------------------------------------------

-- Opens the accounts that items name and do not exist yet, in sorted order.
CREATE FUNCTION points_open_accounts(items jsonb) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO points_account
        (id, kind, unit, holder_id, area_id, scope_code, person_id, balance, overdraft_allowed)
    SELECT DISTINCT ON (a->>'kind', leg->>'unit', a->>'holder_id')
        (a->>'id')::uuid, a->>'kind', leg->>'unit', (a->>'holder_id')::uuid,
        (a->>'area_id')::uuid, a->>'scope_code', (a->>'person_id')::uuid, 0,
        a->>'kind' IN ('issuer', 'supplier')
    FROM jsonb_array_elements(items) AS item,
         jsonb_array_elements(item->'legs') AS leg,
         LATERAL (VALUES (leg->'from'), (leg->'to')) AS side (a)
    ORDER BY a->>'kind', leg->>'unit', a->>'holder_id'
    ON CONFLICT (kind, unit, holder_id) DO NOTHING
$$;

-- One side of a leg. Returns false, having written nothing, where the balance falls short.
CREATE FUNCTION points_move(leg jsonb, item jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    payer  points_account%ROWTYPE;
    payee  points_account%ROWTYPE;
    moved  bigint := (leg->>'amount')::bigint;
BEGIN
    UPDATE points_account SET balance = balance - moved
    WHERE kind = leg->'from'->>'kind' AND unit = leg->>'unit'
      AND holder_id = (leg->'from'->>'holder_id')::uuid
      AND (overdraft_allowed OR balance >= moved)
    RETURNING * INTO payer;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE points_account SET balance = balance + moved
    WHERE kind = leg->'to'->>'kind' AND unit = leg->>'unit'
      AND holder_id = (leg->'to'->>'holder_id')::uuid
    RETURNING * INTO STRICT payee;
    INSERT INTO points_entry (id, transfer_id, account_id, side, amount, balance_before,
                              balance_after, person_id, scope_code)
    VALUES ((leg->'entry_ids'->>0)::uuid, (item->>'transfer_id')::uuid, payer.id, 'debit', moved,
            payer.balance + moved, payer.balance, payer.person_id, payer.scope_code),
           ((leg->'entry_ids'->>1)::uuid, (item->>'transfer_id')::uuid, payee.id, 'credit', moved,
            payee.balance - moved, payee.balance, payee.person_id, payee.scope_code);
    RETURN true;
END $$;

-- Applies what goes with the transfer: the fact, the claim's next state, the redemption.
-- Raises 'LC001' (stale) where the claim or redemption is no longer what the item expects.
CREATE FUNCTION points_apply(item jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    f jsonb := item->'fact';
    r jsonb := item->'redemption';
BEGIN
    INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
        subject_id, cause_id, corrects_id, playbook_version, amount, data)
    VALUES ((f->>'id')::uuid, f->>'kind', (item->>'at')::timestamptz,
        (item->>'recorded_at')::timestamptz, (f->>'area_id')::uuid, (item->>'actor_id')::uuid,
        f->>'subject_kind', (f->>'subject_id')::uuid, (f->>'cause_id')::uuid,
        (f->>'corrects_id')::uuid, (f->>'playbook_version')::uuid, (f->>'amount')::numeric,
        f->'data');
    INSERT INTO points_transfer (id, key, body_hash, kind, at, recorded_at, actor_id, fact_id,
        claim_id, reverses_id, person_id, area_id, scope_code, title, reason)
    VALUES ((item->>'transfer_id')::uuid, item->>'key', item->>'body_hash', item->>'kind',
        (item->>'at')::timestamptz, (item->>'recorded_at')::timestamptz,
        (item->>'actor_id')::uuid, (f->>'id')::uuid, (item->>'claim_id')::uuid,
        (item->>'reverses_id')::uuid, (item->>'person_id')::uuid, (item->>'area_id')::uuid,
        item->>'scope_code', item->>'title', item->>'reason');
    IF item->>'kind' = 'award' THEN
        UPDATE points_claim SET state = 'posted', posted_at = (item->>'recorded_at')::timestamptz,
            revision = revision + 1
        WHERE id = (item->>'claim_id')::uuid AND state = 'on_notice';
        IF NOT FOUND THEN RAISE EXCEPTION 'stale' USING ERRCODE = 'LC001'; END IF;
    ELSIF item->>'kind' = 'award_reversal' THEN
        UPDATE points_claim SET state = 'reversed', revision = revision + 1
        WHERE id = (item->>'claim_id')::uuid AND state = 'posted';
        IF NOT FOUND THEN RAISE EXCEPTION 'stale' USING ERRCODE = 'LC001'; END IF;
    ELSIF item->>'kind' = 'redemption' THEN
        INSERT INTO points_redemption (id, transfer_id, fact_id, shop_id, goods_id, goods_title,
            person_id, household_id, village_id, scope_code, quantity, points, at, actor_id, state)
        VALUES ((r->>'id')::uuid, (item->>'transfer_id')::uuid, (f->>'id')::uuid,
            (r->>'shop_id')::uuid, (r->>'goods_id')::uuid, r->>'goods_title',
            (item->>'person_id')::uuid, (r->>'household_id')::uuid, (r->>'village_id')::uuid,
            item->>'scope_code', (r->>'quantity')::integer, (r->>'points')::integer,
            (item->>'at')::timestamptz, (item->>'actor_id')::uuid, 'standing');
    ELSIF item->>'kind' = 'redemption_reversal' THEN
        UPDATE points_redemption SET state = 'reversed',
            reversed_at = (item->>'recorded_at')::timestamptz,
            reversed_by = (item->>'actor_id')::uuid
        WHERE id = (r->>'id')::uuid AND state = 'standing';
        IF NOT FOUND THEN RAISE EXCEPTION 'stale' USING ERRCODE = 'LC001'; END IF;
    END IF;
END $$;

-- Posts items, each wholly or not at all, and answers for each.
--
-- Keys and accounts are locked in sorted order before anything moves, so two calls that
-- share a shop or a person wait for each other instead of deadlocking. An item that falls
-- short is taken back to its savepoint and harms no other.
CREATE FUNCTION points_post(items jsonb)
RETURNS TABLE (index integer, outcome text, transfer_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    item    jsonb;
    leg     jsonb;
    earlier points_transfer%ROWTYPE;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('liuchi.points.key:' || k, 0))
    FROM (SELECT DISTINCT e->>'key' AS k FROM jsonb_array_elements(items) AS e ORDER BY 1) AS keys;
    PERFORM points_open_accounts(items);
    PERFORM 1 FROM points_account AS account
    WHERE (account.kind, account.unit, account.holder_id) IN (
        SELECT a->>'kind', l->>'unit', (a->>'holder_id')::uuid
        FROM jsonb_array_elements(items) AS i, jsonb_array_elements(i->'legs') AS l,
             LATERAL (VALUES (l->'from'), (l->'to')) AS side (a))
    ORDER BY account.id FOR UPDATE;

    FOR index, item IN
        SELECT (e.place - 1)::integer, e.value
        FROM jsonb_array_elements(items) WITH ORDINALITY AS e (value, place)
    LOOP
        transfer_id := (item->>'transfer_id')::uuid;
        outcome := 'posted';
        SELECT * INTO earlier FROM points_transfer AS t WHERE t.key = item->>'key';
        IF FOUND THEN
            transfer_id := earlier.id;
            outcome := CASE WHEN earlier.body_hash = item->>'body_hash'
                            THEN 'repeated' ELSE 'conflict' END;
        ELSE
            BEGIN
                PERFORM points_apply(item);
                FOR leg IN SELECT value FROM jsonb_array_elements(item->'legs') LOOP
                    IF NOT points_move(leg, item) THEN
                        RAISE EXCEPTION '%', leg->>'unit' USING ERRCODE = 'LC002';
                    END IF;
                END LOOP;
            EXCEPTION
                WHEN SQLSTATE 'LC001' THEN outcome := 'stale'; transfer_id := NULL;
                WHEN SQLSTATE 'LC002' THEN
                    outcome := CASE WHEN SQLERRM LIKE 'goods:%'
                                    THEN 'insufficient_stock' ELSE 'insufficient_points' END;
                    transfer_id := NULL;
            END;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION points_open_accounts(jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_move(jsonb, jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_apply(jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_post(jsonb) FROM PUBLIC;

-- Who sees which rows -----------------------------------------------------------------

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['points_claim', 'points_account', 'points_transfer',
                                'points_entry', 'points_redemption'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format($policy$
            CREATE POLICY %I ON %I USING (
                scope_code COLLATE "C" >= (SELECT journal_scope_low())
                AND scope_code COLLATE "C" < (SELECT journal_scope_high())
                AND ((SELECT journal_scope_person()) IS NULL
                     OR person_id = (SELECT journal_scope_person())))
        $policy$, name || '_scope', name);
    END LOOP;
END $$;

-- What is on public notice in a community. Public, so masked by the caller, never unmasked:
-- the name leaves this function only through the directory's mask.
CREATE FUNCTION points_on_notice(village uuid, at timestamptz)
RETURNS TABLE (claim_id uuid, person_id uuid, rule_title text, points integer,
               notice_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.person_id, c.rule_title, c.points, c.notice_until
    FROM points_claim AS c
    WHERE c.village_id = village AND c.state = 'on_notice' AND c.notice_until > at
    ORDER BY c.notice_until, c.id LIMIT 500
$$;
REVOKE ALL ON FUNCTION points_on_notice(uuid, timestamptz) FROM PUBLIC;
