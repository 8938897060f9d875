-- Somebody who moves takes along what is personal: the new village reads it from now on and
-- the old one no longer does. Every table of the directory that is about people, so that a
-- new one can't be forgotten; what others keep of what happened stays where it happened.
-- Touches no row out of the transaction's own scope. Returns how many rows were restamped.
CREATE FUNCTION directory_move_home(people uuid[], new_scope text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    low     text := journal_scope_low();
    high    text := journal_scope_high();
    holder  record;
    changed bigint;
    total   bigint := 0;
BEGIN
    IF NOT (new_scope COLLATE "C" >= low AND new_scope COLLATE "C" < high) THEN
        RAISE EXCEPTION 'the new home is out of scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR holder IN
        SELECT class.oid::regclass AS name
        FROM pg_class AS class
        WHERE class.relnamespace = 'public'::regnamespace
          AND class.relkind IN ('r', 'p') AND NOT class.relispartition
          AND class.relname LIKE 'directory\_%'
          AND (SELECT count(*) FROM pg_attribute AS attribute
               WHERE attribute.attrelid = class.oid AND NOT attribute.attisdropped
                 AND attribute.attname IN ('scope_code', 'person_id')) = 2
        ORDER BY class.relname
    LOOP
        EXECUTE format(
            'UPDATE %s SET scope_code = $2 WHERE person_id = ANY ($1) AND scope_code <> $2 '
            'AND scope_code COLLATE "C" >= $3 AND scope_code COLLATE "C" < $4',
            holder.name) USING people, new_scope, low, high;
        GET DIAGNOSTICS changed = ROW_COUNT;
        total := total + changed;
    END LOOP;
    RETURN total;
END $$;
REVOKE ALL ON FUNCTION directory_move_home(uuid[], text) FROM PUBLIC;
