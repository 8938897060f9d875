-- The journal. Facts are only ever added; one column, the ordinal, is filled in later.

CREATE TABLE journal_playbook_version (
    id            uuid        PRIMARY KEY,
    code          text        NOT NULL CHECK (code <> ''),
    version       integer     NOT NULL CHECK (version >= 1),
    in_force_from date        NOT NULL,
    source        text        NOT NULL,
    compiled      jsonb       NOT NULL CHECK (jsonb_typeof(compiled) = 'object'),
    places        uuid[]      NOT NULL,
    spec_version  integer     NOT NULL CHECK (spec_version >= 1),
    approved_by   text        NOT NULL,
    applied_at    timestamptz NOT NULL,
    applied_by    uuid        NOT NULL,
    UNIQUE (code, version)
);
CREATE INDEX journal_playbook_version_places ON journal_playbook_version USING gin (places);

CREATE TABLE journal_fact (
    id               uuid        NOT NULL,
    ordinal          bigint      CHECK (ordinal >= 1),
    kind             text        NOT NULL CHECK (kind ~ '^[a-z_]+\.[a-z_]+$'),
    at               timestamptz NOT NULL,
    recorded_at      timestamptz NOT NULL,
    area_id          uuid,
    actor_id         uuid        NOT NULL,
    subject_kind     text        NOT NULL CHECK (subject_kind <> ''),
    subject_id       uuid        NOT NULL,
    cause_id         uuid        REFERENCES journal_fact (id),
    corrects_id      uuid        REFERENCES journal_fact (id),
    playbook_version uuid        REFERENCES journal_playbook_version (id),
    amount           numeric     CHECK (amount NOT IN ('NaN', 'Infinity', '-Infinity')),
    data             jsonb       NOT NULL CHECK (jsonb_typeof(data) = 'object'),
    -- Which transaction wrote the fact: the sequencer's horizon (docs/adr/0004).
    xid              xid8        NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (id),
    CONSTRAINT journal_fact_at CHECK (at <= recorded_at),
    CONSTRAINT journal_fact_corrects CHECK (corrects_id <> id)
) PARTITION BY RANGE (id);

-- Only the waiting facts: small however long the journal grows.
CREATE INDEX journal_fact_waiting ON journal_fact (xid, id) WHERE ordinal IS NULL;
CREATE INDEX journal_fact_subject ON journal_fact (subject_id, id);
CREATE INDEX journal_fact_kind ON journal_fact (kind, area_id, at);
CREATE INDEX journal_fact_cause ON journal_fact (cause_id) WHERE cause_id IS NOT NULL;
CREATE INDEX journal_fact_correction ON journal_fact (corrects_id) WHERE corrects_id IS NOT NULL;

CREATE TABLE journal_command (
    scope       text        NOT NULL CHECK (scope <> ''),
    key         text        NOT NULL CHECK (key <> ''),
    body_hash   text        NOT NULL CHECK (length(body_hash) = 64),
    result_ref  uuid        NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);

CREATE TABLE journal_head (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    ordinal   bigint  NOT NULL CHECK (ordinal >= 0)
);
INSERT INTO journal_head (ordinal) VALUES (0);

CREATE TABLE journal_seal (
    number         bigint      PRIMARY KEY CHECK (number >= 1),
    first_ordinal  bigint      NOT NULL UNIQUE CHECK (first_ordinal >= 1),
    last_ordinal   bigint      NOT NULL UNIQUE,
    root           text        NOT NULL UNIQUE CHECK (root ~ '^[0-9a-f]{64}$'),
    previous_root  text        NOT NULL CHECK (previous_root ~ '^[0-9a-f]{64}$'),
    areas          jsonb       NOT NULL CHECK (jsonb_typeof(areas) = 'object'),
    format_version integer     NOT NULL CHECK (format_version >= 1),
    sealed_at      timestamptz NOT NULL,
    CHECK (first_ordinal <= last_ordinal)
);

