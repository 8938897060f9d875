-- Figures kept rolled up behind the journal (docs/adr/0061). Whatever stands here can be
-- counted again from the facts; nothing here is ever the only place that knows something.

-- The counts that are kept: one of a definition, or a part of a rate.
CREATE TABLE indicators_series (
    id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest text    NOT NULL UNIQUE CHECK (digest ~ '^[0-9a-f]{64}$'),
    code   text    NOT NULL,
    built  boolean NOT NULL DEFAULT false
);

-- The tree the cells were added up by, as it was on a day.
CREATE TABLE indicators_tree (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    token     text NOT NULL,
    day       date NOT NULL,
    digest    text NOT NULL
);
CREATE TABLE indicators_node (
    area_id uuid NOT NULL,
    node_id uuid NOT NULL,
    PRIMARY KEY (area_id, node_id)
);

-- n is how many facts, or of what is counted once each how many of those.
CREATE TABLE indicators_cell (
    series_id integer NOT NULL REFERENCES indicators_series ON DELETE CASCADE,
    node_id   uuid    NOT NULL,
    own       boolean NOT NULL,
    stretch   text    NOT NULL CHECK (stretch IN ('month', 'quarter', 'year', 'ever')),
    first     date    NOT NULL,
    n         bigint  NOT NULL CHECK (n >= 0),
    value     numeric NOT NULL,
    PRIMARY KEY (series_id, node_id, own, stretch, first)
) WITH (fillfactor = 80);

-- How many facts name one that is counted once, by place and month.
CREATE TABLE indicators_ref (
    series_id integer NOT NULL REFERENCES indicators_series ON DELETE CASCADE,
    entity    text    NOT NULL,
    month     date    NOT NULL,
    area_id   uuid    NOT NULL,
    n         integer NOT NULL CHECK (n >= 0),
    PRIMARY KEY (series_id, entity, month, area_id)
) WITH (fillfactor = 80);

INSERT INTO journal_kept (name, token) VALUES ('roll_ups', gen_random_uuid());
CREATE TRIGGER indicators_series_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE
ON indicators_series FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('roll_ups');
CREATE TRIGGER indicators_tree_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE
ON indicators_tree FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('roll_ups');

-- The facts behind an ordinal, up to another; where there is none, those that wait for theirs
-- too. Of a correction also what it corrects.
-- A function, so that its plan is made once a connection and not each time for all partitions.
CREATE FUNCTION indicators_new_facts(after bigint, upto bigint, most integer)
RETURNS TABLE (id uuid, kind text, subject_id uuid, corrects_id uuid,
               corrected_kind text, corrected_subject uuid)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    RETURN QUERY
    SELECT fact.id, fact.kind, fact.subject_id, fact.corrects_id, corrected.kind,
           corrected.subject_id
    FROM (SELECT given.id, given.kind, given.subject_id, given.corrects_id
          FROM journal_fact AS given
          WHERE given.ordinal > after AND given.ordinal <= coalesce(upto, 9223372036854775807)
          UNION ALL
          SELECT waiting.id, waiting.kind, waiting.subject_id, waiting.corrects_id
          FROM journal_fact AS waiting WHERE upto IS NULL AND waiting.ordinal IS NULL
          LIMIT most) AS fact
    LEFT JOIN journal_fact AS corrected ON corrected.id = fact.corrects_id;
END $$;
REVOKE ALL ON FUNCTION indicators_new_facts(bigint, bigint, integer) FROM PUBLIC;
