-- Grades and cards: who sees which rows, and the four questions anybody's page may ask.

-- A round names nobody: everybody of the area may see where it stands. Appeals are for staff,
-- least of all for the resident a line is about. A line, an imported grade and a card are
-- also their person's.
DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY['points_grade', 'points_official_grade', 'points_card'] LOOP
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
ALTER TABLE points_grade_appeal ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_grade_appeal_scope ON points_grade_appeal USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND (SELECT journal_scope_person()) IS NULL);

-- Whether somebody takes part on a day: registered here, and a consent stands.
CREATE FUNCTION points_takes_part(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM directory_person AS person
        JOIN directory_consent AS consent ON consent.person_id = person.id
        WHERE person.id = wanted AND consent.withdrawn_at IS NULL AND person.left_on IS NULL
          AND person.deceased_on IS NULL AND person.erased_at IS NULL)
$$;

-- The grades in force of one person on a day: of each scheme the newest, whoever asks. For
-- eligibility, which answers yes or no and hands nothing of this on.
CREATE FUNCTION points_standings(wanted uuid, day date)
RETURNS TABLE (scheme text, scheme_title text, method text, issuer text, grade text, title text,
               rank integer, issued_on date, valid_to date, line_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM (
        SELECT DISTINCT ON (round.scheme) round.scheme, round.scheme_title, 'local', '',
               line.grade, line.title, line.rank, line.since, round.valid_to, line.id
        FROM points_grade AS line JOIN points_grade_round AS round ON round.id = line.round_id
        WHERE line.person_id = wanted AND line.state = 'issued' AND line.since <= day
        ORDER BY round.scheme, round.issued_on DESC, line.id DESC
    ) AS newest (scheme, scheme_title, method, issuer, grade, title, rank, issued_on, valid_to,
                 line_id)
    WHERE newest.rank > 0 AND newest.valid_to >= day AND points_takes_part(wanted)
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (held.scheme) held.scheme, held.scheme_title, 'official', held.issuer,
               held.grade, held.grade, held.rank, held.issued_on, held.valid_to, held.id
        FROM points_official_grade AS held
        WHERE held.state = 'held' AND held.issued_on <= day
          AND (held.person_id = wanted OR held.household_id = (
              SELECT member.household_id FROM directory_membership AS member
              WHERE member.person_id = wanted AND member.valid_from <= day
                AND day < coalesce(member.valid_to, 'infinity')))
        ORDER BY held.scheme, held.issued_on DESC, held.id DESC
    ) AS newest (scheme, scheme_title, method, issuer, grade, title, rank, issued_on, valid_to,
                 line_id)
    WHERE newest.valid_to >= day AND points_takes_part(wanted)
    ORDER BY 3, 1
$$;

-- One card by its id or number, whoever asks: no name, no grade.
CREATE FUNCTION points_card_read(wanted uuid, typed text)
RETURNS TABLE (id uuid, person_id uuid, valid_from date, valid_to date, is_good boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT card.id, card.person_id, card.valid_from, card.valid_to,
           card.state = 'valid' AND points_takes_part(card.person_id)
    FROM points_card AS card
    WHERE card.id = wanted OR card.number = typed
$$;

-- What a phone without a network must refuse: cards not yet out of date that are not good.
CREATE FUNCTION points_cards_refused(day date) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT card.id FROM points_card AS card
    WHERE card.valid_to >= day
      AND (card.state <> 'valid' OR NOT points_takes_part(card.person_id))
    ORDER BY card.id
$$;

-- A round's public list. A name is given while the notice runs and not a moment longer.
CREATE FUNCTION points_grade_list(wanted uuid, now timestamptz)
RETURNS TABLE (place integer, shown_name text, grade text, title text, rank integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT line.place, points_name_in_public(line.person_id, line.masked_name, line.name_hidden),
           line.grade, line.title, line.rank
    FROM points_grade_round AS round JOIN points_grade AS line ON line.round_id = round.id
    WHERE round.id = wanted AND round.state = 'on_notice' AND round.names = 'masked'
      AND round.notice_ends_at > now AND line.place IS NOT NULL AND line.rank > 0
      AND line.state = 'proposed'
    ORDER BY line.place LIMIT 5000
$$;

-- How many of each grade a round gave: numbers alone.
CREATE FUNCTION points_grade_counts(wanted uuid)
RETURNS TABLE (grade text, title text, rank integer, people integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT line.grade, line.title, line.rank, count(*)::integer
    FROM points_grade AS line
    WHERE line.round_id = wanted AND line.state IN ('proposed', 'issued') AND line.rank > 0
    GROUP BY line.grade, line.title, line.rank ORDER BY line.rank DESC
$$;

REVOKE ALL ON FUNCTION points_takes_part(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_standings(uuid, date) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_card_read(uuid, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_cards_refused(date) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_grade_list(uuid, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION points_grade_counts(uuid) FROM PUBLIC;
