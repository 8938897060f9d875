"""Whom the rows of a table speak of, recognised as a roster's rows are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import rules
from liuchi.engines.directory.enums import SensitiveField
from liuchi.engines.directory.queries.people import lookup
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor

# By identity number; else by name with birth date or household, where nothing speaks
# against it. A name alone is not enough: two people may bear it, one of them not yet here.
_RECOGNISE = """
WITH said AS (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(%s) AS (
        name text, born date, label text, head text, village text, hash text))
        WITH ORDINALITY AS row (name, born, label, head, village, hash, n)
), candidate AS (
    SELECT said.n, person.id FROM said JOIN directory_person AS person USING (name)
    UNION
    SELECT said.n, numbered.person_id FROM said JOIN directory_person_secret AS numbered
      ON numbered.field = 'id_number' AND numbered.lookup_hash = decode(said.hash, 'hex')
), present AS (
    SELECT said.n, person.id, person.name = said.name AS is_named, said.born, said.label,
           said.head, said.hash, person.birth_date, secret.lookup_hash, member.household_id,
           household.label AS home
    FROM said
    JOIN candidate USING (n)
    JOIN directory_person AS person ON person.id = candidate.id
    LEFT JOIN directory_person_secret AS secret
      ON secret.person_id = person.id AND secret.field = 'id_number'
    LEFT JOIN directory_membership AS member
      ON member.person_id = person.id AND member.valid_to IS NULL
    LEFT JOIN directory_household AS household ON household.id = member.household_id
    WHERE person.left_on IS NULL AND person.deceased_on IS NULL AND person.erased_at IS NULL
      AND (said.village = '' OR EXISTS (
          SELECT FROM directory_area_name AS called
          WHERE called.area_id = person.village_id AND called.name = said.village
            AND called.valid_to IS NULL))
), ranked AS (
    SELECT present.n, present.id, present.is_named, CASE
        WHEN present.lookup_hash = decode(present.hash, 'hex') THEN 5
        WHEN present.lookup_hash IS NOT NULL AND present.hash IS NOT NULL THEN NULL
        WHEN present.birth_date <> present.born THEN NULL
        WHEN present.birth_date = present.born AND house.is_same THEN 4
        WHEN present.birth_date = present.born THEN 3
        WHEN house.is_same THEN 2
    END AS rank
    FROM present
    CROSS JOIN LATERAL (SELECT
        (present.label <> '' AND (present.home = present.label
            OR right(present.home, length(present.label) + 1) = '-' || present.label))
        OR (present.head <> '' AND EXISTS (
            SELECT FROM directory_membership AS other
            JOIN directory_person AS head ON head.id = other.person_id
            WHERE other.household_id = present.household_id AND other.valid_to IS NULL
              AND head.name = present.head)) AS is_same
    ) AS house
)
SELECT DISTINCT ON (n) n, id, is_named, count(*) OVER (PARTITION BY n, rank)
FROM ranked WHERE rank IS NOT NULL ORDER BY n, rank DESC, id
"""


class Unmatched(StrEnum):
    """Why a description is nobody's."""

    UNKNOWN = "unknown"  # nobody of the area fits
    AMBIGUOUS = "ambiguous"  # several do
    OTHER_NAME = "other_name"  # the identity number is somebody else's
    TOO_LITTLE = "too_little"  # a name alone


@dataclass(frozen=True, slots=True)
class Description:
    """What a row says of a person; "" and None where it says nothing."""

    name: str
    birth_date: date | None = None
    household: str = ""
    head: str = ""
    village: str = ""
    id_number: str = ""


def recognised(actor: Actor, said: Sequence[Description]) -> tuple[UUID | Unmatched, ...]:
    """Return who each description is, in order, among the present people of the actor's area.

    One statement. Inside ``acting_as(actor)``.
    """
    actor.may("directory.person.read").or_refuse()
    require(actor)
    rows = [_plain(each) for each in said]
    found: dict[int, UUID | Unmatched] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RECOGNISE, [json.dumps(rows)])
        for n, person_id, is_named, rivals in cursor.fetchall():
            if rivals > 1:
                found[n] = Unmatched.AMBIGUOUS
            else:
                found[n] = person_id if is_named else Unmatched.OTHER_NAME
    return tuple(
        found.get(n, Unmatched.UNKNOWN if _says_enough(row) else Unmatched.TOO_LITTLE)
        for n, row in enumerate(rows, start=1)
    )


def _plain(said: Description) -> dict[str, str | None]:
    number = rules.normal_id_number(said.id_number) if said.id_number else ""
    born = said.birth_date or (rules.birth_date_of(number) if number else None)
    return {
        "name": rules.normal_name(said.name),
        "born": None if born is None else born.isoformat(),
        "label": said.household,
        "head": rules.normal_name(said.head) if said.head else "",
        "village": said.village,
        "hash": lookup(SensitiveField.ID_NUMBER, number).hex() if number else None,
    }


def _says_enough(row: dict[str, str | None]) -> bool:
    return any(row[name] for name in ("born", "label", "head", "hash"))
