-- Public notices and objections: who sees which rows, and what anybody may read.

-- Claims are inserted naming only what the application may write.
ALTER TABLE points_claim ALTER COLUMN objections_open SET DEFAULT 0;
ALTER TABLE points_claim ALTER COLUMN name_hidden SET DEFAULT false;

-- Objections and what was written are for staff of the area. A resident sees none, least of
-- all the claimant: whoever wrote must not be guessed from the style. The objector reads the
-- own objection by its receipt, as the installation's own actor.
DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY[
        'points_objection', 'points_objection_key', 'points_objection_line'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING ('
            'scope_code COLLATE "C" >= (SELECT journal_scope_low()) '
            'AND scope_code COLLATE "C" < (SELECT journal_scope_high()) '
            'AND (SELECT journal_scope_person()) IS NULL)',
            holder || '_scope', holder);
    END LOOP;
END $$;
ALTER TABLE points_public_name ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_public_name_scope ON points_public_name USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));

-- How the person of a claim appears in public: masked, or not at all. The only two functions
-- that give names to anybody pass through it.
CREATE FUNCTION points_name_in_public(person uuid, masked text, hidden boolean) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN hidden OR EXISTS (
        SELECT FROM points_public_name WHERE person_id = person AND anonymous
    ) THEN '' ELSE masked END
$$;

-- What stands on public notice in a community: anybody may read it, nobody's full name is in it.
DROP FUNCTION points_on_notice(uuid, timestamptz);
CREATE FUNCTION points_on_notice(village uuid, now timestamptz)
RETURNS TABLE (shown_name text, rule_title text, points integer, notice_ends_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT points_name_in_public(person_id, masked_name, name_hidden), rule_title, points,
           notice_ends_at
    FROM points_claim
    WHERE village_id = village AND state = 'on_notice' AND notice_ends_at > now
    ORDER BY notice_ends_at, id LIMIT 500
$$;

-- The items of one sheet, in the order of their places. A name is given while the notice runs
-- and not a moment longer; what was taken down is no row.
CREATE FUNCTION points_notice_items(wanted uuid, now timestamptz)
RETURNS TABLE (place integer, shown_name text, rule_code text, rule_title text, per text,
               quantity integer, points integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT claim.sheet_place,
           CASE WHEN sheet.ends_at > now
                THEN points_name_in_public(claim.person_id, claim.masked_name, claim.name_hidden)
           END,
           claim.rule_code, claim.rule_title, claim.per, claim.quantity, claim.points
    FROM points_notice_sheet AS sheet
    JOIN points_claim AS claim ON claim.sheet_id = sheet.id
    WHERE sheet.id = wanted AND claim.state IN ('on_notice', 'posted', 'reversed')
    ORDER BY claim.sheet_place LIMIT 1000
$$;

-- What became of a sheet's items, for the archive: numbers alone.
CREATE FUNCTION points_notice_counts(wanted uuid)
RETURNS TABLE (rule_class text, items integer, points integer, posted integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT rule_class, count(*)::integer, sum(points)::integer,
           (count(*) FILTER (WHERE state IN ('posted', 'reversed')))::integer
    FROM points_claim
    WHERE sheet_id = wanted AND state IN ('on_notice', 'posted', 'reversed')
    GROUP BY rule_class ORDER BY count(*) DESC, rule_class
$$;

REVOKE ALL ON FUNCTION points_name_in_public(uuid, text, boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_on_notice(uuid, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_notice_items(uuid, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_notice_counts(uuid) FROM PUBLIC;
