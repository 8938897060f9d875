DROP POLICY points_opening_scope ON points_opening;
ALTER TABLE points_opening DISABLE ROW LEVEL SECURITY;
DROP POLICY points_opening_list_scope ON points_opening_list;
ALTER TABLE points_opening_list DISABLE ROW LEVEL SECURITY;
