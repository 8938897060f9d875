-- Whoever died or moved away keeps a consent that stood: nobody withdrew it. What is new is
-- asked about people who live here.
DROP FUNCTION directory_subjects(uuid[], date);
CREATE FUNCTION directory_subjects(wanted uuid[], day date)
RETURNS TABLE (person_id uuid, name text, village_id uuid, scope_code text, household_id uuid,
               consented boolean, present boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person.id, person.name, person.village_id, person.scope_code,
           (SELECT member.household_id FROM directory_membership AS member
            WHERE member.person_id = person.id AND member.valid_from <= day
              AND day < coalesce(member.valid_to, 'infinity')),
           EXISTS (SELECT FROM directory_consent AS consent
                   WHERE consent.person_id = person.id AND consent.withdrawn_at IS NULL),
           person.left_on IS NULL AND person.deceased_on IS NULL AND person.erased_at IS NULL
    FROM directory_person AS person
    WHERE person.id = ANY (wanted)
      AND person.scope_code >= (SELECT journal_scope_low()) COLLATE "C"
      AND person.scope_code < (SELECT journal_scope_high()) COLLATE "C"
      AND ((SELECT journal_scope_person()) IS NULL
           OR person.village_id = (SELECT own.village_id FROM directory_person AS own
                                   WHERE own.id = (SELECT journal_scope_person())))
$$;

REVOKE ALL ON FUNCTION directory_subjects(uuid[], date) FROM PUBLIC;
