-- What was sent back is seen where its case is seen.
ALTER TABLE cases_called_rework ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_called_rework_of_case ON cases_called_rework USING (EXISTS (
    SELECT FROM cases_case AS held WHERE held.id = cases_called_rework.case_id));
