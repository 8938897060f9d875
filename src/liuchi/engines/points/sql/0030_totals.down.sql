DROP FUNCTION points_totals(uuid, text), points_roll_up(bigint), points_sums(uuid, bigint);
