DROP FUNCTION points_used(jsonb);
DROP POLICY points_approval_scope ON points_approval;
ALTER TABLE points_approval DISABLE ROW LEVEL SECURITY;
DROP POLICY points_batch_scope ON points_batch;
ALTER TABLE points_batch DISABLE ROW LEVEL SECURITY;
DROP POLICY points_claim_scope ON points_claim;
CREATE POLICY points_claim_scope ON points_claim USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));
