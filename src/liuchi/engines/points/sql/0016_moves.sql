-- Moving to another village: what was booked stays readable where it was booked, since that
-- village's books must add up; who may see the person now reads all of it as well. A policy
-- of its own, for reading alone: the other village's claims are not the new one's to decide.
-- directory_person has its own policy, so the question is asked within the same scope.
DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY[
        'points_transfer', 'points_entry', 'points_claim', 'points_redemption', 'points_gift',
        'points_opening', 'points_approval', 'points_grade', 'points_official_grade', 'points_return',
        'points_basket', 'points_lot_move', 'points_benefit_use', 'points_benefit_code'
    ] LOOP
        EXECUTE format(
            'CREATE POLICY %I ON %I FOR SELECT USING (person_id IS NOT NULL AND EXISTS ('
            'SELECT FROM directory_person AS home WHERE home.id = %I.person_id))',
            holder || '_home', holder, holder);
    END LOOP;
END $$;

-- The purse, the card and how the name appears in public go along with their person: from now on the
-- new village pays out and the old one sees no balance. Within the transaction's own scope.
CREATE FUNCTION points_move_home(people uuid[], village uuid, new_scope text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    low   text := journal_scope_low();
    high  text := journal_scope_high();
    moved integer;
BEGIN
    IF NOT (new_scope COLLATE "C" >= low AND new_scope COLLATE "C" < high) THEN
        RAISE EXCEPTION 'the new home is out of scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE points_account SET area_id = village, scope_code = new_scope
    WHERE person_id = ANY (people) AND kind = 'person'
      AND scope_code COLLATE "C" >= low AND scope_code COLLATE "C" < high;
    GET DIAGNOSTICS moved = ROW_COUNT;
    UPDATE points_public_name SET scope_code = new_scope
    WHERE person_id = ANY (people)
      AND scope_code COLLATE "C" >= low AND scope_code COLLATE "C" < high;
    UPDATE points_lot SET scope_code = new_scope
    WHERE person_id = ANY (people)
      AND scope_code COLLATE "C" >= low AND scope_code COLLATE "C" < high;
    UPDATE points_counter_secret SET scope_code = new_scope
    WHERE person_id = ANY (people)
      AND scope_code COLLATE "C" >= low AND scope_code COLLATE "C" < high;
    UPDATE points_card SET scope_code = new_scope
    WHERE person_id = ANY (people)
      AND scope_code COLLATE "C" >= low AND scope_code COLLATE "C" < high;
    RETURN moved;
END $$;
REVOKE ALL ON FUNCTION points_move_home(uuid[], uuid, text) FROM PUBLIC;

-- A cap holds for the person, wherever the deeds were done: who moves in the middle of a
-- month begins no second one. Asked of people within the scope, not of claims within it.
CREATE OR REPLACE FUNCTION points_used(wanted jsonb) RETURNS TABLE (place integer, used bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (asked.place - 1)::integer,
           (SELECT coalesce(sum(claim.points), 0) FROM points_claim AS claim
            WHERE claim.person_id = asked.person_id AND claim.rule_code = asked.rule_code
              AND claim.unit = asked.unit
              AND claim.state NOT IN ('rejected', 'withdrawn', 'reversed')
              AND claim.happened_on >= coalesce(asked.first, '-infinity')
              AND claim.happened_on < coalesce(asked.end, 'infinity')
              AND EXISTS (SELECT FROM directory_person AS home
                          WHERE home.id = asked.person_id
                            AND home.scope_code COLLATE "C" >= (SELECT journal_scope_low())
                            AND home.scope_code COLLATE "C" < (SELECT journal_scope_high())))::bigint
    FROM ROWS FROM (jsonb_to_recordset(wanted) AS (
        person_id uuid, unit text, rule_code text, first date, "end" date))
        WITH ORDINALITY AS asked (person_id, unit, rule_code, first, "end", place)
$$;
