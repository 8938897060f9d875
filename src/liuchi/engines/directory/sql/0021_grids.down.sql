DROP FUNCTION directory_remove_grids(uuid[]);
DELETE FROM journal_kept WHERE name = 'outlines';
