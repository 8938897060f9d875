DROP POLICY points_return_scope ON points_return;
ALTER TABLE points_return DISABLE ROW LEVEL SECURITY;
