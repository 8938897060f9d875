DROP FUNCTION points_counter(text[], text[], uuid[], uuid[], uuid[], uuid[], uuid[], date);
