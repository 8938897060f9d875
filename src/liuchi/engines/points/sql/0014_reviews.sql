-- Review in steps and appeals: who sees them, and that nobody decides about the own home.

-- Claims are inserted naming only what the application may write.
ALTER TABLE points_claim ALTER COLUMN review_step SET DEFAULT 1;
ALTER TABLE points_claim ALTER COLUMN review_round SET DEFAULT 1;

DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY['points_review', 'points_appeal'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING ('
            'scope_code COLLATE "C" >= (SELECT journal_scope_low()) '
            'AND scope_code COLLATE "C" < (SELECT journal_scope_high()) '
            'AND ((SELECT journal_scope_person()) IS NULL '
            'OR person_id = (SELECT journal_scope_person())))',
            holder || '_scope', holder);
    END LOOP;
END $$;

-- Whatever code comes to decide: not who entered or asked for the claim, not the claimant,
-- not the claimant's household of that day. As the owner, since who decides sees no other
-- community's people, and a household is one all the same.
CREATE FUNCTION points_has_part_in(claim_id uuid, decider uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH claim AS (
        SELECT person_id, asked_by_id, proposed_by_id FROM points_claim WHERE id = claim_id
    ), own AS (
        SELECT person_id FROM directory_person_account WHERE user_id = decider
    ), home AS (
        SELECT held.person_id, held.household_id
        FROM directory_membership AS held, (SELECT (at AT TIME ZONE 'Asia/Shanghai')::date AS day)
            AS that
        WHERE held.person_id IN (SELECT person_id FROM claim UNION SELECT person_id FROM own)
          AND held.valid_from <= day AND day < coalesce(held.valid_to, 'infinity')
    )
    SELECT EXISTS (SELECT FROM claim WHERE proposed_by_id = decider)
        OR EXISTS (SELECT FROM claim JOIN own
                   ON own.person_id = claim.person_id OR own.person_id = claim.asked_by_id)
        OR EXISTS (SELECT FROM claim JOIN home AS theirs ON theirs.person_id = claim.person_id
                   JOIN own ON own.person_id <> claim.person_id
                   JOIN home AS ours ON ours.person_id = own.person_id
                   WHERE ours.household_id = theirs.household_id)
$$;

CREATE FUNCTION points_review_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF points_has_part_in(NEW.claim_id, NEW.reviewed_by_id, NEW.reviewed_at) THEN
        RAISE EXCEPTION 'the reviewer has a part in this claim'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'points_review_no_part';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER points_review_no_part BEFORE INSERT ON points_review
    FOR EACH ROW EXECUTE FUNCTION points_review_check();

CREATE FUNCTION points_appeal_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.decided_by_id IS NOT NULL AND (
        points_has_part_in(NEW.claim_id, NEW.decided_by_id, NEW.decided_at)
        OR EXISTS (SELECT FROM points_review
                   WHERE claim_id = NEW.claim_id AND reviewed_by_id = NEW.decided_by_id)
        OR EXISTS (SELECT FROM points_objection
                   WHERE claim_id = NEW.claim_id AND answered_by_id = NEW.decided_by_id))
    THEN
        RAISE EXCEPTION 'the decider has had a part in this claim'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'points_appeal_no_part';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER points_appeal_no_part BEFORE INSERT OR UPDATE OF decided_by_id ON points_appeal
    FOR EACH ROW EXECUTE FUNCTION points_appeal_check();

-- When the last word on a claim was said, for the time to appeal. The claimant sees no
-- objections, but that one was upheld the claimant was told.
CREATE FUNCTION points_last_word(wanted uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT greatest(reviewed_at, (SELECT max(answered_at) FROM points_objection
                                  WHERE claim_id = wanted AND outcome = 'stopped'))
    FROM points_claim WHERE id = wanted
$$;

REVOKE ALL ON FUNCTION points_last_word(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_has_part_in(uuid, uuid, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_review_check() FROM PUBLIC;
REVOKE ALL ON FUNCTION points_appeal_check() FROM PUBLIC;
