-- Imports are staff's business: seen within the scope, and by no resident.
ALTER TABLE files_import ENABLE ROW LEVEL SECURITY;
CREATE POLICY files_import_scope ON files_import
    USING (scope_code COLLATE "C" >= (SELECT journal_scope_low())
           AND scope_code COLLATE "C" < (SELECT journal_scope_high())
           AND (SELECT journal_scope_person()) IS NULL);
ALTER TABLE files_mapping ENABLE ROW LEVEL SECURITY;
CREATE POLICY files_mapping_scope ON files_mapping
    USING (scope_code COLLATE "C" >= (SELECT journal_scope_low())
           AND scope_code COLLATE "C" < (SELECT journal_scope_high())
           AND (SELECT journal_scope_person()) IS NULL);
