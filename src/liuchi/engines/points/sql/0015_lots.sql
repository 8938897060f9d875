-- Lots: what one purse holds until one day. Points without a last day have no row here: they
-- are what the balance holds beyond its lots, so a currency that never ends costs nothing.
-- A lot is the points of one purse with one last day; such days are ends of months, so a purse
-- has few. Whatever ends first is spent first. Lots follow the entries by themselves: nobody
-- posts to them, and nobody can post past them.

-- `undoes` is the transfer whose points come back, `came` the lot they had been taken from.
CREATE FUNCTION points_lot_add(account uuid, transfer uuid, day date, amount bigint, scope text,
                               person uuid, undoes uuid, came date)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO points_lot (account_id, expires_on, points_left, scope_code, person_id)
    VALUES (account, day, amount, scope, person)
    ON CONFLICT (account_id, expires_on)
    DO UPDATE SET points_left = points_lot.points_left + excluded.points_left;
    INSERT INTO points_lot_move (transfer_id, account_id, expires_on, points, undoes_id,
                                 came_from, scope_code, person_id)
    VALUES (transfer, account, day, amount, undoes, came, scope, person);
$$;
REVOKE ALL ON FUNCTION points_lot_add(uuid, uuid, date, bigint, text, uuid, uuid, date)
    FROM PUBLIC;

-- Takes up to `amount` out of a purse's lots and returns what they did not hold: that had no
-- last day. Lots that `origin` filled come first, up to what it put in, then the others by
-- their day. With `before`, only what ended before that day.
CREATE FUNCTION points_lot_take(account uuid, transfer uuid, amount bigint, origin uuid,
                                before date, scope text, person uuid)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    lot record;
    part bigint;
    wanted bigint := amount;
BEGIN
    FOR lot IN
        SELECT held.id, held.expires_on, held.points_left FROM points_lot AS held
        WHERE held.account_id = account AND held.points_left > 0
          AND (before IS NULL OR held.expires_on < before)
        ORDER BY NOT EXISTS (
            SELECT FROM points_lot_move AS filled
            WHERE origin IS NOT NULL AND filled.transfer_id = origin
              AND filled.account_id = account AND filled.expires_on = held.expires_on
        ), held.expires_on
    LOOP
        EXIT WHEN wanted = 0;
        part := least(wanted, lot.points_left);
        UPDATE points_lot SET points_left = points_left - part WHERE id = lot.id;
        INSERT INTO points_lot_move (transfer_id, account_id, expires_on, points, scope_code,
                                     person_id)
        VALUES (transfer, account, lot.expires_on, -part, scope, person);
        wanted := wanted - part;
    END LOOP;
    RETURN wanted;
END $$;
REVOKE ALL ON FUNCTION points_lot_take(uuid, uuid, bigint, uuid, date, text, uuid) FROM PUBLIC;

-- Puts back what `spent` took out of lots, each into the lot it came from, the latest day
-- first; what is more had no last day. Points whose day has passed meanwhile hold for thirty
-- days more: bringing goods back must not cost the points paid for them.
CREATE FUNCTION points_lot_back(account uuid, transfer uuid, spent uuid, amount bigint,
                                today date, scope text, person uuid)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    came record;
    part bigint;
    wanted bigint := amount;
BEGIN
    FOR came IN
        SELECT taken.expires_on AS day, -taken.points - coalesce((
            SELECT sum(back.points) FROM points_lot_move AS back
            WHERE back.undoes_id = spent AND back.came_from = taken.expires_on), 0) AS outside
        FROM points_lot_move AS taken
        WHERE taken.transfer_id = spent AND taken.account_id = account AND taken.points < 0
        ORDER BY taken.expires_on DESC
    LOOP
        part := least(wanted, came.outside);
        CONTINUE WHEN part <= 0;
        PERFORM points_lot_add(account, transfer,
            CASE WHEN came.day < today THEN today + 30 ELSE came.day END,
            part, scope, person, spent, came.day);
        wanted := wanted - part;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION points_lot_back(uuid, uuid, uuid, bigint, date, text, uuid) FROM PUBLIC;

-- After entries are written: credits with a last day fill lots, debits empty them. A batch
-- without a currency that ends looks once at a table of a few rows and is done.
CREATE FUNCTION points_lots_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry record;
    missing bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM written JOIN points_dated_unit USING (unit)) THEN
        RETURN NULL;
    END IF;
    FOR entry IN
        SELECT w.transfer_id, w.account_id, w.side, w.amount, w.scope_code, w.person_id,
               t.kind, t.reverses_id, claim.expires_on,
               (t.at AT TIME ZONE 'Asia/Shanghai')::date AS today
        FROM written AS w
        JOIN points_dated_unit USING (unit)
        JOIN points_transfer AS t ON t.id = w.transfer_id
        LEFT JOIN points_claim AS claim ON claim.id = t.claim_id AND t.kind = 'award'
        WHERE w.person_id IS NOT NULL ORDER BY w.id
    LOOP
        IF entry.side = 'debit' THEN
            missing := points_lot_take(
                entry.account_id, entry.transfer_id, entry.amount, entry.reverses_id,
                CASE entry.kind WHEN 'expiry' THEN entry.today END,
                entry.scope_code, entry.person_id);
            IF entry.kind = 'expiry' AND missing > 0 THEN
                RAISE EXCEPTION 'transfer % takes % points whose day is not over',
                    entry.transfer_id, missing USING ERRCODE = 'check_violation';
            END IF;
        ELSIF entry.kind = 'award' AND entry.expires_on IS NOT NULL THEN
            PERFORM points_lot_add(entry.account_id, entry.transfer_id, entry.expires_on,
                entry.amount, entry.scope_code, entry.person_id, NULL, NULL);
        ELSIF entry.kind = 'redemption_reversal' THEN
            PERFORM points_lot_back(entry.account_id, entry.transfer_id, entry.reverses_id,
                entry.amount, entry.today, entry.scope_code, entry.person_id);
        ELSIF entry.kind = 'merge' THEN  -- its debit came before it: the days go along
            PERFORM points_lot_add(entry.account_id, entry.transfer_id, m.expires_on, -m.points,
                entry.scope_code, entry.person_id, NULL, NULL)
            FROM points_lot_move AS m
            WHERE m.transfer_id = entry.transfer_id AND m.points < 0;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION points_lots_follow() FROM PUBLIC;
