-- How a purse is being closed: its person's, and of who works where the person lives.
ALTER TABLE points_closing ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_closing_scope ON points_closing USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));
