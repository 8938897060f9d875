-- Documents are seen within the scope of the transaction; a resident sees one's own.
ALTER TABLE files_document ENABLE ROW LEVEL SECURITY;
CREATE POLICY files_document_scope ON files_document
    USING (scope_code COLLATE "C" >= (SELECT journal_scope_low())
           AND scope_code COLLATE "C" < (SELECT journal_scope_high())
           AND ((SELECT journal_scope_person()) IS NULL
                OR person_id = (SELECT journal_scope_person())));
