-- The counter. Who may see baskets and secrets; what sets goods and points aside.

-- points_post opens accounts without a word about this column.
ALTER TABLE points_account ALTER COLUMN reserved SET DEFAULT 0;

ALTER TABLE points_basket ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_basket_scope ON points_basket USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));
ALTER TABLE points_counter_secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_counter_secret_scope ON points_counter_secret USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));

-- Locks accounts as points_post does, in order of id: what is released and what is posted in
-- one transaction are locked once and in one order, so no two counters wait for each other.
-- Accounts of people out of scope are not there.
CREATE FUNCTION points_lock_accounts(accounts jsonb) RETURNS TABLE (ref integer, id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
SET lock_timeout = '5s' AS $$
    SELECT (wanted.ref - 1)::integer, account.id
    FROM ROWS FROM (jsonb_to_recordset(accounts) AS (unit text, kind text, holder_id uuid))
        WITH ORDINALITY AS wanted (unit, kind, holder_id, ref)
    JOIN points_account AS account
      ON account.unit = wanted.unit AND account.kind = wanted.kind
     AND account.holder_id = wanted.holder_id
    WHERE account.person_id IS NULL
       OR (account.scope_code COLLATE "C" >= (SELECT journal_scope_low())
           AND account.scope_code COLLATE "C" < (SELECT journal_scope_high()))
    ORDER BY account.id FOR NO KEY UPDATE OF account
$$;
REVOKE ALL ON FUNCTION points_lock_accounts(jsonb) FROM PUBLIC;

-- Sets aside for a holder what is wanted of each account, or what is left of it.
-- wanted: [{unit, kind, holder_id, quantity}]: so much is to be held altogether afterwards,
-- never less than now. Answers what the holder holds, by place from 0.
CREATE FUNCTION points_reserve(holder uuid, wanted jsonb)
RETURNS TABLE (place integer, held bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    each record;
    more bigint;
BEGIN
    FOR each IN
        SELECT locked.ref, locked.id, (wanted -> locked.ref ->> 'quantity')::bigint AS quantity
        FROM points_lock_accounts(wanted) AS locked ORDER BY locked.id
    LOOP
        SELECT least(each.quantity - coalesce(mine.quantity, 0),
                     account.balance - account.reserved)
        INTO more FROM points_account AS account
        LEFT JOIN points_reservation AS mine
          ON mine.account_id = account.id AND mine.holder_id = holder
        WHERE account.id = each.id;
        IF more > 0 THEN
            UPDATE points_account SET reserved = reserved + more WHERE id = each.id;
            INSERT INTO points_reservation (holder_id, account_id, quantity)
            VALUES (holder, each.id, more)
            ON CONFLICT (holder_id, account_id)
            DO UPDATE SET quantity = points_reservation.quantity + excluded.quantity;
        END IF;
        RETURN QUERY SELECT each.ref, coalesce((SELECT mine.quantity FROM points_reservation AS mine
            WHERE mine.holder_id = holder AND mine.account_id = each.id), 0);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION points_reserve(uuid, jsonb) FROM PUBLIC;

-- Gives back what a holder has set aside: of each account named as much as wanted at most.
-- Answers how much it was, by place from 0. The accounts stay locked for what is posted next.
CREATE FUNCTION points_release(holder uuid, wanted jsonb)
RETURNS TABLE (place integer, freed bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    each record;
    mine bigint;
BEGIN
    FOR each IN
        SELECT locked.ref, locked.id, (wanted -> locked.ref ->> 'quantity')::bigint AS quantity
        FROM points_lock_accounts(wanted) AS locked ORDER BY locked.id
    LOOP
        SELECT least(quantity, each.quantity) INTO mine FROM points_reservation
        WHERE holder_id = holder AND account_id = each.id;
        IF mine > 0 THEN
            UPDATE points_account SET reserved = reserved - mine WHERE id = each.id;
            DELETE FROM points_reservation
            WHERE holder_id = holder AND account_id = each.id AND quantity = mine;
            UPDATE points_reservation SET quantity = quantity - mine
            WHERE holder_id = holder AND account_id = each.id;
        END IF;
        RETURN QUERY SELECT each.ref, coalesce(mine, 0);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION points_release(uuid, jsonb) FROM PUBLIC;

-- Gives back everything a holder has set aside, but of these people.
CREATE FUNCTION points_release_all(holder uuid, but_people uuid[], goods_too boolean)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM points_account WHERE id IN (
        SELECT account_id FROM points_reservation WHERE holder_id = holder)
    ORDER BY id FOR NO KEY UPDATE;
    WITH freed AS (
        DELETE FROM points_reservation AS held USING points_account AS account
        WHERE held.holder_id = holder AND account.id = held.account_id
          AND (CASE WHEN account.person_id IS NULL THEN goods_too
                    ELSE account.person_id <> ALL (but_people) END)
        RETURNING held.account_id, held.quantity)
    UPDATE points_account AS account SET reserved = reserved - freed.quantity
    FROM freed WHERE account.id = freed.account_id;
END $$;
REVOKE ALL ON FUNCTION points_release_all(uuid, uuid[], boolean) FROM PUBLIC;

-- What a holder has set aside: goods of shops, and points of people within the scope.
CREATE FUNCTION points_reserved_for(holder uuid)
RETURNS TABLE (unit text, person_id uuid, quantity bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account.unit, account.person_id, held.quantity
    FROM points_reservation AS held JOIN points_account AS account ON account.id = held.account_id
    WHERE held.holder_id = holder AND (account.person_id IS NULL
       OR (account.scope_code COLLATE "C" >= (SELECT journal_scope_low())
           AND account.scope_code COLLATE "C" < (SELECT journal_scope_high())))
    ORDER BY account.unit, account.person_id
$$;
REVOKE ALL ON FUNCTION points_reserved_for(uuid) FROM PUBLIC;
