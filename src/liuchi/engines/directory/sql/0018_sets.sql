-- Guards over sets where guards over rows cost a roster most of its time: what refers to an
-- area, a person or a household is looked at once for a statement, not once for a row.
-- Nothing is guarded less than before; the comments say by what.

-- Parents are there, and stay ------------------------------------------------------------

-- After an INSERT: everything that the named columns of the new rows refer to is there and
-- cannot go before this transaction ends. Arguments: the parent's table, then the columns.
-- A parent that this very transaction made or changed needs no lock: nobody else can delete
-- it. Others are locked as a foreign key locks them; for a membership so that two changes of
-- one person's homes come one after the other (see directory_one_home).
-- EXECUTE, so that each statement is planned for its own number of rows.
CREATE FUNCTION directory_parents_are_there() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    columns text;
    lock    text := CASE WHEN TG_TABLE_NAME = 'directory_membership'
                    THEN 'FOR NO KEY UPDATE' ELSE 'FOR KEY SHARE' END;
    others  uuid[];
    held    bigint;
BEGIN
    SELECT string_agg(format('(added.%I)', name), ', ') INTO columns
    FROM unnest(TG_ARGV[1:]) AS name;
    EXECUTE format(
        'SELECT array_agg(wanted.id ORDER BY wanted.id) FROM (
             SELECT DISTINCT given.id FROM added CROSS JOIN LATERAL (VALUES %s) AS given (id)
             WHERE given.id IS NOT NULL) AS wanted
         LEFT JOIN %I AS parent ON parent.id = wanted.id AND parent.xmin = $1
         WHERE parent.id IS NULL', columns, TG_ARGV[0])
        INTO others USING pg_current_xact_id()::xid;
    IF others IS NOT NULL THEN
        EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE id = ANY ($1) ORDER BY id %s) AS held',
                       TG_ARGV[0], lock)
            INTO held USING others;
        IF held <> cardinality(others) THEN
            RAISE EXCEPTION '% refers to a row of % that is not there', TG_TABLE_NAME, TG_ARGV[0]
                USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME;
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- After an UPDATE that changes such a column, which is seldom: the same, row by row.
CREATE FUNCTION directory_parent_is_there() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lock  text := CASE WHEN TG_TABLE_NAME = 'directory_membership'
                  THEN 'FOR NO KEY UPDATE' ELSE 'FOR KEY SHARE' END;
    name  text;
    held  boolean;
BEGIN
    FOREACH name IN ARRAY TG_ARGV[1:] LOOP
        EXECUTE format('SELECT true FROM %I WHERE id = ($1).%I %s', TG_ARGV[0], name, lock)
            INTO held USING NEW;
        IF held IS NULL AND to_jsonb(NEW) ->> name IS NOT NULL THEN
            RAISE EXCEPTION '% refers to a row of % that is not there', TG_TABLE_NAME, TG_ARGV[0]
                USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- After a DELETE: nothing refers to what is gone. Arguments: tables and columns in turn.
-- Whoever was adding a child held the parent's lock, so the deletion has waited for it and,
-- at READ COMMITTED, sees it now; a longer snapshot would not, and is refused.
CREATE FUNCTION directory_nothing_is_orphaned() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    orphaned boolean;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'rows of % are deleted at READ COMMITTED only', TG_TABLE_NAME
            USING ERRCODE = 'feature_not_supported';
    END IF;
    FOR place IN 0 .. TG_NARGS - 1 BY 2 LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM gone JOIN %I AS child ON child.%I = gone.id)',
                       TG_ARGV[place], TG_ARGV[place + 1])
            INTO orphaned;
        IF orphaned THEN
            RAISE EXCEPTION 'a row of % is still referred to by %', TG_TABLE_NAME, TG_ARGV[place]
                USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION directory_ids_stay() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the id of a row of % never changes', TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME;
END $$;

-- From foreign keys to guards, in one transaction with every table locked.
DO $$
DECLARE
    guarded record;
    held    record;
    changed text;
    quoted  text;
