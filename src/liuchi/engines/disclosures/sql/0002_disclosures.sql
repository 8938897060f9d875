-- Disclosures: who sees what is prepared, and the two functions that write what everybody reads.

-- What is prepared is seen by staff of the area; residents see what is out, in other tables.
DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY[
        'disclosures_posting', 'disclosures_checked', 'disclosures_member', 'disclosures_meeting',
        'disclosures_review'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING ('
            'scope_code COLLATE "C" >= (SELECT journal_scope_low()) '
            'AND scope_code COLLATE "C" < (SELECT journal_scope_high()) '
            'AND (SELECT journal_scope_person()) IS NULL)', holder || '_scope', holder);
    END LOOP;
    FOREACH holder IN ARRAY ARRAY[
        'disclosures_row', 'disclosures_attachment', 'disclosures_import'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING (EXISTS ('
            'SELECT FROM disclosures_posting AS held WHERE held.id = %I.posting_id))',
            holder || '_of_posting', holder, holder);
    END LOOP;
END $$;

-- Whoever entered or submitted any of it never releases it.
ALTER TABLE disclosures_posting ADD CONSTRAINT disclosures_posting_two_people CHECK (
    released_by_id IS NULL
    OR NOT (released_by_id = ANY (preparer_ids)) AND released_by_id <> submitted_by_id);

-- Every change of state there is, as rules/lifecycle.py has it; a test compares the two.
CREATE FUNCTION disclosures_moves() RETURNS TABLE (state_before text, state_after text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    VALUES ('corrected', 'taken_down'), ('draft', 'discarded'), ('draft', 'submitted'),
           ('released', 'corrected'), ('released', 'taken_down'), ('sent_back', 'discarded'),
           ('sent_back', 'submitted'), ('submitted', 'released'), ('submitted', 'sent_back')
$$;
CREATE FUNCTION disclosures_guard_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT OLD.preparer_ids <@ NEW.preparer_ids THEN
        RAISE EXCEPTION 'a posting forgets nobody who prepared it' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM disclosures_moves() AS known
        WHERE known.state_before = OLD.state AND known.state_after = NEW.state) THEN
        RAISE EXCEPTION 'a posting does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state NOT IN ('draft', 'sent_back') AND (NEW.note, NEW.subject, NEW.why, NEW.row_count)
       IS DISTINCT FROM (OLD.note, OLD.subject, OLD.why, OLD.row_count) THEN
        RAISE EXCEPTION 'a posting is edited as a draft only' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disclosures_posting_move BEFORE UPDATE ON disclosures_posting
    FOR EACH ROW EXECUTE FUNCTION disclosures_guard_posting();

-- Rows and pictures are entered while a posting is a draft, and by nobody afterwards: what was
-- looked at before release is what goes out.
CREATE FUNCTION disclosures_guard_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM disclosures_posting
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.posting_id ELSE NEW.posting_id END
          AND state IN ('draft', 'sent_back')) THEN
        RAISE EXCEPTION 'a posting is edited as a draft only' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER disclosures_row_draft BEFORE INSERT OR UPDATE OR DELETE ON disclosures_row
    FOR EACH ROW EXECUTE FUNCTION disclosures_guard_draft();
CREATE TRIGGER disclosures_attachment_draft
    BEFORE INSERT OR UPDATE OR DELETE ON disclosures_attachment
    FOR EACH ROW EXECUTE FUNCTION disclosures_guard_draft();

-- Behind every rule: a whole identity number or mobile number does not get into a public table.
CREATE FUNCTION disclosures_leaks(words text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT words ~ ('(^|[^0-9])[1-8][0-9]{5}(189[0-9]|19[0-9]{2}|20[0-9]{2})(0[1-9]|1[0-2])'
                    '(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]($|[^0-9Xx])')
        OR words ~ '(^|[^0-9.])1[3-9][0-9]{9}($|[^0-9])'
$$;
ALTER TABLE disclosures_public_row ADD CONSTRAINT disclosures_public_row_clean
    CHECK (NOT disclosures_leaks(array_to_string(cells, ' ')) AND NOT disclosures_leaks(words));
ALTER TABLE disclosures_public_posting ADD CONSTRAINT disclosures_public_posting_clean
    CHECK (NOT disclosures_leaks(subject || ' ' || why || ' ' || note || ' ' || down_reason));
ALTER TABLE disclosures_public_file ADD CONSTRAINT disclosures_public_file_clean
    CHECK (NOT disclosures_leaks(caption));

-- Every character and every two in a row of a village's words, marked by the village: each has
-- lists of its own, so that a word of all villages costs no more than one of a single village.
CREATE FUNCTION disclosures_pieces(area uuid, words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 500 AS $$
    SELECT coalesce(array_agg(DISTINCT right(area::text, 6) || substr(words, place, size)), '{}')
    FROM generate_series(1, length(words)) AS place, generate_series(1, 2) AS size
    WHERE place + size - 1 <= length(words)
$$;
CREATE INDEX disclosures_public_row_pieces ON disclosures_public_row
    USING gin (disclosures_pieces(area_id, words)) WHERE current;

-- Releases a posting: moves it on, writes what the public reads, and marks the version before it
-- as corrected. The only way into the public tables. `told` holds the posting's id, the public
-- posting, its rows and files; who releases is the transaction's own actor.
CREATE FUNCTION disclosures_publish(told jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    held  disclosures_posting;
    given disclosures_public_posting;
    actor uuid := nullif(current_setting('liuchi.scope_actor', true), '')::uuid;
    wrote bigint;
BEGIN
    given := jsonb_populate_record(NULL::disclosures_public_posting, told->'posting');
    SELECT * INTO held FROM disclosures_posting WHERE id = given.id FOR UPDATE;
    IF held.id IS NULL OR held.state <> 'submitted' OR actor IS NULL
       OR journal_scope_person() IS NOT NULL
       OR NOT (held.scope_code COLLATE "C" >= journal_scope_low()
               AND held.scope_code COLLATE "C" < journal_scope_high()) THEN
        RAISE EXCEPTION 'no such posting waits for release' USING ERRCODE = 'check_violation';
    END IF;
    IF (given.area_id, given.playbook, given.item_code, given.first, given.number, given.version,
        given.subject, given.why, given.corrects_id)
       IS DISTINCT FROM (held.area_id, held.playbook, held.item_code, held.first, held.number,
                         held.version, held.subject, held.why, held.corrects_id) THEN
        RAISE EXCEPTION 'what goes out is not what was prepared' USING ERRCODE = 'check_violation';
    END IF;
    IF held.corrects_id IS NOT NULL THEN
        UPDATE disclosures_posting SET state = 'corrected' WHERE id = held.corrects_id;
        UPDATE disclosures_public_posting SET state = 'corrected' WHERE id = held.corrects_id;
        UPDATE disclosures_public_row SET current = false WHERE posting_id = held.corrects_id;
    END IF;
    UPDATE disclosures_posting SET state = 'released', released_by_id = actor,
        released_at = given.released_at, answers = told->'answers'
    WHERE id = held.id;
    INSERT INTO disclosures_public_posting SELECT given.*;
    INSERT INTO disclosures_public_row (id, posting_id, area_id, item_code, first, position, cells,
        amount, words, current)
    SELECT line.id, given.id, given.area_id, given.item_code, given.first, line.position,
           line.cells, line.amount, line.words, true
    FROM jsonb_to_recordset(told->'rows') AS line (id uuid, position integer, cells text[],
        amount numeric, words text);
    GET DIAGNOSTICS wrote = ROW_COUNT;
    IF wrote <> given.row_count OR wrote <> held.row_count THEN
        RAISE EXCEPTION 'rows were lost on the way out' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO disclosures_public_file (id, posting_id, document_id, position, caption)
    SELECT file.id, given.id, file.document_id, file.position, file.caption
    FROM jsonb_to_recordset(told->'files') AS file (id uuid, document_id uuid, position integer,
        caption text);
END $$;
REVOKE ALL ON FUNCTION disclosures_publish(jsonb) FROM PUBLIC;

-- Takes a posting down: its rows and pictures are gone from what everybody reads, and with it
-- those of the versions before it; that it was there, and why it is not, stays.
CREATE FUNCTION disclosures_take_down(wanted uuid, because text, moment timestamptz)
RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    actor uuid := nullif(current_setting('liuchi.scope_actor', true), '')::uuid;
    each  uuid;
BEGIN
    FOR each IN
        WITH RECURSIVE versions AS (
            SELECT id, corrects_id FROM disclosures_posting
            WHERE id = wanted AND scope_code COLLATE "C" >= journal_scope_low()
              AND scope_code COLLATE "C" < journal_scope_high()
              AND journal_scope_person() IS NULL
            UNION ALL
            SELECT older.id, older.corrects_id
            FROM disclosures_posting AS older JOIN versions ON older.id = versions.corrects_id
        ) SELECT id FROM versions
    LOOP
        UPDATE disclosures_posting SET state = 'taken_down', taken_down_by_id = actor,
            taken_down_at = moment
        WHERE id = each AND state IN ('released', 'corrected');
        IF FOUND THEN
            DELETE FROM disclosures_public_row WHERE posting_id = each;
            DELETE FROM disclosures_public_file WHERE posting_id = each;
            UPDATE disclosures_public_posting SET state = 'taken_down', taken_down_at = moment,
                down_reason = because, note = ''
            WHERE id = each;
            RETURN NEXT each;
        END IF;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION disclosures_take_down(uuid, text, timestamptz) FROM PUBLIC;
