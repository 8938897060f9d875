"""The statements that bring a staged roster in: one per table, whatever its size.

The rows lie in ``directory_roster_row`` and stay as they were read; what is found out about
them, :data:`STAGE`. First who is there already is recognised, then what differs, then
everything is written. A row without a verdict is a new person's. Row-level security holds
for all of it.
"""

from __future__ import annotations

# Without the long columns, which every change of a row would copy.
STAGE = """
CREATE TEMP TABLE roster_stage ON COMMIT DROP AS
SELECT n, place, id, name, sex, birth_date, scope_code, town_id, village_id, grid_id, label,
       family, head, phone_hash, id_number_hash, address_hash, NULL::uuid AS person_id,
       NULL::uuid AS household_id, NULL::text AS verdict, NULL::text AS reason,
       NULL::integer AS other, false AS moved
FROM directory_roster_row WHERE roster_id = %(import)s
"""
# The planner has to know these; the others would take it longer than it saves.
KNOW_STAGE = "ANALYZE roster_stage (n, name, village_id, label, family, id_number_hash)"
HOMES = "SELECT DISTINCT village_id, town_id, grid_id, scope_code FROM roster_stage"

# A row that stands twice in the file. By number both are wrong: one of them is a mistake
# and nobody can say which. By name the first is taken.
TWICE = """
UPDATE roster_stage AS staged SET verdict = 'refused', reason = 'id_twice', other = twin.place
FROM roster_stage AS twin
WHERE staged.id_number_hash = twin.id_number_hash AND staged.n <> twin.n;

UPDATE roster_stage AS staged SET verdict = 'refused', reason = 'twice', other = seen.first
FROM (SELECT n, min(place) OVER same AS first, row_number() OVER same AS nth
      FROM roster_stage
      WHERE verdict IS NULL AND id_number_hash IS NULL
      WINDOW same AS (PARTITION BY village_id, name, birth_date,
                      CASE WHEN birth_date IS NULL THEN label || '/' || family END ORDER BY n)
     ) AS seen
WHERE seen.n = staged.n AND seen.nth > 1
"""

LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended('liuchi.directory.roster:' || village_id, 0))
FROM (SELECT DISTINCT village_id FROM roster_stage ORDER BY village_id) AS villages
"""

# Offices count households anew in each grid's sheet. The number is one household's in the
# whole village, so a grid that comes second puts the end of its code before it.
QUALIFY = """
UPDATE roster_stage AS staged SET label = right(staged.scope_code, 3) || '-' || staged.label
FROM (SELECT DISTINCT ON (village_id, label) village_id, label, grid_id
      FROM roster_stage WHERE label <> '' AND grid_id IS NOT NULL
      ORDER BY village_id, label, n) AS first
WHERE staged.village_id = first.village_id AND staged.label = first.label
  AND staged.grid_id IS NOT NULL
  AND (EXISTS (SELECT FROM directory_household AS known
               WHERE known.village_id = staged.village_id
                 AND known.label = right(staged.scope_code, 3) || '-' || staged.label)
       OR EXISTS (SELECT FROM directory_household AS known
                  WHERE known.village_id = staged.village_id AND known.label = staged.label
                    AND known.grid_id <> staged.grid_id)
       OR (first.grid_id <> staged.grid_id
           AND NOT EXISTS (SELECT FROM directory_household AS known
                           WHERE known.village_id = staged.village_id
                             AND known.label = staged.label
                             AND known.grid_id = staged.grid_id)))
"""

# Who is who: by identity number; else by name with birth date or household, where nothing
# speaks against it. What fits two people is nobody's guess to make.
RECOGNISE = """
UPDATE roster_stage AS staged SET person_id = secret.person_id
FROM directory_person_secret AS secret
WHERE secret.field = 'id_number' AND secret.lookup_hash = staged.id_number_hash
  AND staged.verdict IS NULL;

UPDATE roster_stage AS staged
SET verdict = 'refused',
    reason = CASE WHEN person.village_id <> staged.village_id THEN 'elsewhere' ELSE 'left' END
FROM directory_person AS person
WHERE person.id = staged.person_id
  AND (person.village_id <> staged.village_id OR person.left_on IS NOT NULL
       OR person.deceased_on IS NOT NULL);

