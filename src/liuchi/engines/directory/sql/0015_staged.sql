-- Rows of a roster that was checked, in the form in which they will be kept: between the check
-- and the word to import nothing is read, checked or sealed a second time. The table has no
-- key: it holds a few files for a day, each is read as a whole, and a key would cost every row
-- more than it ever saves. UNLOGGED: a crash empties it, and the file is read again.
CREATE UNLOGGED TABLE directory_roster_row (
    roster_id uuid NOT NULL,
    n integer NOT NULL,
    place integer NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    name_sort text COLLATE "C" NOT NULL,
    search_terms text[] NOT NULL,
    sex text NOT NULL,
    birth_date date,
    scope_code text COLLATE "C" NOT NULL,
    town_id uuid NOT NULL,
    village_id uuid NOT NULL,
    grid_id uuid,
    label text COLLATE "C" NOT NULL,
    family integer NOT NULL,
    head text NOT NULL,
    address_masked text NOT NULL,
    wrapped_key bytea NOT NULL,
    phone bytea,
    phone_hash bytea,
    id_number bytea,
    id_number_hash bytea,
    address bytea,
    address_hash bytea
);

DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY['directory_roster', 'directory_roster_row'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING ('
            'scope_code COLLATE "C" >= (SELECT journal_scope_low()) '
            'AND scope_code COLLATE "C" < (SELECT journal_scope_high()) '
            'AND (SELECT journal_scope_person()) IS NULL)',
            holder || '_scope', holder);
    END LOOP;
END $$;
