-- Taking an import of a roster back. Nothing personal is deleted by the application, so
-- this is the owner's; it sees what the transaction's scope sees and no more.
DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY['directory_import', 'directory_import_change'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING ('
            'scope_code COLLATE "C" >= (SELECT journal_scope_low()) '
            'AND scope_code COLLATE "C" < (SELECT journal_scope_high()) '
            'AND (SELECT journal_scope_person()) IS NULL)',
            holder || '_scope', holder);
    END LOOP;
END $$;

-- Removes the people and households an import made, and gives changed people back what
-- they had. Whoever has changed since, or is named by any table of any engine, stays.
-- Returns a row for each person: place in the file, and what happened to it:
--   removed, restored    taken back
--   changed_since        somebody, or a later import, has changed the record
--   in_use               something else names the person: a claim, an account, a consent
CREATE FUNCTION directory_undo_import(import uuid)
RETURNS TABLE (place integer, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    held   directory_import%ROWTYPE;
    holder record;
BEGIN
    IF journal_scope_person() IS NOT NULL THEN
        RAISE EXCEPTION 'no resident undoes an import' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO held FROM directory_import
    WHERE id = import
      AND scope_code COLLATE "C" >= journal_scope_low()
      AND scope_code COLLATE "C" < journal_scope_high()
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such import' USING ERRCODE = 'no_data_found';
    END IF;

    CREATE TEMP TABLE undone ON COMMIT DROP AS
        SELECT made.person_id, made.place, true AS was_new, NULL::text AS outcome
        FROM unnest(held.persons, held.places) AS made (person_id, place)
        UNION ALL
        SELECT person_id, change.place, false, NULL
        FROM directory_import_change AS change WHERE roster_id = import;
    CREATE INDEX ON undone (person_id);
    ANALYZE undone;

    -- Nobody may come to depend on them from here on: a foreign key waits for this lock.
    PERFORM FROM directory_person AS person
    WHERE person.id IN (SELECT person_id FROM undone) ORDER BY person.id FOR UPDATE;
    UPDATE undone SET outcome = 'changed_since'
    FROM directory_person AS person
    LEFT JOIN directory_import_change AS change
      ON change.roster_id = import AND change.person_id = person.id
    WHERE person.id = undone.person_id
      AND person.version <> coalesce(change.version_after, 1);
    UPDATE undone SET outcome = 'changed_since'
    WHERE NOT EXISTS (SELECT FROM directory_person AS person WHERE person.id = undone.person_id);

    -- Every column of every engine that names a person, so that none can be forgotten.
    FOR holder IN
        SELECT class.oid::regclass AS name, attribute.attname AS "column"
        FROM pg_class AS class
        JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
        WHERE class.relnamespace = 'public'::regnamespace
          AND class.relkind IN ('r', 'p') AND NOT class.relispartition
          AND attribute.atttypid = 'uuid'::regtype AND NOT attribute.attisdropped
          AND attribute.attname ~ 'person'
          AND class.relname NOT IN ('directory_membership', 'directory_person_key',
                                    'directory_person_secret', 'directory_import_change')
        ORDER BY class.relname
    LOOP
        EXECUTE format(
            'UPDATE undone SET outcome = ''in_use'' WHERE was_new AND outcome IS NULL '
            'AND EXISTS (SELECT FROM %s AS holder WHERE holder.%I = undone.person_id)',
            holder.name, holder."column");
    END LOOP;
    UPDATE undone SET outcome = 'changed_since'
    WHERE was_new AND outcome IS NULL AND EXISTS (
        SELECT FROM directory_import_change AS change
        WHERE change.person_id = undone.person_id AND change.roster_id <> import);
    UPDATE undone SET outcome = CASE WHEN was_new THEN 'removed' ELSE 'restored' END
    WHERE outcome IS NULL;

    DELETE FROM directory_person_secret USING undone
    WHERE directory_person_secret.person_id = undone.person_id AND outcome = 'removed';
    DELETE FROM directory_person_key USING undone
    WHERE directory_person_key.person_id = undone.person_id AND outcome = 'removed';
    DELETE FROM directory_membership USING undone
    WHERE directory_membership.person_id = undone.person_id AND outcome = 'removed';
    DELETE FROM directory_person USING undone
    WHERE directory_person.id = undone.person_id AND outcome = 'removed';

    -- Back to what stood there, under the next version: who has the page open is told.
    UPDATE directory_person AS person
    SET name = old.name, name_sort = old.name_sort, search_terms = old.search_terms,
        sex = old.sex, birth_date = old.birth_date, grid_id = old.grid_id,
        scope_code = old.scope_code, version = person.version + 1
    FROM directory_import_change AS change
    JOIN undone ON undone.person_id = change.person_id AND outcome = 'restored'
    CROSS JOIN LATERAL jsonb_to_record(change.before) AS old (
        name text, name_sort text, search_terms text[], sex text, birth_date date,
        grid_id uuid, scope_code text)
    WHERE change.roster_id = import AND person.id = change.person_id;
    DELETE FROM directory_membership USING directory_import_change AS change, undone
    WHERE change.roster_id = import AND undone.person_id = change.person_id
      AND outcome = 'restored'
      AND directory_membership.id = (change.before ->> 'moved_to')::uuid;
    UPDATE directory_membership AS member
    SET household_id = (change.before ->> 'household_id')::uuid, valid_to = NULL
    FROM directory_import_change AS change, undone
    WHERE change.roster_id = import AND undone.person_id = change.person_id
      AND outcome = 'restored' AND member.id = (change.before ->> 'membership_id')::uuid;
    DELETE FROM directory_person_secret AS secret
    USING directory_import_change AS change, undone
    WHERE change.roster_id = import AND undone.person_id = change.person_id
      AND outcome = 'restored' AND secret.person_id = change.person_id
      AND change.before -> 'secrets' ? secret.field;
    INSERT INTO directory_person_secret (person_id, field, ciphertext, lookup_hash, scope_code)
    SELECT change.person_id, old.key, decode(old.value ->> 0, 'hex'),
           decode(old.value ->> 1, 'hex'), change.scope_code
    FROM directory_import_change AS change
    JOIN undone ON undone.person_id = change.person_id AND outcome = 'restored'
    CROSS JOIN LATERAL jsonb_each(change.before -> 'secrets') AS old
    WHERE change.roster_id = import AND jsonb_typeof(old.value) = 'array';
    FOR holder IN
        SELECT unnest(ARRAY['directory_membership', 'directory_person_key',
                            'directory_person_secret']) AS name
    LOOP
        EXECUTE format(
            'UPDATE %I AS held SET scope_code = person.scope_code '
            'FROM undone JOIN directory_person AS person ON person.id = undone.person_id '
            'WHERE outcome = ''restored'' AND held.person_id = person.id '
            'AND held.scope_code <> person.scope_code', holder.name);
    END LOOP;

    -- Households go when nobody lives, or has lived, in them and nothing names them.
    CREATE TEMP TABLE emptied ON COMMIT DROP AS
        SELECT unnest(held.households) AS household_id;
    FOR holder IN
        SELECT class.oid::regclass AS name, attribute.attname AS "column"
        FROM pg_class AS class
        JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
        WHERE class.relnamespace = 'public'::regnamespace
          AND class.relkind IN ('r', 'p') AND NOT class.relispartition
          AND attribute.atttypid = 'uuid'::regtype AND NOT attribute.attisdropped
          AND attribute.attname ~ 'household'
    LOOP
        EXECUTE format(
            'DELETE FROM emptied WHERE EXISTS (SELECT FROM %s AS holder '
            'WHERE holder.%I = emptied.household_id)', holder.name, holder."column");
    END LOOP;
    DELETE FROM directory_household USING emptied
    WHERE directory_household.id = emptied.household_id;

    DELETE FROM directory_import_change WHERE roster_id = import;
    DELETE FROM directory_import WHERE id = import;
    RETURN QUERY SELECT undone.place, undone.outcome FROM undone ORDER BY undone.place;
    DROP TABLE undone, emptied;
END $$;
REVOKE ALL ON FUNCTION directory_undo_import(uuid) FROM PUBLIC;
