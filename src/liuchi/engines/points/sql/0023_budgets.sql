-- What approved claims come to, kept by the claims themselves: whatever moves a claim to or from
-- the notice, the budget it was approved under follows, and refuses to pass its limit.
CREATE FUNCTION points_budget_follow() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before bigint := 0;
    after  bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state IN ('on_notice', 'posted') THEN
        before := OLD.points;
    END IF;
    IF NEW.state IN ('on_notice', 'posted') THEN
        after := NEW.points;
    END IF;
    IF after <> before THEN
        UPDATE points_budget SET committed = committed + after - before WHERE id = NEW.budget_id;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION points_budget_follow() FROM PUBLIC;
CREATE TRIGGER points_claim_budget AFTER UPDATE OF state, points ON points_claim
    FOR EACH ROW WHEN (NEW.budget_id IS NOT NULL AND (OLD.state <> NEW.state
                       OR OLD.points <> NEW.points))
    EXECUTE FUNCTION points_budget_follow();
CREATE TRIGGER points_claim_budget_new AFTER INSERT ON points_claim
    FOR EACH ROW WHEN (NEW.budget_id IS NOT NULL) EXECUTE FUNCTION points_budget_follow();

-- A corrected claim takes the place of the one it corrects, under the same budget.
CREATE FUNCTION points_budget_inherit() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.budget_id := (SELECT budget_id FROM points_claim WHERE id = NEW.corrects_id);
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION points_budget_inherit() FROM PUBLIC;
CREATE TRIGGER points_claim_budget_of BEFORE INSERT ON points_claim
    FOR EACH ROW WHEN (NEW.corrects_id IS NOT NULL) EXECUTE FUNCTION points_budget_inherit();
