DROP FUNCTION points_objections_told(uuid);