CREATE TEMP TABLE roster_pair ON COMMIT DROP AS
SELECT staged.n, person.id AS person_id, likeness.rank
FROM roster_stage AS staged
JOIN directory_person AS person
  ON person.village_id = staged.village_id AND person.name = staged.name
 AND person.left_on IS NULL AND person.deceased_on IS NULL AND person.erased_at IS NULL
 AND (person.birth_date = staged.birth_date
      OR person.birth_date IS NULL OR staged.birth_date IS NULL)
LEFT JOIN directory_membership AS member
  ON member.person_id = person.id AND member.valid_to IS NULL
LEFT JOIN directory_household AS household ON household.id = member.household_id
LEFT JOIN directory_person_secret AS secret
  ON secret.person_id = person.id AND secret.field = 'id_number'
CROSS JOIN LATERAL (SELECT
    (staged.label <> '' AND household.label = staged.label)
    OR (staged.head <> '' AND EXISTS (
        SELECT FROM directory_membership AS other
        JOIN directory_person AS head ON head.id = other.person_id
        WHERE other.household_id = member.household_id AND other.valid_to IS NULL
          AND head.name = staged.head)) AS same_home,
    member.household_id IS NULL OR (staged.label = '' AND staged.family = 0) AS no_home
) AS home
CROSS JOIN LATERAL (SELECT CASE
    WHEN person.birth_date = staged.birth_date AND home.same_home THEN 4
    WHEN person.birth_date = staged.birth_date THEN 3
    WHEN home.same_home THEN 2
    WHEN home.no_home THEN 1
END AS rank) AS likeness
WHERE staged.verdict IS NULL AND staged.person_id IS NULL AND likeness.rank IS NOT NULL
  AND (secret.lookup_hash = staged.id_number_hash
       OR secret.lookup_hash IS NULL OR staged.id_number_hash IS NULL)
  AND NOT EXISTS (SELECT FROM roster_stage AS known WHERE known.person_id = person.id);

DELETE FROM roster_pair AS pair USING roster_pair AS better
WHERE better.n = pair.n AND better.rank > pair.rank;

UPDATE roster_stage AS staged SET verdict = 'refused', reason = 'ambiguous'
WHERE n IN (SELECT n FROM roster_pair GROUP BY n HAVING count(*) > 1
            UNION ALL
            SELECT pair.n FROM roster_pair AS pair
            JOIN roster_pair AS rival ON rival.person_id = pair.person_id AND rival.n <> pair.n);

UPDATE roster_stage AS staged SET person_id = pair.person_id
FROM roster_pair AS pair WHERE pair.n = staged.n AND staged.verdict IS NULL;

DROP TABLE roster_pair
"""

# Which household: by its number; a family without one goes on where most of it lives now.
HOUSE = """
UPDATE roster_stage AS staged SET household_id = household.id
FROM directory_household AS household
WHERE staged.label <> '' AND household.village_id = staged.village_id
  AND household.label = staged.label;

UPDATE roster_stage AS staged SET household_id = settled.household_id
FROM (SELECT DISTINCT ON (household_id) household_id, family
      FROM (SELECT DISTINCT ON (staged.family) staged.family, member.household_id,
                   count(*) AS members
            FROM roster_stage AS staged
            JOIN directory_membership AS member
              ON member.person_id = staged.person_id AND member.valid_to IS NULL
            WHERE staged.family > 0 AND staged.verdict IS NULL
            GROUP BY staged.family, member.household_id
            ORDER BY staged.family, members DESC, member.household_id) AS lived
      ORDER BY household_id, members DESC, family) AS settled
WHERE staged.family = settled.family AND staged.family > 0
"""

# An empty cell changes nothing.
DECIDE = """
UPDATE roster_stage AS staged
SET moved = (staged.label <> '' OR staged.family > 0)
            AND staged.household_id IS DISTINCT FROM now.household_id,
    verdict = CASE WHEN
        person.name <> staged.name
        OR (staged.sex <> 'unknown' AND person.sex <> staged.sex)
        OR (staged.birth_date IS NOT NULL
            AND person.birth_date IS DISTINCT FROM staged.birth_date)
        OR (staged.grid_id IS NOT NULL AND person.grid_id IS DISTINCT FROM staged.grid_id)
        OR phone.lookup_hash IS DISTINCT FROM coalesce(staged.phone_hash, phone.lookup_hash)
        OR number.lookup_hash IS DISTINCT FROM coalesce(staged.id_number_hash, number.lookup_hash)
        OR address.lookup_hash IS DISTINCT FROM coalesce(staged.address_hash, address.lookup_hash)
        OR ((staged.label <> '' OR staged.family > 0)
            AND staged.household_id IS DISTINCT FROM now.household_id)
    THEN 'changed' ELSE 'unchanged' END
