-- Drops whole months of the log of unmaskings that end before `before`. Never anything
-- younger than six months, whatever is asked: the law's least for logs.
CREATE FUNCTION directory_drop_log_partitions(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    name    text;
    dropped integer := 0;
BEGIN
    IF before > (now() AT TIME ZONE 'Asia/Shanghai')::date - interval '6 months' THEN
        RAISE EXCEPTION 'the log of unmaskings is kept for six months at least'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR name IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'directory_unmask_log'::regclass
          AND right(relname, 6) < to_char(before, 'YYYYMM')
        ORDER BY relname
    LOOP
        EXECUTE format('DROP TABLE %I', name);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

REVOKE ALL ON FUNCTION directory_drop_log_partitions(date) FROM PUBLIC;