BEGIN
    FOR guarded IN
        SELECT * FROM (VALUES
            ('directory_person', 'directory_area', ARRAY['village_id', 'town_id', 'grid_id']),
            ('directory_household', 'directory_area', ARRAY['village_id', 'town_id', 'grid_id']),
            ('directory_membership', 'directory_person', ARRAY['person_id']),
            ('directory_membership', 'directory_household', ARRAY['household_id']),
            ('directory_person_key', 'directory_person', ARRAY['person_id']),
            ('directory_person_secret', 'directory_person', ARRAY['person_id'])
        ) AS pair (child, parent, columns)
    LOOP
        EXECUTE format('LOCK TABLE %I, %I IN SHARE ROW EXCLUSIVE MODE',
                       guarded.child, guarded.parent);
        FOR held IN
            SELECT conname FROM pg_constraint JOIN pg_attribute AS column_
              ON column_.attrelid = conrelid AND column_.attnum = conkey[1]
            WHERE contype = 'f' AND conrelid = guarded.child::regclass
              AND confrelid = guarded.parent::regclass AND cardinality(conkey) = 1
              AND column_.attname = ANY (guarded.columns)
        LOOP
            EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', guarded.child, held.conname);
        END LOOP;
        SELECT string_agg(quote_literal(name), ', '),
               string_agg(format('OLD.%1$I IS DISTINCT FROM NEW.%1$I', name), ' OR ')
        INTO quoted, changed FROM unnest(guarded.columns) AS name;
        IF guarded.child = 'directory_membership' AND guarded.parent = 'directory_person' THEN
            changed := changed || ' OR OLD.valid_from <> NEW.valid_from '
                'OR OLD.valid_to IS DISTINCT FROM NEW.valid_to';
        END IF;
        EXECUTE format(
            'CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS added '
            'FOR EACH STATEMENT EXECUTE FUNCTION directory_parents_are_there(%L, %s)',
            guarded.child || '_of_' || guarded.parent, guarded.child, guarded.parent, quoted);
        EXECUTE format(
            'CREATE TRIGGER %I AFTER UPDATE ON %I FOR EACH ROW WHEN (%s) '
            'EXECUTE FUNCTION directory_parent_is_there(%L, %s)',
            guarded.child || '_to_' || guarded.parent, guarded.child, changed, guarded.parent,
            quoted);
    END LOOP;
    FOR guarded IN
        SELECT * FROM (VALUES
            ('directory_area', ARRAY['directory_person', 'village_id',
                'directory_person', 'town_id', 'directory_person', 'grid_id',
                'directory_household', 'village_id', 'directory_household', 'town_id',
                'directory_household', 'grid_id']),
            ('directory_person', ARRAY['directory_membership', 'person_id',
                'directory_person_key', 'person_id', 'directory_person_secret', 'person_id']),
            ('directory_household', ARRAY['directory_membership', 'household_id'])
        ) AS pair (parent, children)
    LOOP
        SELECT string_agg(quote_literal(name), ', ' ORDER BY place) INTO quoted
        FROM unnest(guarded.children) WITH ORDINALITY AS child (name, place);
        EXECUTE format(
            'CREATE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS gone '
            'FOR EACH STATEMENT EXECUTE FUNCTION directory_nothing_is_orphaned(%s)',
            guarded.parent || '_orphans', guarded.parent, quoted);
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW '
            'WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION directory_ids_stay()',
            guarded.parent || '_id', guarded.parent);
    END LOOP;
END $$;

-- One home at a time ---------------------------------------------------------------------

-- A constraint over ranges costs a row more than all its other indexes, and nearly every
-- membership is a person's only one. Of two homes of one person, both open: the unique index
-- directory_membership_one_current. Both ended: the constraint below. One of each: the
-- trigger below; every writer of a membership holds the person's row, see above.
ALTER TABLE directory_membership DROP CONSTRAINT directory_membership_one_household;
ALTER TABLE directory_membership ADD CONSTRAINT directory_membership_one_household
    EXCLUDE USING gist (person_id WITH =, daterange(valid_from, valid_to) WITH &&)
    WHERE (valid_to IS NOT NULL);
CREATE INDEX directory_membership_past ON directory_membership (person_id)
    WHERE valid_to IS NOT NULL;

CREATE FUNCTION directory_one_home() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    doubled boolean;
BEGIN
    EXECUTE 'SELECT EXISTS (
        SELECT FROM added JOIN directory_membership AS past
          ON past.person_id = added.person_id AND past.valid_to IS NOT NULL
        WHERE added.valid_to IS NULL AND daterange(past.valid_from, past.valid_to)
              && daterange(added.valid_from, NULL))
     OR EXISTS (
        SELECT FROM added JOIN directory_membership AS now
          ON now.person_id = added.person_id AND now.valid_to IS NULL
        WHERE added.valid_to IS NOT NULL AND daterange(now.valid_from, NULL)
              && daterange(added.valid_from, added.valid_to))' INTO doubled;
    IF doubled THEN
        RAISE EXCEPTION 'somebody would live in two households at once'
            USING ERRCODE = 'exclusion_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
-- Triggers of one event run by name: the person's row is locked before homes are compared.
CREATE TRIGGER directory_membership_one_home AFTER INSERT ON directory_membership
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION directory_one_home();
CREATE TRIGGER directory_membership_one_home_now AFTER UPDATE ON directory_membership
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION directory_one_home();

-- What a search finds households by --------------------------------------------------------

-- The same pieces as before, at a quarter of the cost: two letters from every odd place on,
-- and from every even one, instead of a set of single steps. \s is taken out first, so a
-- space can stand between the pieces.
CREATE OR REPLACE FUNCTION directory_pieces(words text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    folded text := lower(regexp_replace(words, '\s', '', 'g'));
BEGIN
    RETURN string_to_array(folded, NULL)
        || string_to_array(rtrim(regexp_replace(folded, '(..)', '\1 ', 'g')), ' ')
        || string_to_array(rtrim(regexp_replace(substr(folded, 2), '(..)', '\1 ', 'g')), ' ');
END $$;

-- New rows of both indexes wait in a list, which every search reads as well, and are put in
-- their places together: by directory_tidy_search, by a vacuum, or when the list is full.
ALTER INDEX directory_person_search SET (gin_pending_list_limit = 131072);
ALTER INDEX directory_household_pieces SET (gin_pending_list_limit = 131072);
CREATE FUNCTION directory_tidy_search() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT gin_clean_pending_list('directory_person_search'),
           gin_clean_pending_list('directory_household_pieces');
$$;

REVOKE ALL ON FUNCTION directory_parents_are_there() FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_parent_is_there() FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_nothing_is_orphaned() FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_one_home() FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_tidy_search() FROM PUBLIC;
