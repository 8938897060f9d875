DROP FUNCTION points_post_claims(uuid[], uuid, timestamptz);
DROP FUNCTION points_new_id(timestamptz);
