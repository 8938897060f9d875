DROP POLICY cases_drawn_of_case ON cases_drawn;
