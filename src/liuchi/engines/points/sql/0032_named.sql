-- Whom and what claims, redemptions and gifts name is looked at once for a statement, and locked
-- as a foreign key locks it: a row of a long list cost more for these keys than for itself.
-- Nothing is guarded less; the triggers of directory/sql/0018_sets.sql keep what is named.

CREATE FUNCTION points_claim_named() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    people uuid[];
    areas  uuid[];
    users  uuid[];
    wrong  text;
BEGIN
    SELECT array_agg(DISTINCT person_id), array_agg(DISTINCT village_id),
           array_agg(DISTINCT proposed_by_id)
    INTO people, areas, users FROM added;
    IF cardinality(people) <> (
        SELECT count(*) FROM (SELECT FROM directory_person WHERE id = ANY (people)
                              ORDER BY id FOR KEY SHARE) AS held) THEN
        wrong := 'directory_person';
    ELSIF cardinality(areas) <> (
        SELECT count(*) FROM (SELECT FROM directory_area WHERE id = ANY (areas)
                              ORDER BY id FOR KEY SHARE) AS held) THEN
        wrong := 'directory_area';
    ELSIF cardinality(users) <> (
        SELECT count(*) FROM (SELECT FROM accounts_user WHERE id = ANY (users)
                              ORDER BY id FOR KEY SHARE) AS held) THEN
        wrong := 'accounts_user';
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '% refers to a row of % that is not there', TG_TABLE_NAME, wrong
            USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

-- The same for goods handed out. Transfers are never deleted, so they need no lock.
CREATE FUNCTION points_handover_named() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    people    uuid[];
    areas     uuid[];
    users     uuid[];
    shops     uuid[];
    kinds     uuid[];
    transfers uuid[];
    wrong     text;
BEGIN
    SELECT array_agg(DISTINCT person_id), array_agg(DISTINCT home_area_id),
           array_agg(DISTINCT by_id), array_agg(DISTINCT shop_id), array_agg(DISTINCT goods_id),
           array_agg(DISTINCT transfer_id)
    INTO people, areas, users, shops, kinds, transfers FROM added;
    IF cardinality(people) <> (
        SELECT count(*) FROM (SELECT FROM directory_person WHERE id = ANY (people)
                              ORDER BY id FOR KEY SHARE) AS held) THEN
        wrong := 'directory_person';
    ELSIF cardinality(areas) <> (
        SELECT count(*) FROM (SELECT FROM directory_area WHERE id = ANY (areas)
                              ORDER BY id FOR KEY SHARE) AS held) THEN
        wrong := 'directory_area';
    ELSIF cardinality(users) <> (
        SELECT count(*) FROM (SELECT FROM accounts_user WHERE id = ANY (users)
                              ORDER BY id FOR KEY SHARE) AS held) THEN
        wrong := 'accounts_user';
    ELSIF cardinality(shops) <> (
        SELECT count(*) FROM (SELECT FROM points_shop WHERE id = ANY (shops)
                              ORDER BY id FOR KEY SHARE) AS held) THEN
        wrong := 'points_shop';
    ELSIF cardinality(kinds) <> (
        SELECT count(*) FROM (SELECT FROM points_goods WHERE id = ANY (kinds)
                              ORDER BY id FOR KEY SHARE) AS held) THEN
        wrong := 'points_goods';
    ELSIF cardinality(transfers) <> (
        SELECT count(*) FROM points_transfer WHERE id = ANY (transfers)) THEN
        wrong := 'points_transfer';
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '% refers to a row of % that is not there', TG_TABLE_NAME, wrong
            USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION points_claim_named() FROM PUBLIC;
REVOKE ALL ON FUNCTION points_handover_named() FROM PUBLIC;

CREATE TRIGGER points_claim_named AFTER INSERT ON points_claim
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION points_claim_named();
CREATE TRIGGER points_redemption_named AFTER INSERT ON points_redemption
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION points_handover_named();
CREATE TRIGGER points_gift_named AFTER INSERT ON points_gift
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION points_handover_named();

DO $$
DECLARE
    guarded record;
    handed  text[] := ARRAY['points_redemption', 'points_gift'];
    named   record;
BEGIN
    -- A change of such a column, which is seldom: row by row.
    FOR guarded IN SELECT * FROM (VALUES
        ('points_claim', 'person_id', 'directory_person'),
        ('points_claim', 'village_id', 'directory_area'),
        ('points_claim', 'proposed_by_id', 'accounts_user'),
        ('points_redemption', 'person_id', 'directory_person'),
        ('points_redemption', 'home_area_id', 'directory_area'),
        ('points_redemption', 'by_id', 'accounts_user'),
        ('points_redemption', 'shop_id', 'points_shop'),
        ('points_redemption', 'goods_id', 'points_goods'),
        ('points_redemption', 'transfer_id', 'points_transfer'),
        ('points_gift', 'person_id', 'directory_person'),
        ('points_gift', 'home_area_id', 'directory_area'),
        ('points_gift', 'by_id', 'accounts_user'),
        ('points_gift', 'shop_id', 'points_shop'),
        ('points_gift', 'goods_id', 'points_goods'),
        ('points_gift', 'transfer_id', 'points_transfer')
    ) AS pair (child, name, parent) LOOP
        EXECUTE format(
            'CREATE TRIGGER %1$I AFTER UPDATE OF %2$I ON %3$I FOR EACH ROW '
            'WHEN (OLD.%2$I IS DISTINCT FROM NEW.%2$I) '
            'EXECUTE FUNCTION directory_parent_is_there(%4$L, %2$L)',
            guarded.child || '_to_' || guarded.name, guarded.name, guarded.child, guarded.parent);
    END LOOP;
    -- What is named is not deleted and keeps its id.
    FOR named IN SELECT * FROM (VALUES
        ('directory_person', 'person_id', 'points_claim', 'person_id'),
        ('directory_area', 'home_area_id', 'points_claim', 'village_id'),
        ('accounts_user', 'by_id', 'points_claim', 'proposed_by_id'),
        ('points_shop', 'shop_id', NULL, NULL),
        ('points_goods', 'goods_id', NULL, NULL)
    ) AS pair (parent, handed_by, child, child_by) LOOP
        EXECUTE format(
            'CREATE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS gone '
            'FOR EACH STATEMENT EXECUTE FUNCTION directory_nothing_is_orphaned(%s)',
            'points_orphans_of_' || named.parent, named.parent,
            concat_ws(', ', quote_literal(handed[1]), quote_literal(named.handed_by),
                      quote_literal(handed[2]), quote_literal(named.handed_by),
                      quote_literal(named.child), quote_literal(named.child_by)));
        IF named.parent NOT LIKE 'directory%' THEN  -- theirs keep their ids already
            EXECUTE format(
                'CREATE TRIGGER %I BEFORE UPDATE OF id ON %I FOR EACH ROW '
                'WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION directory_ids_stay()',
                'points_names_' || named.parent, named.parent);
        END IF;
    END LOOP;
END $$;
