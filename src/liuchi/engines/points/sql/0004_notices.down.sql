DROP FUNCTION points_notice_counts(uuid);
DROP FUNCTION points_notice_items(uuid, timestamptz);
DROP FUNCTION points_on_notice(uuid, timestamptz);
DROP FUNCTION points_name_in_public(uuid, text, boolean);
CREATE FUNCTION points_on_notice(village uuid, now timestamptz)
RETURNS TABLE (masked_name text, rule_title text, points integer, notice_ends_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT masked_name, rule_title, points, notice_ends_at FROM points_claim
    WHERE village_id = village AND state = 'on_notice' AND notice_ends_at > now
    ORDER BY notice_ends_at, id LIMIT 500
$$;
REVOKE ALL ON FUNCTION points_on_notice(uuid, timestamptz) FROM PUBLIC;
DROP POLICY points_public_name_scope ON points_public_name;
DROP POLICY points_objection_line_scope ON points_objection_line;
DROP POLICY points_objection_key_scope ON points_objection_key;
DROP POLICY points_objection_scope ON points_objection;
ALTER TABLE points_public_name DISABLE ROW LEVEL SECURITY;
ALTER TABLE points_objection_line DISABLE ROW LEVEL SECURITY;
ALTER TABLE points_objection_key DISABLE ROW LEVEL SECURITY;
ALTER TABLE points_objection DISABLE ROW LEVEL SECURITY;
ALTER TABLE points_claim ALTER COLUMN name_hidden DROP DEFAULT;
ALTER TABLE points_claim ALTER COLUMN objections_open DROP DEFAULT;
