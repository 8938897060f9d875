DROP POLICY cases_whistle_of_case ON cases_whistle;
DROP POLICY cases_called_of_case ON cases_called;
DROP POLICY cases_called_objection_of_case ON cases_called_objection;
