-- Campaigns: one item of a playbook to many people, by one decision, in one statement.

-- A line has room on its page for what posting writes into it, so that no index is touched.
ALTER TABLE points_campaign_line SET (fillfactor = 60);

-- A campaign and its parts name nobody: who works or lives below its place may read them, too.
-- Staff read the lines of their area, a resident the own.
ALTER TABLE points_campaign ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_campaign_scope ON points_campaign USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    OR starts_with((SELECT journal_scope_low()), scope_code));
ALTER TABLE points_campaign_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_campaign_part_scope ON points_campaign_part USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    OR starts_with((SELECT journal_scope_low()), scope_code));
ALTER TABLE points_campaign_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_campaign_line_scope ON points_campaign_line USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));
CREATE POLICY points_campaign_line_home ON points_campaign_line FOR SELECT USING (
    person_id IS NOT NULL AND EXISTS (
        SELECT FROM directory_person AS home WHERE home.id = points_campaign_line.person_id));

-- The budget a part was approved under holds what the part still comes to.
CREATE FUNCTION points_campaign_budget() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE points_budget
    SET committed = committed + NEW.points - CASE WHEN OLD.budget_id IS NULL THEN 0
                                                  ELSE OLD.points END
    WHERE id = NEW.budget_id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION points_campaign_budget() FROM PUBLIC;
CREATE TRIGGER points_campaign_part_budget AFTER UPDATE OF budget_id, points ON points_campaign_part
    FOR EACH ROW WHEN (NEW.budget_id IS NOT NULL AND (OLD.budget_id IS NULL
                       OR OLD.points <> NEW.points))
    EXECUTE FUNCTION points_campaign_budget();

-- Posts the next `most` places of a part whose notice is over; answers how many people it
-- posted, null where nothing is due. One transfer for all of them: the village's account pays
-- once, each purse has an entry, a fact and its balance of its own.
--
-- Locks in the order of points_post, with the part before all: accounts by id. Purses that are
-- not there yet are opened with what they receive; whoever opens one in the same moment makes
-- this fail on the unique name, and the next look posts it. What caused the facts of single
-- people is said once, by the fact of the whole: looking it up for each costs as much again.
CREATE FUNCTION points_post_campaign(wanted uuid, most integer, actor uuid, at timestamptz)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    part     points_campaign_part;
    award    points_campaign;
    to_place integer;
    made     uuid := points_new_id(at);
    told     uuid := points_new_id(at);
    wrote    integer;
    total    bigint;
