DO $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT tgname, tgrelid::regclass AS holder FROM pg_trigger
        WHERE tgname IN ('points_claim_named', 'points_redemption_named', 'points_gift_named')
           OR tgname LIKE 'points\_orphans\_of\_%' OR tgname LIKE 'points\_names\_%'
           OR (tgname ~ '^points_(claim|redemption|gift)_to_' AND NOT tgisinternal)
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', held.tgname, held.holder);
    END LOOP;
END $$;
DROP FUNCTION points_claim_named();
DROP FUNCTION points_handover_named();
