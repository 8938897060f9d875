-- Finding people and households by what one half remembers, fast at 200,000 people.

-- Which terms are common decides whether a page is read in order or from the term's index.
ALTER TABLE directory_person ALTER COLUMN search_terms SET STATISTICS 1000;

-- The last four digits of a number, hashed apart (see queries.people.lookup): byte 33 on.
CREATE INDEX directory_person_secret_tail ON directory_person_secret (substr(lookup_hash, 33))
    WHERE field = 'phone' AND length(lookup_hash) > 32;

-- Search runs as the owner because row-level security keeps array operators from using
-- their index (they might leak); the scope is the transaction's own, not an argument.
-- EXECUTE, so that each search is planned for its own term and scope: "w" is read in the
-- order of names until the page is full, "zhangwg" from its index, a village through its own.
-- With `among`, the first so many that are met are put in order, not all: every tenth person
-- is called 王, and whoever asks for no more than that looks at the first few only.
DROP FUNCTION directory_search_people(text[], bytea, text, uuid, integer);
CREATE FUNCTION directory_search_people(
    terms text[], phone_hash bytea, phone_tail bytea, after_sort text, after_id uuid, most integer,
    among integer
) RETURNS TABLE (person_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found text := 'person.search_terms @> $1';
BEGIN
    IF phone_hash IS NOT NULL OR phone_tail IS NOT NULL THEN
        found := 'person.id IN (SELECT id FROM directory_person WHERE search_terms @> $1
            UNION ALL SELECT secret.person_id FROM directory_person_secret AS secret
            WHERE secret.field = ''phone'' AND secret.lookup_hash = $2
            UNION ALL SELECT secret.person_id FROM directory_person_secret AS secret
            WHERE secret.field = ''phone'' AND length(secret.lookup_hash) > 32
              AND substr(secret.lookup_hash, 33) = $3)';
    END IF;
    IF after_sort IS NOT NULL THEN
        found := found || ' AND (person.name_sort, person.id) > ($4 COLLATE "C", $5)';
    END IF;
    IF journal_scope_person() IS NOT NULL THEN
        found := found || ' AND person.id = $8';
    END IF;
    RETURN QUERY EXECUTE
        'SELECT met.id FROM (SELECT person.id, person.name_sort
             FROM directory_person AS person WHERE ' || found ||
        ' AND person.scope_code >= $6 COLLATE "C" AND person.scope_code < $7 COLLATE "C"
          AND person.left_on IS NULL AND person.deceased_on IS NULL
          AND person.erased_at IS NULL '
          || CASE WHEN among IS NULL THEN '' ELSE 'LIMIT ' || among::text END ||
        ') AS met ORDER BY met.name_sort, met.id LIMIT ' || most::text
        USING terms, phone_hash, phone_tail, after_sort, after_id,
              journal_scope_low(), journal_scope_high(), journal_scope_person();
END $$;

-- Every character and every two that follow each other, without spaces: what a number, an
-- address or a name in characters is found by. Three letters or more need no longer pieces:
-- the pieces find few, and the words themselves decide.
CREATE FUNCTION directory_pieces(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(folded, place, size)), '{}')
    FROM lower(regexp_replace(words, '\s', '', 'g')) AS folded,
         generate_series(1, length(folded)) AS place, generate_series(1, 2) AS size
    WHERE place + size - 1 <= length(folded)
$$;

-- The pieces that something has to have if it contains the words: only the longest.
CREATE FUNCTION directory_wanted_pieces(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(folded, place, least(2, length(folded)))), '{}')
    FROM lower(regexp_replace(words, '\s', '', 'g')) AS folded,
         generate_series(1, greatest(1, length(folded) - 1)) AS place
    WHERE folded <> ''
$$;

CREATE INDEX directory_household_pieces ON directory_household
    USING gin (directory_pieces(label || ' ' || address_masked));

CREATE FUNCTION directory_search_households(words text, most integer)
RETURNS TABLE (household_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF btrim(words) = '' OR journal_scope_person() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE
        'SELECT household.id FROM directory_household AS household
         WHERE directory_pieces(household.label || '' '' || household.address_masked)
               @> directory_wanted_pieces($1)
           AND strpos(lower(regexp_replace(household.label || '' '' || household.address_masked,
                                           ''\s'', '''', ''g'')),
                      lower(regexp_replace($1, ''\s'', '''', ''g''))) > 0
           AND household.scope_code >= $2 COLLATE "C" AND household.scope_code < $3 COLLATE "C"
         ORDER BY household.label, household.id LIMIT ' || most::text
        USING words, journal_scope_low(), journal_scope_high();
END $$;

REVOKE ALL ON FUNCTION
    directory_search_people(text[], bytea, bytea, text, uuid, integer, integer)
    FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_search_households(text, integer) FROM PUBLIC;
