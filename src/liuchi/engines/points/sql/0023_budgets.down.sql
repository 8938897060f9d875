DROP TRIGGER points_claim_budget ON points_claim;
DROP TRIGGER points_claim_budget_new ON points_claim;
DROP TRIGGER points_claim_budget_of ON points_claim;
DROP FUNCTION points_budget_follow(), points_budget_inherit();
