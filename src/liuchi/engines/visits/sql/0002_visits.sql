-- Links and visits are seen by staff of the area and by the keeper, and by nobody else.
CREATE FUNCTION visits_own_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('liuchi.scope_actor', true), '')::uuid
$$;
CREATE FUNCTION visits_own_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('liuchi.scope_self', true), '')::uuid
$$;

ALTER TABLE visits_link ENABLE ROW LEVEL SECURITY;
CREATE POLICY visits_link_scope ON visits_link USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND (SELECT journal_scope_person()) IS NULL
    OR keeper_user_id = (SELECT visits_own_user())
    OR keeper_person_id = (SELECT visits_own_person()));
ALTER TABLE visits_reach ENABLE ROW LEVEL SECURITY;
CREATE POLICY visits_reach_scope ON visits_reach USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND (SELECT journal_scope_person()) IS NULL);
ALTER TABLE visits_visit ENABLE ROW LEVEL SECURITY;
CREATE POLICY visits_visit_of_link ON visits_visit USING (
    EXISTS (SELECT FROM visits_link AS held WHERE held.id = visits_visit.link_id));
ALTER TABLE visits_raised ENABLE ROW LEVEL SECURITY;
CREATE POLICY visits_raised_of_visit ON visits_raised USING (
    EXISTS (SELECT FROM visits_visit AS held WHERE held.id = visits_raised.visit_id));
