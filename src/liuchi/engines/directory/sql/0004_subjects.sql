-- Whom a claim may be about, and who could decide on it. A resident sees no row of anybody
-- else, yet may enter a deed of a neighbour who cannot: these functions tell just enough.
-- The scope is the transaction's own, never an argument.

-- People by id, for rows about them: nobody else's name in full for a resident, and nobody
-- at all outside the resident's own village.
CREATE FUNCTION directory_subjects(wanted uuid[], day date)
RETURNS TABLE (person_id uuid, name text, village_id uuid, scope_code text, household_id uuid,
               consented boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person.id, person.name, person.village_id, person.scope_code,
           (SELECT member.household_id FROM directory_membership AS member
            WHERE member.person_id = person.id AND member.valid_from <= day
              AND day < coalesce(member.valid_to, 'infinity')),
           EXISTS (SELECT FROM directory_consent AS consent
                   WHERE consent.person_id = person.id AND consent.withdrawn_at IS NULL)
    FROM directory_person AS person
    WHERE person.id = ANY (wanted)
      AND person.scope_code >= (SELECT journal_scope_low()) COLLATE "C"
      AND person.scope_code < (SELECT journal_scope_high()) COLLATE "C"
      AND ((SELECT journal_scope_person()) IS NULL
           OR person.village_id = (SELECT own.village_id FROM directory_person AS own
                                   WHERE own.id = (SELECT journal_scope_person())))
$$;

-- For a resident: the people of one's own household, and whoever of the village has exactly
-- this name (and was born in this year, where two share it). Nothing for anybody else, who
-- searches the roster instead.
CREATE FUNCTION directory_near(wanted_name text, born_in integer, day date)
RETURNS TABLE (person_id uuid, name text, birth_year integer, is_family boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH own AS (
        SELECT person.id, person.village_id, member.household_id
        FROM directory_person AS person
        LEFT JOIN directory_membership AS member
          ON member.person_id = person.id AND member.valid_from <= day
         AND day < coalesce(member.valid_to, 'infinity')
        WHERE person.id = (SELECT journal_scope_person())
    )
    SELECT person.id, person.name, extract(year FROM person.birth_date)::integer,
           coalesce(member.household_id = own.household_id, false)
    FROM own
    JOIN directory_person AS person ON person.village_id = own.village_id AND person.id <> own.id
    LEFT JOIN directory_membership AS member
      ON member.person_id = person.id AND member.valid_from <= day
     AND day < coalesce(member.valid_to, 'infinity')
    WHERE person.left_on IS NULL AND person.deceased_on IS NULL AND person.erased_at IS NULL
      AND CASE WHEN wanted_name = '' THEN member.household_id = own.household_id
               ELSE person.name = wanted_name
                    AND (born_in IS NULL
                         OR extract(year FROM person.birth_date)::integer = born_in) END
    ORDER BY person.name_sort, person.id
    LIMIT 20
$$;

-- Who may do something at exactly these places today, with the household each of them lives
-- in: whether a claim finds a second person does not depend on who asks.
CREATE FUNCTION directory_holders(places uuid[], wanted_verb text, day date)
RETURNS TABLE (area_id uuid, user_id uuid, person_id uuid, household_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT post.area_id, post.user_id, held.person_id, member.household_id
    FROM directory_post AS post
    JOIN accounts_grant AS granted ON granted.role_id = post.role_id
     AND granted.verb = wanted_verb
    JOIN accounts_user AS account ON account.id = post.user_id AND account.is_active
    LEFT JOIN directory_person_account AS held ON held.user_id = post.user_id
    LEFT JOIN directory_membership AS member
      ON member.person_id = held.person_id AND member.valid_from <= day
     AND day < coalesce(member.valid_to, 'infinity')
    WHERE post.area_id = ANY (places) AND post.valid_from <= day
      AND day < coalesce(post.valid_to, 'infinity')
$$;

-- The households several people live in on a day: for a decision about a whole list.
CREATE FUNCTION directory_households_of(wanted uuid[], day date)
RETURNS TABLE (person_id uuid, household_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person_id, household_id FROM directory_membership
    WHERE person_id = ANY (wanted) AND valid_from <= day AND day < coalesce(valid_to, 'infinity')
$$;

-- Present people of the scope with exactly these names: a list that was pasted in.
CREATE FUNCTION directory_people_named(terms text[], wanted text[])
RETURNS TABLE (person_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person.id, person.name FROM directory_person AS person
    WHERE person.search_terms && terms AND person.name = ANY (wanted)
      AND person.scope_code >= (SELECT journal_scope_low()) COLLATE "C"
      AND person.scope_code < (SELECT journal_scope_high()) COLLATE "C"
      AND (SELECT journal_scope_person()) IS NULL
      AND person.left_on IS NULL AND person.deceased_on IS NULL AND person.erased_at IS NULL
$$;

REVOKE ALL ON FUNCTION directory_subjects(uuid[], date) FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_near(text, integer, date) FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_holders(uuid[], text, date) FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_households_of(uuid[], date) FROM PUBLIC;
REVOKE ALL ON FUNCTION directory_people_named(text[], text[]) FROM PUBLIC;