CREATE TABLE journal_cursor (
    consumer text        PRIMARY KEY CHECK (consumer <> ''),
    ordinal  bigint      NOT NULL CHECK (ordinal >= 0),
    moved_at timestamptz NOT NULL
);

-- No change, by anybody -------------------------------------------------------------

CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the journal is append-only; write a correcting fact',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- A waiting fact may receive its ordinal, once, and nothing else may change with it.
CREATE FUNCTION journal_allow_only_ordinal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ordinal IS NULL AND NEW.ordinal IS NOT NULL THEN
        OLD.ordinal := NEW.ordinal;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'UPDATE of % is refused: the journal is append-only; write a correcting fact',
        TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER journal_fact_no_update BEFORE UPDATE ON journal_fact
    FOR EACH ROW EXECUTE FUNCTION journal_allow_only_ordinal();
CREATE TRIGGER journal_fact_no_delete BEFORE DELETE ON journal_fact
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER journal_fact_no_truncate BEFORE TRUNCATE ON journal_fact
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();

CREATE TRIGGER journal_seal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_seal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER journal_playbook_version_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_playbook_version
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER journal_command_no_change BEFORE UPDATE OR TRUNCATE ON journal_command
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();

-- Partitions ------------------------------------------------------------------------

-- Equal to kernel.ids.lowest_id_at: 48 bits of milliseconds, version 7, variant 10, zeros.
CREATE FUNCTION journal_lowest_id(instant timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM instant) * 1000)::bigint), 12, '0')
            || '7000' || '8000000000000000')::uuid
$$;

CREATE FUNCTION journal_month_start(month date) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT date_trunc('month', month::timestamp) AT TIME ZONE 'Asia/Shanghai'
$$;

-- Makes what is missing of the months first_month .. first_month + months - 1 and returns
-- how many it made. ATTACH, not CREATE ... PARTITION OF: the application goes on writing to
-- the other months meanwhile; the lock timeout keeps it from queueing behind a long reader.
CREATE FUNCTION journal_make_partitions(first_month date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    month date;
    name  text;
    made  integer := 0;
BEGIN
    IF months NOT BETWEEN 1 AND 120 THEN
        RAISE EXCEPTION 'months must be between 1 and 120, not %', months
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR i IN 0 .. months - 1 LOOP
        month := (date_trunc('month', first_month::timestamp) + make_interval(months => i))::date;
        name := 'journal_fact_p' || to_char(month, 'YYYYMM');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtextextended('liuchi.journal.partitions', 0));
        -- Another may have been first. to_regclass() would answer from a cache older than the lock.
        CONTINUE WHEN EXISTS (SELECT FROM pg_class WHERE relname = name
                              AND relnamespace = 'public'::regnamespace);
        EXECUTE format('CREATE TABLE %I (LIKE journal_fact INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
                       name);
        -- An ordinal is given once; a partitioned table can hold this index only by partition.
        EXECUTE format('CREATE UNIQUE INDEX %I ON %I (ordinal)', name || '_ordinal', name);
        -- Row triggers come from the parent, this one doesn't.
        EXECUTE format('CREATE TRIGGER journal_fact_no_truncate BEFORE TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change()', name);
        EXECUTE format('ALTER TABLE journal_fact ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                       name,
                       journal_lowest_id(journal_month_start(month)),
                       journal_lowest_id(journal_month_start((month + interval '1 month')::date)));
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

-- Order -----------------------------------------------------------------------------

-- Gives the next ordinals to at most `batch` waiting facts and returns how many it gave.
--
-- A fact below the oldest running transaction's id can't be preceded by one still to come,
-- so what is given is final. Readers of ordinals see no gap: the advisory lock is held until
-- commit, so a later run's ordinals never show before an earlier run's.
-- Nested loops on purpose: each waiting id finds its one partition; a hash join reads all.
CREATE FUNCTION journal_sequence(batch integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    last  bigint;
    given integer;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the sequencer needs READ COMMITTED: it must look again after it waited'
            USING ERRCODE = 'feature_not_supported';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('liuchi.journal.sequence', 0));
    SELECT ordinal INTO last FROM journal_head FOR UPDATE;
    WITH waiting AS MATERIALIZED (
        SELECT id, row_number() OVER (ORDER BY xid, id) AS place
        FROM (SELECT id, xid FROM journal_fact
              WHERE ordinal IS NULL AND xid < pg_snapshot_xmin(pg_current_snapshot())
              ORDER BY xid, id LIMIT batch) AS oldest
    )
    UPDATE journal_fact AS fact SET ordinal = last + waiting.place
    FROM waiting WHERE fact.id = waiting.id;
    GET DIAGNOSTICS given = ROW_COUNT;
    UPDATE journal_head SET ordinal = last + given WHERE given > 0;
    RETURN given;
