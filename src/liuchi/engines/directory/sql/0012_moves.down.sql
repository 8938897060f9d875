DROP FUNCTION directory_move_home(uuid[], text);