BEGIN
    SELECT * INTO part FROM points_campaign_part WHERE id = wanted FOR NO KEY UPDATE;
    SELECT * INTO award FROM points_campaign WHERE id = part.campaign_id;
    IF award.state <> 'on_notice' OR part.posted_at IS NOT NULL OR NOT EXISTS (
        SELECT FROM points_notice_sheet WHERE id = part.sheet_id AND ends_at <= at) THEN
        RETURN NULL;
    END IF;
    to_place := part.through + most;
    INSERT INTO points_account (id, kind, unit, holder_kind, holder_id, area_id, scope_code,
                                balance, reserved, overdraft_allowed)
    VALUES (points_new_id(at), 'issue', award.unit, 'area', part.village_id, part.village_id,
            part.scope_code, 0, 0, true)
    ON CONFLICT (unit, kind, holder_id) DO NOTHING;
    PERFORM 1 FROM points_account WHERE id IN (
        SELECT purse.id FROM points_campaign_line AS line
        JOIN points_account AS purse ON purse.unit = award.unit AND purse.kind = 'person'
         AND purse.holder_id = line.person_id
        WHERE line.part_id = part.id AND line.place > part.through AND line.place <= to_place
          AND line.state = 'listed'
        UNION ALL
        SELECT id FROM points_account
        WHERE unit = award.unit AND kind = 'issue' AND holder_id = part.village_id)
    ORDER BY id FOR NO KEY UPDATE;

    WITH given AS MATERIALIZED (
        SELECT line.id, line.person_id, line.household_id, line.place, purse.id AS held,
               coalesce(purse.id, points_new_id(at)) AS purse_id,
               coalesce(purse.balance, 0) AS before,
               coalesce(purse.scope_code, line.scope_code) AS scope_code,
               points_new_id(at) AS fact_id
        FROM points_campaign_line AS line
        LEFT JOIN points_account AS purse ON purse.unit = award.unit AND purse.kind = 'person'
         AND purse.holder_id = line.person_id
        WHERE line.part_id = part.id AND line.place > part.through AND line.place <= to_place
          AND line.state = 'listed'
    ), issue AS (
        UPDATE points_account SET balance = balance - given.points
        FROM (SELECT award.points * count(*) AS points FROM given) AS given
        WHERE unit = award.unit AND kind = 'issue' AND holder_id = part.village_id
          AND given.points > 0
        RETURNING id, balance, scope_code, given.points
    ), transfer AS (
        INSERT INTO points_transfer (id, key, body_hash, kind, at, recorded_at, actor_id, reason,
                                     fact_id, scope_code)
        SELECT made, 'campaign:' || part.id || ':' || part.through,
               encode(sha256(convert_to('campaign:' || part.id, 'UTF8')), 'hex'),
               'campaign', $4, $4, $3, '', told, part.scope_code FROM issue
    ), opened AS (
        INSERT INTO points_account (id, kind, unit, holder_kind, holder_id, area_id, scope_code,
                                    person_id, balance, reserved, overdraft_allowed)
        SELECT purse_id, 'person', award.unit, 'person', person_id, part.village_id, scope_code,
               person_id, award.points, 0, false
        FROM given WHERE held IS NULL
    ), moved AS (
        UPDATE points_account AS purse SET balance = purse.balance + award.points
        FROM given WHERE purse.id = given.held
    ), entered AS (
        INSERT INTO points_entry (transfer_id, account_id, unit, side, amount, balance_before,
                                  balance_after, scope_code, person_id)
        SELECT * FROM (
            SELECT made, issue.id, award.unit, 'debit', issue.points, issue.balance + issue.points,
                   issue.balance, issue.scope_code, NULL::uuid FROM issue
            UNION ALL
            SELECT made, purse_id, award.unit, 'credit', award.points, before,
                   before + award.points, scope_code, person_id FROM given) AS entry
    ), settled AS (
        UPDATE points_campaign_line AS line
        SET state = 'posted', transfer_id = made, fact_id = given.fact_id
        FROM given WHERE line.id = given.id
    ), told_each AS (
        INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
            subject_id, playbook_version, amount, data)
        SELECT fact_id, 'points.awarded', $4, $4, part.village_id, $3, 'points.campaign_line', id,
               award.playbook_version, award.points, jsonb_build_object(
                   'person', person_id, 'household', household_id, 'home_area', part.village_id,
                   'rule', award.rule_code, 'rule_class', award.rule_class,
                   'happened_on', award.happened_on, 'quantity', award.quantity,
                   'currency', split_part(award.unit, ':', 2))
        FROM given
    ), told_once AS (
        INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
            subject_id, cause_id, playbook_version, amount, data)
        SELECT told, 'points.campaign_posted', $4, $4, part.village_id, $3, 'points.campaign',
               award.id, award.decided_fact_id, award.playbook_version, issue.points,
               jsonb_build_object('home_area', part.village_id, 'rule', award.rule_code,
                   'rule_class', award.rule_class, 'people', (SELECT count(*) FROM given),
                   'currency', split_part(award.unit, ':', 2))
        FROM issue
    )
    SELECT count(*) INTO wrote FROM given;

    IF award.expires_on IS NOT NULL AND wrote > 0 THEN
        INSERT INTO points_lot (account_id, expires_on, points_left, scope_code, person_id)
        SELECT account_id, award.expires_on, amount, scope_code, person_id FROM points_entry
        WHERE transfer_id = made AND person_id IS NOT NULL
        ON CONFLICT (account_id, expires_on)
        DO UPDATE SET points_left = points_lot.points_left + excluded.points_left;
        INSERT INTO points_lot_move (transfer_id, account_id, expires_on, points, scope_code,
                                     person_id)
        SELECT made, account_id, award.expires_on, amount, scope_code, person_id
        FROM points_entry WHERE transfer_id = made AND person_id IS NOT NULL;
    END IF;
    UPDATE points_campaign_part SET through = to_place, posted_at = CASE WHEN NOT EXISTS (
        SELECT FROM points_campaign_line WHERE part_id = part.id AND place > to_place) THEN at END
    WHERE id = part.id;
    UPDATE points_campaign SET posted = posted + wrote WHERE id = award.id;
    UPDATE points_campaign SET state = 'posted', posted_at = at, version = version + 1
    WHERE id = award.id AND NOT EXISTS (
        SELECT FROM points_campaign_part WHERE campaign_id = award.id AND posted_at IS NULL);
    RETURN wrote;