END $$;

-- Call once after a dump was restored into another cluster, before anything else writes.
--
-- Transaction ids start again there, so restored facts that still wait may lie above every
-- id to come for years and would wait as long. All writers are shut out for a moment; then
-- whatever waits is committed and may be ordered without a horizon.
CREATE FUNCTION journal_after_restore() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    last  bigint;
    given integer;
BEGIN
    LOCK TABLE journal_fact IN SHARE ROW EXCLUSIVE MODE;
    PERFORM pg_advisory_xact_lock(hashtextextended('liuchi.journal.sequence', 0));
    SELECT ordinal INTO last FROM journal_head FOR UPDATE;
    WITH waiting AS MATERIALIZED (
        SELECT id, row_number() OVER (ORDER BY xid, id) AS place
        FROM journal_fact WHERE ordinal IS NULL
    )
    UPDATE journal_fact AS fact SET ordinal = last + waiting.place
    FROM waiting WHERE fact.id = waiting.id;
    GET DIAGNOSTICS given = ROW_COUNT;
    UPDATE journal_head SET ordinal = last + given WHERE given > 0;
    RETURN given;
END $$;

-- Seals -----------------------------------------------------------------------------

-- The application computes seals; the database sees to it that they form one chain.
CREATE FUNCTION journal_check_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last journal_seal%ROWTYPE;
    head bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('liuchi.journal.seal', 0));
    SELECT * INTO last FROM journal_seal ORDER BY number DESC LIMIT 1;
    SELECT ordinal INTO head FROM journal_head;
    IF NEW.number <> coalesce(last.number, 0) + 1
       OR NEW.first_ordinal <> coalesce(last.last_ordinal, 0) + 1
       OR NEW.previous_root <> coalesce(last.root, repeat('0', 64))
       OR NEW.last_ordinal > head THEN
        RAISE EXCEPTION 'seal % does not continue the chain after seal % (ordinal %, head %)',
            NEW.number, coalesce(last.number, 0), coalesce(last.last_ordinal, 0), head
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journal_seal_chain BEFORE INSERT ON journal_seal
    FOR EACH ROW EXECUTE FUNCTION journal_check_seal();

-- Scope -----------------------------------------------------------------------------

-- Row-level security of every engine asks these. They raise where no scope is set: an empty
-- list would look like a true answer. `liuchi.scope_set` tells "everything" (low = '') from
-- "nothing was said": a setting of a finished transaction reads '' as well.
CREATE FUNCTION journal_scope_require() RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF current_setting('liuchi.scope_set', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'no scope is set: this table is read inside acting_as(actor)'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

CREATE FUNCTION journal_scope_low() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    PERFORM journal_scope_require();
    RETURN current_setting('liuchi.scope_low');
END $$;

CREATE FUNCTION journal_scope_high() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    PERFORM journal_scope_require();
    RETURN current_setting('liuchi.scope_high');
END $$;

-- The only person whose rows may be seen, or NULL for everybody's in the area.
CREATE FUNCTION journal_scope_person() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    PERFORM journal_scope_require();
    RETURN nullif(current_setting('liuchi.scope_person'), '')::uuid;
END $$;

REVOKE ALL ON FUNCTION journal_make_partitions(date, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION journal_sequence(integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION journal_after_restore() FROM PUBLIC;
REVOKE ALL ON FUNCTION journal_check_seal() FROM PUBLIC;
