-- A link goes over with its keeper and is ended; what was recorded stays, taken back or not.
REVOKE ALL ON visits_reach, visits_link, visits_visit, visits_raised, visits_carried
    FROM :app_role;
GRANT SELECT, INSERT ON visits_reach, visits_raised TO :app_role;
GRANT SELECT, INSERT, UPDATE (taken_back_at, taken_back_by, taken_back_why) ON visits_visit
    TO :app_role;
GRANT SELECT, INSERT, UPDATE (keeper_person_id, ended_on, ended_by) ON visits_link TO :app_role;
GRANT SELECT, INSERT, UPDATE (undone_at) ON visits_carried TO :app_role;
