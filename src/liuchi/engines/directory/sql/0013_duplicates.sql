-- Who looks like whom names people: staff alone see it, of their own area.
ALTER TABLE directory_merge ENABLE ROW LEVEL SECURITY;
CREATE POLICY directory_merge_scope ON directory_merge USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND (SELECT journal_scope_person()) IS NULL);
