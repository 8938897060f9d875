-- What went over with a link is seen where the link is seen.
ALTER TABLE visits_carried ENABLE ROW LEVEL SECURITY;
CREATE POLICY visits_carried_of_link ON visits_carried USING (
    EXISTS (SELECT FROM visits_link AS held WHERE held.id = visits_carried.link_id));