END $$;
REVOKE ALL ON FUNCTION points_post_campaign(uuid, integer, uuid, timestamptz) FROM PUBLIC;

-- Takes back the next `most` places of a part, once a second person has agreed: who has spent
-- the points keeps them, and nobody goes below zero. Answers how many were taken back, null
-- where nothing is left to look at.
CREATE FUNCTION points_undo_campaign(wanted uuid, most integer, actor uuid, at timestamptz)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    part     points_campaign_part;
    award    points_campaign;
    to_place integer;
    made     uuid := points_new_id(at);
    told     uuid := points_new_id(at);
    wrote    integer;
BEGIN
    SELECT * INTO part FROM points_campaign_part WHERE id = wanted FOR NO KEY UPDATE;
    SELECT * INTO award FROM points_campaign WHERE id = part.campaign_id;
    IF award.state <> 'undone' OR part.undone_through >= part.through THEN
        RETURN NULL;
    END IF;
    to_place := part.undone_through + most;
    PERFORM 1 FROM points_account WHERE id IN (
        SELECT purse.id FROM points_campaign_line AS line
        JOIN points_account AS purse ON purse.unit = award.unit AND purse.kind = 'person'
         AND purse.holder_id = line.person_id
        WHERE line.part_id = part.id AND line.place > part.undone_through
          AND line.place <= to_place AND line.state = 'posted'
        UNION ALL
        SELECT id FROM points_account
        WHERE unit = award.unit AND kind = 'issue' AND holder_id = part.village_id)
    ORDER BY id FOR NO KEY UPDATE;

    WITH given AS MATERIALIZED (
        SELECT line.id, line.person_id, line.household_id, line.fact_id AS corrects,
               purse.id AS purse_id, purse.balance AS before, purse.scope_code,
               points_new_id(at) AS fact_id
        FROM points_campaign_line AS line
        JOIN points_account AS purse ON purse.unit = award.unit AND purse.kind = 'person'
         AND purse.holder_id = line.person_id
        WHERE line.part_id = part.id AND line.place > part.undone_through
          AND line.place <= to_place AND line.state = 'posted'
          AND purse.balance - purse.reserved >= award.points
    ), issue AS (
        UPDATE points_account SET balance = balance + given.points
        FROM (SELECT award.points * count(*) AS points FROM given) AS given
        WHERE unit = award.unit AND kind = 'issue' AND holder_id = part.village_id
          AND given.points > 0
        RETURNING id, balance, scope_code, given.points
    ), transfer AS (
        INSERT INTO points_transfer (id, key, body_hash, kind, at, recorded_at, actor_id, reason,
                                     fact_id, scope_code)
        SELECT made, 'campaign_reversal:' || part.id || ':' || part.undone_through,
               encode(sha256(convert_to('campaign_reversal:' || part.id, 'UTF8')), 'hex'),
               'campaign_reversal', $4, $4, $3, award.undo_reason, told, part.scope_code
        FROM issue
    ), moved AS (
        UPDATE points_account AS purse SET balance = purse.balance - award.points
        FROM given WHERE purse.id = given.purse_id
    ), entered AS (
        INSERT INTO points_entry (transfer_id, account_id, unit, side, amount, balance_before,
                                  balance_after, scope_code, person_id)
        SELECT * FROM (
            SELECT made, issue.id, award.unit, 'credit', issue.points, issue.balance - issue.points,
                   issue.balance, issue.scope_code, NULL::uuid FROM issue
            UNION ALL
            SELECT made, purse_id, award.unit, 'debit', award.points, before,
                   before - award.points, scope_code, person_id FROM given) AS entry
    ), settled AS (
        UPDATE points_campaign_line AS line SET state = 'reversed', reversal_id = made
        FROM given WHERE line.id = given.id
    ), told_each AS (
        INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
            subject_id, corrects_id, playbook_version, amount, data)
        SELECT fact_id, 'points.award_reversed', $4, $4, part.village_id, $3,
               'points.campaign_line', id, corrects, award.playbook_version, award.points,
               jsonb_build_object(
                   'person', person_id, 'household', household_id, 'home_area', part.village_id,
                   'rule', award.rule_code, 'rule_class', award.rule_class,
                   'happened_on', award.happened_on, 'quantity', award.quantity,
                   'currency', split_part(award.unit, ':', 2))
        FROM given
    ), told_once AS (
        INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
            subject_id, cause_id, playbook_version, amount, data)
        SELECT told, 'points.campaign_undone', $4, $4, part.village_id, $3, 'points.campaign',
               award.id, award.decided_fact_id, award.playbook_version, issue.points,
               jsonb_build_object('home_area', part.village_id, 'rule', award.rule_code,
                   'rule_class', award.rule_class, 'people', (SELECT count(*) FROM given),
                   'currency', split_part(award.unit, ':', 2))
        FROM issue
    )
    SELECT count(*) INTO wrote FROM given;

    UPDATE points_campaign_part
    SET undone_through = to_place, points = points - award.points * wrote
    WHERE id = part.id;
    UPDATE points_campaign SET reversed = reversed + wrote WHERE id = award.id;
    RETURN wrote;
