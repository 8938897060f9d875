-- A line of the ledger is seen where its case is seen.
ALTER TABLE cases_exclusion ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_exclusion_of_case ON cases_exclusion USING (EXISTS (
    SELECT FROM cases_case AS held WHERE held.id = cases_exclusion.case_id));
