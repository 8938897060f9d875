-- What was earned, spent and ended, without reading a whole life: sums up to some entry, and
-- what came after it. Posting knows nothing of them.
--
-- Entries of one purse are written under its lock, so whoever sees one of them sees all before
-- it: a sum up to an entry is final. A purse whose entry was not yet visible when its numbers
-- were passed is found again with its next one, and until then read a little longer.

INSERT INTO points_total_mark (singleton, through_id) VALUES (true, 0);

-- What an entry of a purse adds to each sum, by the kind of its transfer.
CREATE FUNCTION points_sums(purse uuid, after_id bigint)
RETURNS TABLE (last_id bigint, earned bigint, spent bigint, ended bigint)
LANGUAGE sql STABLE AS $$
    SELECT max(entry.id),
           coalesce(sum(signed.amount) FILTER (WHERE signed.sort = 'earned'), 0)::bigint,
           coalesce(-sum(signed.amount) FILTER (WHERE signed.sort = 'spent'), 0)::bigint,
           coalesce(-sum(signed.amount) FILTER (WHERE signed.sort = 'ended'), 0)::bigint
    FROM points_entry AS entry
    JOIN points_transfer AS moved ON moved.id = entry.transfer_id
    CROSS JOIN LATERAL (SELECT
        CASE entry.side WHEN 'credit' THEN entry.amount ELSE -entry.amount END AS amount,
        CASE WHEN moved.kind IN ('redemption', 'redemption_reversal', 'redemption_return')
             THEN 'spent'
             WHEN moved.kind IN ('expiry', 'settlement') THEN 'ended'
             ELSE 'earned' END AS sort) AS signed
    WHERE entry.account_id = purse AND entry.id > after_id
$$;
REVOKE ALL ON FUNCTION points_sums(uuid, bigint) FROM PUBLIC;

-- Carries sums on for the purses among the next `most` entries; answers how many purses, null
-- when all entries were looked at. The margin looks again at what may have come late.
CREATE FUNCTION points_roll_up(most bigint) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    seen   bigint;
    newest bigint;
    rolled integer;
BEGIN
    SELECT through_id INTO seen FROM points_total_mark FOR UPDATE;
    SELECT coalesce(max(id), 0) INTO newest FROM points_entry;
    IF seen >= newest THEN
        RETURN NULL;
    END IF;
    INSERT INTO points_total AS held (account_id, through_id, earned, spent, ended)
    SELECT purse.account_id, added.last_id, added.earned, added.spent, added.ended
    FROM (SELECT DISTINCT account_id FROM points_entry
          WHERE id > seen - 10000 AND id <= seen + most AND person_id IS NOT NULL
          ORDER BY account_id) AS purse
    LEFT JOIN points_total AS total ON total.account_id = purse.account_id
    CROSS JOIN LATERAL points_sums(purse.account_id, coalesce(total.through_id, 0)) AS added
    WHERE added.last_id IS NOT NULL
    ON CONFLICT (account_id) DO UPDATE
    SET through_id = excluded.through_id, earned = held.earned + excluded.earned,
        spent = held.spent + excluded.spent, ended = held.ended + excluded.ended;
    GET DIAGNOSTICS rolled = ROW_COUNT;
    UPDATE points_total_mark SET through_id = least(seen + most, newest);
    RETURN rolled;
END $$;
REVOKE ALL ON FUNCTION points_roll_up(bigint) FROM PUBLIC;

-- The sums of one person, of one currency or of all that are open, to who may see the person.
CREATE FUNCTION points_totals(wanted uuid, purse_unit text)
RETURNS TABLE (earned bigint, spent bigint, ended bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(coalesce(total.earned, 0) + newer.earned), 0)::bigint,
           coalesce(sum(coalesce(total.spent, 0) + newer.spent), 0)::bigint,
           coalesce(sum(coalesce(total.ended, 0) + newer.ended), 0)::bigint
    FROM directory_person AS person
    JOIN points_account AS purse ON purse.person_id = person.id AND purse.kind = 'person'
    LEFT JOIN points_total AS total ON total.account_id = purse.id
    CROSS JOIN LATERAL points_sums(purse.id, coalesce(total.through_id, 0)) AS newer
    WHERE person.id = wanted
      AND CASE WHEN purse_unit IS NULL THEN starts_with(purse.unit, 'points:')
               ELSE purse.unit = purse_unit END
      AND person.scope_code >= (SELECT journal_scope_low()) COLLATE "C"
      AND person.scope_code < (SELECT journal_scope_high()) COLLATE "C"
      AND ((SELECT journal_scope_person()) IS NULL
           OR person.id = (SELECT journal_scope_person()))
$$;
REVOKE ALL ON FUNCTION points_totals(uuid, text) FROM PUBLIC;
