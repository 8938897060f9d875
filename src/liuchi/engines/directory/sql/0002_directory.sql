-- What the tables of the directory hold beyond fields: intervals that never overlap, the
-- derived closure, row-level security, and the owner's functions.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Dates ------------------------------------------------------------------------------

-- At any date a place has one parent per tree, a code names one place, a person lives in
-- one household. Intervals are half-open, so a change on a day is not an overlap.
ALTER TABLE directory_area_link ADD CONSTRAINT directory_area_link_one_parent
    EXCLUDE USING gist (tree WITH =, child_id WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE directory_area_code ADD CONSTRAINT directory_area_code_one_area
    EXCLUDE USING gist (system WITH =, code WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE directory_area_code ADD CONSTRAINT directory_area_code_one_code
    EXCLUDE USING gist (system WITH =, area_id WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE directory_membership ADD CONSTRAINT directory_membership_one_household
    EXCLUDE USING gist (person_id WITH =, daterange(valid_from, valid_to) WITH &&);

-- Search: whole terms, ready to be matched; made by rules.search_terms.
CREATE INDEX directory_person_search ON directory_person USING gin (search_terms);

-- The log of who saw what, by month of its uuidv7 ---------------------------------------

CREATE TABLE directory_unmask_log (
    id         uuid        PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor_id   uuid        NOT NULL,
    post_id    uuid,
    person_id  uuid        NOT NULL,
    field      text        NOT NULL CHECK (field IN ('phone', 'id_number', 'address')),
    purpose    text        NOT NULL CHECK (length(btrim(purpose)) BETWEEN 2 AND 200),
    scope_code text COLLATE "C" NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX directory_unmask_log_person ON directory_unmask_log (person_id, id);

-- Makes the partition of the month of `instant` unless it is there; unmasking calls it.
CREATE FUNCTION directory_ensure_log_partition(instant timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    month date := date_trunc('month', instant AT TIME ZONE 'Asia/Shanghai')::date;
    name  text := 'directory_unmask_log_p' || to_char(month, 'YYYYMM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('liuchi.directory.partitions', 0));
    -- Another may have been first. A look at the table, not to_regclass(): that answers from
    -- a cache which an advisory lock does not refresh.
    IF EXISTS (SELECT FROM pg_class
               WHERE relname = name AND relnamespace = 'public'::regnamespace) THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF directory_unmask_log FOR VALUES FROM (%L) TO (%L)',
                   name,
                   journal_lowest_id(journal_month_start(month)),
                   journal_lowest_id(journal_month_start((month + interval '1 month')::date)));
END $$;

-- Areas ------------------------------------------------------------------------------

-- Derives every ancestor of every area from the links; intervals along a path intersect.
CREATE FUNCTION directory_rebuild_closure() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    depth_max CONSTANT integer := 12;
    made integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('liuchi.directory.closure', 0));
    DELETE FROM directory_area_closure;
    WITH RECURSIVE reach AS (
        SELECT tree.name AS tree, area.id AS ancestor_id, area.id AS descendant_id, 0 AS depth,
               area.valid_from, area.valid_to
        FROM directory_area AS area, (VALUES ('statistical'), ('managing')) AS tree (name)
        UNION ALL
        SELECT reach.tree, reach.ancestor_id, link.child_id, reach.depth + 1,
               greatest(reach.valid_from, link.valid_from), least(reach.valid_to, link.valid_to)
        FROM reach
        JOIN directory_area_link AS link
          ON link.tree = reach.tree AND link.parent_id = reach.descendant_id
         -- least() passes over null, which here means "still".
         AND greatest(reach.valid_from, link.valid_from)
             < coalesce(least(reach.valid_to, link.valid_to), 'infinity')
        WHERE reach.depth < depth_max
    )
    INSERT INTO directory_area_closure (tree, ancestor_id, descendant_id, depth, valid_from, valid_to)
    SELECT tree, ancestor_id, descendant_id, depth, valid_from, valid_to FROM reach;
    GET DIAGNOSTICS made = ROW_COUNT;
    IF EXISTS (SELECT FROM directory_area_closure WHERE depth >= depth_max
               OR (depth > 0 AND ancestor_id = descendant_id)) THEN
        RAISE EXCEPTION 'areas form a circle' USING ERRCODE = 'check_violation';
    END IF;
    RETURN made;
END $$;

-- Gives an area another managing code and restamps whatever carries a scope code: every
-- table of every engine, so that a new engine can't be forgotten. Facts keep their area id
-- and need nothing. Returns how many rows were restamped.
CREATE FUNCTION directory_restamp(moved_area uuid, new_code text, day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    old_code text;
    holder   record;
    changed  bigint;
    total    bigint := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('liuchi.directory.restamp', 0));
    SELECT scope_code INTO STRICT old_code FROM directory_area WHERE id = moved_area;
    IF old_code <> new_code THEN
        FOR holder IN
            SELECT class.oid::regclass AS name
            FROM pg_class AS class
            JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
            WHERE class.relnamespace = 'public'::regnamespace
              AND class.relkind IN ('r', 'p') AND NOT class.relispartition
              AND attribute.attname = 'scope_code' AND NOT attribute.attisdropped
            ORDER BY class.relname
        LOOP
            EXECUTE format(
                'UPDATE %s SET scope_code = $1 || substr(scope_code, length($2) + 1) '
                'WHERE scope_code COLLATE "C" >= $2 AND scope_code COLLATE "C" < $2 || ''~''',
                holder.name) USING new_code, old_code;
            GET DIAGNOSTICS changed = ROW_COUNT;
            total := total + changed;
        END LOOP;
    END IF;
    -- Lists filter by town: people and households follow their village's town of that day.
    UPDATE directory_person AS person SET town_id = town.id
    FROM directory_area_closure AS up
    JOIN directory_area AS town ON town.id = up.ancestor_id AND town.kind IN ('town', 'office')
    WHERE up.tree = 'managing' AND up.descendant_id = person.village_id
      AND up.valid_from <= day AND day < coalesce(up.valid_to, 'infinity')
      AND person.town_id <> town.id;
    UPDATE directory_household AS household SET town_id = town.id
    FROM directory_area_closure AS up
    JOIN directory_area AS town ON town.id = up.ancestor_id AND town.kind IN ('town', 'office')
    WHERE up.tree = 'managing' AND up.descendant_id = household.village_id
      AND up.valid_from <= day AND day < coalesce(up.valid_to, 'infinity')
      AND household.town_id <> town.id;
    RETURN total;
END $$;

-- Questions that have to be answered whoever asks --------------------------------------

-- The person behind an account: asked before there is an actor, so before any scope.
CREATE FUNCTION directory_account_person(account uuid)
RETURNS TABLE (person_id uuid, village_id uuid, scope_code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person.id, person.village_id, village.scope_code
    FROM directory_person_account AS held
    JOIN directory_person AS person ON person.id = held.person_id
    JOIN directory_area AS village ON village.id = person.village_id
    WHERE held.user_id = account AND person.left_on IS NULL AND person.deceased_on IS NULL
      AND person.erased_at IS NULL
$$;

-- The household a person lived in on a day. Only an id comes back, and only to who has the
-- person's id; a reviewer's own household must be known even where it lies out of scope.
CREATE FUNCTION directory_household_of(person uuid, day date) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT household_id FROM directory_membership
    WHERE person_id = person AND valid_from <= day AND day < coalesce(valid_to, 'infinity')
$$;

-- Villages with anybody in them: asked by the public page where one chooses one's own.
CREATE FUNCTION directory_inhabited() RETURNS TABLE (village_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT area.id FROM directory_area AS area
    WHERE area.kind IN ('village', 'community')
      AND EXISTS (SELECT FROM directory_person AS person WHERE person.village_id = area.id)
$$;

-- Search runs as the owner because row-level security keeps array operators from using
-- their index (they might leak); the scope is the transaction's own, not an argument.
CREATE FUNCTION directory_search_people(
    terms text[], phone_hash bytea, after_sort text, after_id uuid, most integer
) RETURNS TABLE (person_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person.id
    FROM directory_person AS person
    WHERE (person.search_terms @> terms
           OR person.id IN (SELECT secret.person_id FROM directory_person_secret AS secret
                            WHERE secret.lookup_hash = phone_hash AND secret.field = 'phone'))
      AND person.scope_code >= (SELECT journal_scope_low()) COLLATE "C"
      AND person.scope_code < (SELECT journal_scope_high()) COLLATE "C"
      AND ((SELECT journal_scope_person()) IS NULL
           OR person.id = (SELECT journal_scope_person()))
      AND person.left_on IS NULL AND person.deceased_on IS NULL AND person.erased_at IS NULL
      AND (after_sort IS NULL OR (person.name_sort, person.id) > (after_sort COLLATE "C", after_id))
    ORDER BY person.name_sort, person.id
    LIMIT most
$$;

-- Row-level security -------------------------------------------------------------------

ALTER TABLE directory_person ENABLE ROW LEVEL SECURITY;
CREATE POLICY directory_person_scope ON directory_person
    USING (scope_code COLLATE "C" >= (SELECT journal_scope_low())
           AND scope_code COLLATE "C" < (SELECT journal_scope_high())
           AND ((SELECT journal_scope_person()) IS NULL OR id = (SELECT journal_scope_person())));

ALTER TABLE directory_household ENABLE ROW LEVEL SECURITY;
CREATE POLICY directory_household_scope ON directory_household
    USING (scope_code COLLATE "C" >= (SELECT journal_scope_low())
           AND scope_code COLLATE "C" < (SELECT journal_scope_high())
           AND ((SELECT journal_scope_person()) IS NULL
                OR id IN (SELECT household_id FROM directory_membership
                          WHERE person_id = (SELECT journal_scope_person())
                            AND valid_to IS NULL)));

DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY[
        'directory_membership', 'directory_person_key', 'directory_person_secret',
        'directory_consent', 'directory_unmask_log', 'directory_person_account'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING ('
            'scope_code COLLATE "C" >= (SELECT journal_scope_low()) '
            'AND scope_code COLLATE "C" < (SELECT journal_scope_high()) '
            'AND ((SELECT journal_scope_person()) IS NULL '
            'OR person_id = (SELECT journal_scope_person())))',
            holder || '_scope', holder);
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION directory_ensure_log_partition(timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_rebuild_closure() FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_restamp(uuid, text, date) FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_account_person(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_household_of(uuid, date) FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_inhabited() FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_search_people(text[], bytea, text, uuid, integer) FROM PUBLIC;
