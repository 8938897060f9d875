-- What came back of a redemption: its person's, and that of staff in scope.
ALTER TABLE points_return ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_return_scope ON points_return USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));
