DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY[
        'points_transfer', 'points_entry', 'points_claim', 'points_redemption', 'points_gift',
        'points_opening', 'points_approval', 'points_grade', 'points_official_grade', 'points_return',
        'points_basket', 'points_lot_move', 'points_benefit_use', 'points_benefit_code'
    ] LOOP
        EXECUTE format('DROP POLICY %I ON %I', holder || '_home', holder);
    END LOOP;
END $$;
DROP FUNCTION points_move_home(uuid[], uuid, text);
