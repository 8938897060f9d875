-- A link is ended and never changed otherwise; what was recorded stays as it was.
REVOKE ALL ON visits_reach, visits_link, visits_visit, visits_raised FROM :app_role;
GRANT SELECT, INSERT ON visits_reach, visits_visit, visits_raised TO :app_role;
GRANT SELECT, INSERT, UPDATE (ended_on, ended_by) ON visits_link TO :app_role;
