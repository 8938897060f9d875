-- Drafts and issues are staff's business: seen within the scope, and by no resident.
DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY['bulletins_series', 'bulletins_bulletin', 'bulletins_figure'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING ('
            'scope_code COLLATE "C" >= (SELECT journal_scope_low()) '
            'AND scope_code COLLATE "C" < (SELECT journal_scope_high()) '
            'AND (SELECT journal_scope_person()) IS NULL)',
            holder || '_scope', holder);
    END LOOP;
END $$;

-- What was issued is never changed, whoever asks: neither its row nor its figures.
CREATE FUNCTION bulletins_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'issued' THEN
        RAISE EXCEPTION 'bulletin % is issued and never changes', OLD.id;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER bulletins_issued_stays BEFORE UPDATE OR DELETE ON bulletins_bulletin
    FOR EACH ROW EXECUTE FUNCTION bulletins_refuse_change();

CREATE FUNCTION bulletins_refuse_figure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM bulletins_bulletin
               WHERE id = coalesce(OLD.bulletin_id, NEW.bulletin_id) AND state = 'issued') THEN
        RAISE EXCEPTION 'the figures of an issued bulletin never change';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
REVOKE ALL ON FUNCTION bulletins_refuse_figure() FROM PUBLIC;
CREATE TRIGGER bulletins_figures_stay BEFORE INSERT OR UPDATE OR DELETE ON bulletins_figure
    FOR EACH ROW EXECUTE FUNCTION bulletins_refuse_figure();

-- What anybody may know of an issued bulletin whose paper they hold: enough to compare it.
CREATE FUNCTION bulletins_proof(wanted uuid)
RETURNS TABLE (id uuid, masthead text, year integer, number integer, title text, issuer text,
               day date, ordinal bigint, root text, pdf_sha256 text, word_sha256 text,
               corrected_by uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.id, s.masthead, b.year, b.number, b.title, b.issuer, b.day, b.ordinal, b.root,
           b.pdf_sha256, b.word_sha256,
           (SELECT later.id FROM bulletins_bulletin AS later
            WHERE later.corrects_id = b.id AND later.state = 'issued'
            ORDER BY later.id DESC LIMIT 1)
    FROM bulletins_bulletin AS b JOIN bulletins_series AS s ON s.id = b.series_id
    WHERE b.id = wanted AND b.state = 'issued'
$$;
REVOKE ALL ON FUNCTION bulletins_proof(uuid) FROM PUBLIC;