FROM directory_person AS person
LEFT JOIN directory_membership AS now
  ON now.person_id = person.id AND now.valid_to IS NULL
LEFT JOIN directory_person_secret AS phone
  ON phone.person_id = person.id AND phone.field = 'phone'
LEFT JOIN directory_person_secret AS number
  ON number.person_id = person.id AND number.field = 'id_number'
LEFT JOIN directory_person_secret AS address
  ON address.person_id = person.id AND address.field = 'address'
WHERE person.id = staged.person_id AND staged.verdict IS NULL;

ANALYZE roster_stage (n, person_id, household_id, verdict, moved)
"""

# Everything here joins whole sets, often to tables that have just grown from nothing and
# have no statistics yet. Row by row the planner would then go through them again and again.
BY_SETS = "SET LOCAL enable_nestloop = off"
AS_BEFORE = "SET LOCAL enable_nestloop = on"

COUNT = """
SELECT count(*) FILTER (WHERE verdict IS NULL), count(*) FILTER (WHERE verdict = 'changed'),
       count(*) FILTER (WHERE verdict = 'unchanged'), count(*) FILTER (WHERE verdict = 'refused'),
       count(*) FILTER (WHERE verdict = 'changed' AND moved)
FROM roster_stage
"""

# Only where the file speaks of a whole village or grid can somebody be missing from it.
MISSING = """
SELECT count(*) FROM directory_person AS person
JOIN (SELECT village_id, CASE WHEN bool_and(grid_id IS NOT NULL) THEN array_agg(DISTINCT grid_id)
             END AS grids
      FROM roster_stage GROUP BY village_id) AS spoken
  ON spoken.village_id = person.village_id
 AND (spoken.grids IS NULL OR person.grid_id = ANY (spoken.grids))
WHERE person.left_on IS NULL AND person.deceased_on IS NULL AND person.erased_at IS NULL
  AND NOT EXISTS (SELECT FROM roster_stage AS staged WHERE staged.person_id = person.id)
"""

# New households keep the id of their first person's row. A family without a number gets
# the village's next one.
NEW_HOUSES = """
CREATE TEMP TABLE roster_house ON COMMIT DROP AS
SELECT DISTINCT ON (village_id, label, family) id, n, label, family, scope_code, town_id,
       village_id, grid_id
FROM roster_stage
WHERE household_id IS NULL AND (verdict IS NULL OR verdict = 'changed')
  AND (label <> '' OR family > 0)
ORDER BY village_id, label, family, address_hash IS NULL, n;

UPDATE roster_house AS house SET label = numbered.label
FROM (SELECT fresh.id,
             lpad((taken.highest + row_number() OVER (PARTITION BY fresh.village_id
                                                       ORDER BY fresh.n))::text, 4, '0') AS label
      FROM roster_house AS fresh
      CROSS JOIN LATERAL (
          SELECT greatest(
              coalesce((SELECT max(label::bigint) FROM directory_household AS household
                        WHERE household.village_id = fresh.village_id
                          AND household.label ~ '^[0-9]{1,9}$'), 0),
              coalesce((SELECT max(label::bigint) FROM roster_stage AS staged
                        WHERE staged.village_id = fresh.village_id
                          AND staged.label ~ '^[0-9]{1,9}$'), 0)) AS highest
      ) AS taken
      WHERE fresh.label = '') AS numbered
WHERE numbered.id = house.id;

INSERT INTO directory_household (id, label, address_masked, scope_code, town_id, village_id,
                                 grid_id)
SELECT house.id, house.label, given.address_masked, house.scope_code, house.town_id,
       house.village_id, house.grid_id
FROM roster_house AS house
JOIN directory_roster_row AS given ON given.roster_id = %(import)s AND given.n = house.n;

