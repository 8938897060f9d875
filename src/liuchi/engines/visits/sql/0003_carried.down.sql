DROP POLICY visits_carried_of_link ON visits_carried;
