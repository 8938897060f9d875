-- The proof page calls a prompt sheet by its document number, and says of how many articles the
-- title is the first.
DROP FUNCTION bulletins_proof(uuid);
CREATE FUNCTION bulletins_proof(wanted uuid)
RETURNS TABLE (id uuid, masthead text, form text, year integer, number integer, title text,
               articles integer, issuer text, day date, ordinal bigint, root text,
               pdf_sha256 text, word_sha256 text, corrected_by uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.id, s.masthead, b.form, b.year, b.number, b.title,
           1 + jsonb_array_length(b.articles), b.issuer, b.day, b.ordinal, b.root,
           b.pdf_sha256, b.word_sha256,
           (SELECT later.id FROM bulletins_bulletin AS later
            WHERE later.corrects_id = b.id AND later.state = 'issued'
            ORDER BY later.id DESC LIMIT 1)
    FROM bulletins_bulletin AS b JOIN bulletins_series AS s ON s.id = b.series_id
    WHERE b.id = wanted AND b.state = 'issued'
$$;
REVOKE ALL ON FUNCTION bulletins_proof(uuid) FROM PUBLIC;
