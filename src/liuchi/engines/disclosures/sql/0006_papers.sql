-- As in 0002, and with the pages of the papers that go out.
-- Releases a posting: moves it on, writes what the public reads, and marks the version before it
-- as corrected. The only way into the public tables. `told` holds the posting's id, the public
-- posting, its rows and files; who releases is the transaction's own actor.
CREATE OR REPLACE FUNCTION disclosures_publish(told jsonb) RETURNS void
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
    INSERT INTO disclosures_public_file (id, posting_id, document_id, position, caption, pages,
        size)
    SELECT file.id, given.id, file.document_id, file.position, file.caption, file.pages, file.size
    FROM jsonb_to_recordset(told->'files') AS file (id uuid, document_id uuid, position integer,
        caption text, pages uuid[], size integer);
END $$;