ANALYZE roster_house;

UPDATE roster_stage AS staged SET household_id = house.id
FROM roster_house AS house
WHERE staged.household_id IS NULL AND staged.family > 0 AND staged.family = house.family;

UPDATE roster_stage AS staged SET household_id = house.id
FROM roster_house AS house
WHERE staged.household_id IS NULL AND staged.family = 0 AND staged.label <> ''
  AND house.family = 0 AND staged.village_id = house.village_id AND staged.label = house.label
"""

NEW_PEOPLE = """
INSERT INTO directory_person (id, name, name_sort, search_terms, sex, birth_date, scope_code,
                              town_id, village_id, grid_id, valid_from, version)
SELECT given.id, given.name, given.name_sort, given.search_terms, given.sex, given.birth_date,
       given.scope_code, given.town_id, given.village_id, given.grid_id, %(today)s, 1
FROM directory_roster_row AS given
JOIN roster_stage AS staged ON staged.n = given.n AND staged.verdict IS NULL
WHERE given.roster_id = %(import)s;

INSERT INTO directory_membership (id, person_id, household_id, scope_code, valid_from)
SELECT id, id, household_id, scope_code, %(today)s
FROM roster_stage WHERE verdict IS NULL AND household_id IS NOT NULL;

INSERT INTO directory_person_key (person_id, wrapped_key, ring_id, scope_code)
SELECT given.id, given.wrapped_key, %(ring)s, given.scope_code
FROM directory_roster_row AS given
JOIN roster_stage AS staged ON staged.n = given.n AND staged.verdict IS NULL
WHERE given.roster_id = %(import)s;

INSERT INTO directory_person_secret (person_id, field, ciphertext, lookup_hash, scope_code)
SELECT given.id, value.field, value.ciphertext, value.hash, given.scope_code
FROM directory_roster_row AS given
JOIN roster_stage AS staged ON staged.n = given.n AND staged.verdict IS NULL
CROSS JOIN LATERAL (VALUES ('phone', given.phone, given.phone_hash),
                           ('id_number', given.id_number, given.id_number_hash),
                           ('address', given.address, given.address_hash)
                   ) AS value (field, ciphertext, hash)
WHERE given.roster_id = %(import)s AND value.ciphertext IS NOT NULL
"""

REMEMBER = """
INSERT INTO directory_import (id, scope_code, at, sheets, persons, places, households)
SELECT %(import)s, %(scope)s, %(now)s, %(sheets)s,
       coalesce(array_agg(id ORDER BY n), '{}'), coalesce(array_agg(place ORDER BY n), '{}'),
       (SELECT coalesce(array_agg(id ORDER BY n), '{}') FROM roster_house)
FROM roster_stage WHERE verdict IS NULL;

INSERT INTO directory_import_change (roster_id, person_id, place, before, version_after,
                                     scope_code)
SELECT %(import)s, person.id, staged.place, jsonb_build_object(
           'name', person.name, 'name_sort', person.name_sort,
           'search_terms', person.search_terms, 'sex', person.sex,
           'birth_date', person.birth_date, 'grid_id', person.grid_id,
           'scope_code', person.scope_code,
           'membership_id', member.id, 'household_id', member.household_id,
           'moved_to', CASE WHEN staged.moved THEN staged.id END,
           'secrets', (SELECT coalesce(jsonb_object_agg(given.field,
                CASE WHEN secret.field IS NOT NULL THEN jsonb_build_array(
                    encode(secret.ciphertext, 'hex'), encode(secret.lookup_hash, 'hex')) END), '{}')
              FROM (VALUES ('phone', staged.phone_hash), ('id_number', staged.id_number_hash),
                           ('address', staged.address_hash)) AS given (field, hash)
              LEFT JOIN directory_person_secret AS secret
                ON secret.person_id = person.id AND secret.field = given.field
              WHERE given.hash IS NOT NULL
                AND given.hash IS DISTINCT FROM secret.lookup_hash)),
       person.version + 1, person.scope_code
FROM roster_stage AS staged
JOIN directory_person AS person ON person.id = staged.person_id
LEFT JOIN directory_membership AS member
  ON member.person_id = person.id AND member.valid_to IS NULL
