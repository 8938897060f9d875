-- A list of everybody called 王 was read in the order of names until its page was full: the
-- planner takes matches for evenly spread, and 王 begins after three quarters of the book.
-- Materialised, the matches come from their own index and are put in order afterwards; what
-- that costs grows with the matches, not with the people. A single letter is the initial of
-- every sixth name, spread over the whole book: that one is still read in order.
CREATE OR REPLACE FUNCTION directory_search_people(
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
        'WITH met AS ' || CASE WHEN among IS NULL AND terms[1] !~ '^[a-z]$' THEN ''
                               ELSE 'NOT ' END || 'MATERIALIZED (SELECT person.id, person.name_sort
             FROM directory_person AS person WHERE ' || found ||
        ' AND person.scope_code >= $6 COLLATE "C" AND person.scope_code < $7 COLLATE "C"
          AND person.left_on IS NULL AND person.deceased_on IS NULL
          AND person.erased_at IS NULL '
          || CASE WHEN among IS NULL THEN '' ELSE 'LIMIT ' || among::text END ||
        ') SELECT met.id FROM met ORDER BY met.name_sort, met.id LIMIT ' || most::text
        USING terms, phone_hash, phone_tail, after_sort, after_id,
              journal_scope_low(), journal_scope_high(), journal_scope_person();
END $$;
