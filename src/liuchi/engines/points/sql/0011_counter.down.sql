DROP FUNCTION points_reserved_for(uuid);
DROP FUNCTION points_release_all(uuid, uuid[], boolean);
DROP FUNCTION points_release(uuid, jsonb);
DROP FUNCTION points_reserve(uuid, jsonb);
DROP FUNCTION points_lock_accounts(jsonb);
DROP POLICY points_counter_secret_scope ON points_counter_secret;
DROP POLICY points_basket_scope ON points_basket;
