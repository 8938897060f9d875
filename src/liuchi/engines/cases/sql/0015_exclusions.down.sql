DROP POLICY cases_exclusion_of_case ON cases_exclusion;
