DROP FUNCTION points_earned(uuid, uuid[], text, date, date, timestamptz, timestamptz, text[],
    boolean, date);
DROP FUNCTION points_counted(uuid, uuid[], text, date, date, timestamptz, timestamptz, text[],
    boolean);