END $$;
REVOKE ALL ON FUNCTION points_undo_campaign(uuid, integer, uuid, timestamptz) FROM PUBLIC;

-- The campaigns on one sheet: one entry each, with how many people it has there.
CREATE FUNCTION points_notice_campaigns(wanted uuid)
RETURNS TABLE (id uuid, title text, rule_title text, per text, quantity integer, points integer,
               first_place integer, last_place integer, people integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT campaign.id, campaign.title, campaign.rule_title, campaign.per, campaign.quantity,
           campaign.points, part.first_place,
           part.first_place - 1 + (SELECT max(line.place) FROM points_campaign_line AS line
                                   WHERE line.part_id = part.id),
           part.people
    FROM points_campaign_part AS part
    JOIN points_campaign AS campaign ON campaign.id = part.campaign_id
    WHERE part.sheet_id = wanted AND campaign.state IN ('on_notice', 'posted', 'undone')
    ORDER BY part.first_place
$$;
REVOKE ALL ON FUNCTION points_notice_campaigns(uuid) FROM PUBLIC;

-- One page of a campaign's people on a sheet, by their places on it. A name is given while the
-- notice runs and not a moment longer.
CREATE FUNCTION points_notice_people(wanted uuid, award uuid, beyond integer, most integer,
                                     now timestamptz)
RETURNS TABLE (place integer, shown_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT part.first_place - 1 + line.place,
           CASE WHEN sheet.ends_at > now THEN points_name_in_public(
               line.person_id, line.masked_name,
               line.name_hidden OR NOT points_takes_part(line.person_id)) END
    FROM points_campaign_part AS part
    JOIN points_notice_sheet AS sheet ON sheet.id = part.sheet_id
    JOIN points_campaign_line AS line ON line.part_id = part.id
    WHERE part.sheet_id = wanted AND part.campaign_id = award
      AND line.place > beyond - part.first_place + 1
      AND line.state IN ('listed', 'posted', 'reversed')
    ORDER BY line.place LIMIT most
$$;
REVOKE ALL ON FUNCTION points_notice_people(uuid, uuid, integer, integer, timestamptz) FROM PUBLIC;
