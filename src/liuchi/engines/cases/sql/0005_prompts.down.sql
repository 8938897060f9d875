DROP POLICY cases_prompt_of_case ON cases_prompt;
DROP POLICY cases_arbitration_of_case ON cases_arbitration;
