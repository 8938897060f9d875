-- A list names many people: staff alone see it. A line is also its person's.
ALTER TABLE points_opening_list ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_opening_list_scope ON points_opening_list USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND (SELECT journal_scope_person()) IS NULL);
ALTER TABLE points_opening ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_opening_scope ON points_opening USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));