CREATE TRIGGER points_entry_lots AFTER INSERT ON points_entry
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION points_lots_follow();

-- What came back in part is known as such once its row is written, an opening's transfer too.
CREATE FUNCTION points_return_lots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM points_lot_back(entry.account_id, NEW.transfer_id, made.transfer_id, entry.amount,
        (NEW.at AT TIME ZONE 'Asia/Shanghai')::date, NEW.scope_code, NEW.person_id)
    FROM points_redemption AS made, points_entry AS entry
    WHERE made.id = NEW.redemption_id AND entry.transfer_id = NEW.transfer_id
      AND entry.person_id IS NOT NULL;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION points_return_lots() FROM PUBLIC;
CREATE TRIGGER points_return_into_lots AFTER INSERT ON points_return
    FOR EACH ROW EXECUTE FUNCTION points_return_lots();

CREATE FUNCTION points_opening_lots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM points_lot_add(entry.account_id, NEW.transfer_id, NEW.expires_on, entry.amount,
                           NEW.scope_code, NEW.person_id, NULL, NULL)
    FROM points_entry AS entry
    WHERE entry.transfer_id = NEW.transfer_id AND entry.person_id IS NOT NULL;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION points_opening_lots() FROM PUBLIC;
CREATE TRIGGER points_opening_into_lots AFTER UPDATE OF transfer_id ON points_opening
    FOR EACH ROW WHEN (OLD.transfer_id IS NULL AND NEW.transfer_id IS NOT NULL
                       AND NEW.expires_on IS NOT NULL)
    EXECUTE FUNCTION points_opening_lots();

-- The invariant: a purse's lots never hold more than its balance; what they hold less has no
-- last day. Checked where lots change, when all is written, and where a balance falls.
CREATE FUNCTION points_check_lot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(points_left) FROM points_lot WHERE account_id = NEW.account_id)
       > (SELECT balance FROM points_account WHERE id = NEW.account_id) THEN
        RAISE EXCEPTION 'the lots of account % hold more than its balance', NEW.account_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION points_check_lot() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER points_lot_within_balance AFTER INSERT OR UPDATE ON points_lot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION points_check_lot();
CREATE FUNCTION points_check_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT n.id INTO wrong FROM after AS n
    WHERE n.kind = 'person' AND EXISTS (SELECT FROM points_dated_unit WHERE unit = n.unit)
      AND n.balance < (SELECT sum(points_left) FROM points_lot WHERE account_id = n.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the lots of account % hold more than its balance', wrong
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION points_check_balances() FROM PUBLIC;
CREATE TRIGGER points_account_above_lots AFTER UPDATE ON points_account
    REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION points_check_balances();
CREATE TRIGGER points_lot_move_no_change BEFORE UPDATE ON points_lot_move
    FOR EACH ROW EXECUTE FUNCTION points_allow_only_scope();
CREATE TRIGGER points_lot_move_no_delete BEFORE DELETE OR TRUNCATE ON points_lot_move
    FOR EACH STATEMENT EXECUTE FUNCTION points_refuse_change();
CREATE TRIGGER points_lot_no_delete BEFORE DELETE OR TRUNCATE ON points_lot
    FOR EACH STATEMENT EXECUTE FUNCTION points_refuse_change();

-- Purses with lots whose day is over, locked with the accounts their points go back to, in
-- the order points_post locks them: what is read here is still so when it is posted. What a
-- counter has set aside for its holder stays until the counter has let go of it.
CREATE FUNCTION points_lots_due(today date, most integer)
RETURNS TABLE (person_id uuid, unit text, area_id uuid, scope_code text, points bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
#variable_conflict use_column
DECLARE
    purses uuid[] := ARRAY(
        SELECT DISTINCT account_id FROM points_lot
        WHERE points_left > 0 AND expires_on < today
          AND scope_code COLLATE "C" >= (SELECT journal_scope_low())
          AND scope_code COLLATE "C" < (SELECT journal_scope_high())
        ORDER BY account_id LIMIT most);
BEGIN
    PERFORM 1 FROM points_account AS account
    WHERE id = ANY (purses) OR (kind = 'issue' AND (unit, holder_id) IN (
        SELECT unit, area_id FROM points_account WHERE id = ANY (purses)))
    ORDER BY id FOR NO KEY UPDATE;
    RETURN QUERY
    SELECT account.person_id, account.unit, account.area_id, account.scope_code,
           least(account.balance - account.reserved, due.points)
    FROM points_account AS account
    CROSS JOIN LATERAL (
        SELECT sum(lot.points_left)::bigint AS points FROM points_lot AS lot
        WHERE lot.account_id = account.id AND lot.points_left > 0 AND lot.expires_on < today
    ) AS due
    WHERE account.id = ANY (purses) AND due.points > 0 AND account.balance > account.reserved
    ORDER BY account.id;
END $$;
REVOKE ALL ON FUNCTION points_lots_due(date, integer) FROM PUBLIC;

ALTER TABLE points_lot ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_lot_scope ON points_lot USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));
ALTER TABLE points_lot_move ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_lot_move_scope ON points_lot_move USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));
