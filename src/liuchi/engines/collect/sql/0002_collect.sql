-- An answer is seen by staff of its unit and above; a table where it is sent from, and wherever
-- one of its answers is seen.
ALTER TABLE collect_reply ENABLE ROW LEVEL SECURITY;
CREATE POLICY collect_reply_scope ON collect_reply USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND (SELECT journal_scope_person()) IS NULL);
ALTER TABLE collect_table ENABLE ROW LEVEL SECURITY;
CREATE POLICY collect_table_scope ON collect_table USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND (SELECT journal_scope_person()) IS NULL
    OR EXISTS (SELECT FROM collect_reply AS held WHERE held.table_id = collect_table.id));