WHERE staged.verdict = 'changed'
"""

CHANGE_PEOPLE = """
UPDATE directory_person AS person
SET name = staged.name, name_sort = given.name_sort, search_terms = given.search_terms,
    sex = CASE WHEN staged.sex = 'unknown' THEN person.sex ELSE staged.sex END,
    birth_date = coalesce(staged.birth_date, person.birth_date),
    grid_id = coalesce(staged.grid_id, person.grid_id),
    scope_code = CASE WHEN staged.grid_id IS NULL THEN person.scope_code
                      ELSE staged.scope_code END,
    version = person.version + 1
FROM roster_stage AS staged
JOIN directory_roster_row AS given ON given.roster_id = %(import)s AND given.n = staged.n
WHERE person.id = staged.person_id AND staged.verdict = 'changed';

UPDATE directory_membership AS member SET household_id = staged.household_id
FROM roster_stage AS staged
WHERE staged.verdict = 'changed' AND staged.moved AND member.person_id = staged.person_id
  AND member.valid_to IS NULL AND member.valid_from >= %(today)s;

UPDATE directory_membership AS member SET valid_to = %(today)s
FROM roster_stage AS staged
WHERE staged.verdict = 'changed' AND staged.moved AND member.person_id = staged.person_id
  AND member.valid_to IS NULL AND member.household_id <> staged.household_id;

INSERT INTO directory_membership (id, person_id, household_id, scope_code, valid_from)
SELECT staged.id, staged.person_id, staged.household_id, person.scope_code, %(today)s
FROM roster_stage AS staged
JOIN directory_person AS person ON person.id = staged.person_id
WHERE staged.verdict = 'changed' AND staged.moved
  AND NOT EXISTS (SELECT FROM directory_membership AS member
                  WHERE member.person_id = staged.person_id AND member.valid_to IS NULL)
"""

# Who may see a person's rows follows the person to another grid.
RESTAMP = """
UPDATE {table} AS held SET scope_code = staged.scope_code
FROM roster_stage AS staged
WHERE staged.verdict = 'changed' AND staged.grid_id IS NOT NULL
  AND held.person_id = staged.person_id AND held.scope_code <> staged.scope_code
"""
RESTAMPED = (
    "directory_membership",
    "directory_person_key",
    "directory_person_secret",
    "directory_consent",
    "directory_person_account",
)

# What was sealed under the row's own key, to be sealed anew under the person's.
CHANGED_SECRETS = """
SELECT staged.n, given.id, given.wrapped_key, staged.person_id, held.wrapped_key, value.field,
       value.ciphertext, value.hash, person.scope_code
FROM (SELECT n, person_id FROM roster_stage WHERE verdict = 'changed' AND n > %(last)s
      ORDER BY n LIMIT %(most)s) AS staged
JOIN directory_roster_row AS given ON given.roster_id = %(import)s AND given.n = staged.n
JOIN directory_person AS person ON person.id = staged.person_id
JOIN directory_person_key AS held ON held.person_id = staged.person_id
CROSS JOIN LATERAL (VALUES ('phone', given.phone, given.phone_hash),
                           ('id_number', given.id_number, given.id_number_hash),
                           ('address', given.address, given.address_hash)
                   ) AS value (field, ciphertext, hash)
LEFT JOIN directory_person_secret AS secret
  ON secret.person_id = staged.person_id AND secret.field = value.field
WHERE value.hash IS NOT NULL AND value.hash IS DISTINCT FROM secret.lookup_hash
ORDER BY staged.n
"""
PUT_SEALED = """
INSERT INTO directory_person_secret (person_id, field, ciphertext, lookup_hash, scope_code)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bytea[], %s::bytea[], %s::text[])
ON CONFLICT (person_id, field)
DO UPDATE SET ciphertext = excluded.ciphertext, lookup_hash = excluded.lookup_hash
"""

VILLAGES = """
SELECT village_id, count(*), count(DISTINCT household_id)
FROM roster_stage WHERE verdict IS NULL GROUP BY village_id ORDER BY village_id
"""


def statements(text: str) -> tuple[str, ...]:
    """Return the single statements of a text; none of them holds a semicolon inside."""
    return tuple(part for part in (part.strip() for part in text.split(";\n")) if part)
