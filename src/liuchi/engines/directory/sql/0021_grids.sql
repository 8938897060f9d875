-- Grids and outlines: one outline of a place a day, and what an import of them takes back.

ALTER TABLE directory_area_outline ADD CONSTRAINT directory_area_outline_one_a_day
    EXCLUDE USING gist (area_id WITH =, daterange(valid_from, valid_to) WITH &&);

-- A map shows them and every report with a place asks them: kept by each process.
INSERT INTO journal_kept (name, token) VALUES ('outlines', gen_random_uuid());
CREATE TRIGGER directory_area_outline_kept
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_area_outline
    FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('outlines');

-- Every grid there is has its row from now on; where it lies says whose streets it has.
INSERT INTO directory_grid (area_id, setting)
SELECT area.id, CASE village.kind WHEN 'village' THEN 'rural' ELSE 'urban' END
FROM directory_area AS area
JOIN directory_area_link AS link ON link.child_id = area.id AND link.tree = 'managing'
                                AND link.valid_to IS NULL
JOIN directory_area AS village ON village.id = link.parent_id
WHERE area.kind = 'grid';

-- Removes grids that an import made and nothing names: no table of any engine, in a column
-- that refers to an area or is called after one. Facts keep their ids. Returns what is gone.
CREATE FUNCTION directory_remove_grids(grids uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder record;
    gone   uuid[];
BEGIN
    IF journal_scope_person() IS NOT NULL THEN
        RAISE EXCEPTION 'no resident removes grids' USING ERRCODE = 'insufficient_privilege';
    END IF;
    CREATE TEMP TABLE unused_grid ON COMMIT DROP AS
        SELECT area.id AS grid_id FROM directory_area AS area
        WHERE area.id = ANY (grids) AND area.kind = 'grid'
          AND area.scope_code COLLATE "C" >= journal_scope_low()
          AND area.scope_code COLLATE "C" < journal_scope_high();
    -- Nobody may come to depend on them from here on: a foreign key waits for this lock.
    PERFORM FROM directory_area WHERE id IN (SELECT grid_id FROM unused_grid)
    ORDER BY id FOR UPDATE;
    FOR holder IN
        SELECT class.oid::regclass AS name, attribute.attname AS "column"
        FROM pg_class AS class
        JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
        WHERE class.relnamespace = 'public'::regnamespace
          AND class.relkind IN ('r', 'p') AND NOT class.relispartition
          AND attribute.atttypid = 'uuid'::regtype AND NOT attribute.attisdropped
          AND (attribute.attname ~ '(^|_)(area|grid|place)(_|$)'
               OR EXISTS (SELECT FROM pg_constraint AS held
                          WHERE held.conrelid = class.oid AND held.contype = 'f'
                            AND held.confrelid = 'directory_area'::regclass
                            AND attribute.attnum = ANY (held.conkey)))
          AND class.relname !~ '^(directory_area|directory_grid|journal_|unused_grid)'
        ORDER BY class.relname
    LOOP
        EXECUTE format(
            'DELETE FROM unused_grid WHERE EXISTS (SELECT FROM %s AS holder '
            'WHERE holder.%I = unused_grid.grid_id)', holder.name, holder."column");
    END LOOP;
    SELECT coalesce(array_agg(grid_id), '{}') INTO gone FROM unused_grid;
    DELETE FROM directory_area_outline WHERE area_id = ANY (gone);
    DELETE FROM directory_area_closure WHERE descendant_id = ANY (gone);
    DELETE FROM directory_area_link WHERE child_id = ANY (gone);
    DELETE FROM directory_area_code WHERE area_id = ANY (gone);
    DELETE FROM directory_area_name WHERE area_id = ANY (gone);
    DELETE FROM directory_grid WHERE area_id = ANY (gone);
    DELETE FROM directory_area WHERE id = ANY (gone);
    DROP TABLE unused_grid;
    RETURN QUERY SELECT unnest(gone);
END $$;
REVOKE ALL ON FUNCTION directory_remove_grids(uuid[]) FROM PUBLIC;
