DO $$
DECLARE
    held record;
BEGIN
    FOR held IN SELECT tablename, policyname FROM pg_policies
                WHERE starts_with(tablename, 'points_') AND policyname LIKE '%\_internal' LOOP
        EXECUTE format('DROP POLICY %I ON %I', held.policyname, held.tablename);
    END LOOP;
END $$;
DROP FUNCTION points_claim_is_internal(uuid), points_purse_is_internal(uuid),
    points_transfer_is_internal(uuid), points_campaign_is_internal(uuid), points_scope_inner(),
    points_scope_self();
