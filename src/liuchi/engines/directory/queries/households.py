"""Households and who lives in them. Inside ``acting_as(actor)``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.directory.models import Membership
from liuchi.engines.directory.queries.people import (
    Page,
    PersonRow,
    bounded,
    cursor_text,
    cursor_values,
    people_of,
)
from liuchi.engines.directory.rules import search_term
from liuchi.engines.directory.scope import list_filter, require_read
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

_SELECT = """
SELECT household.id, household.label, household.address_masked, household.village_id,
       village.name, coalesce(grid.name, ''),
       (SELECT count(*) FROM directory_membership AS member
        WHERE member.household_id = household.id AND member.valid_to IS NULL)
FROM directory_household AS household
JOIN directory_area_name AS village
  ON village.area_id = household.village_id AND village.kind = 'official'
 AND village.valid_to IS NULL
LEFT JOIN directory_area_name AS grid
  ON grid.area_id = household.grid_id AND grid.kind = 'official' AND grid.valid_to IS NULL
"""


_AGREED = """
SELECT EXISTS (
    SELECT FROM directory_membership AS member
    JOIN directory_consent AS consent ON consent.person_id = member.person_id
    WHERE member.household_id = %s AND member.valid_to IS NULL
      AND consent.purpose = %s AND consent.playbook = %s AND consent.withdrawn_at IS NULL)
"""


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household as lists show one; ``size`` counts who lives there now."""

    id: UUID
    label: str
    address_masked: str
    village_id: UUID
    village_name: str
    grid_name: str
    size: int


@dataclass(frozen=True, slots=True)
class HouseholdDetail:
    """A household and its present members, by the sound of their names."""

    row: HouseholdRow
    members: tuple[PersonRow, ...]


def households(
    actor: Actor, *, text: str = "", after: str | None = None, limit: int = 50
) -> Page[HouseholdRow]:
    """Return households of the actor's area by label.

    ``text`` is part of a label or of the masked address, or of a member's name, initials
    or spelling. Refused without ``directory.household.read``.
    """
    require_read(actor, "directory.household.read")
    require(actor)
    most = bounded(limit)
    where, values = ["true"], list[Any]()
    equal = list_filter(actor)
    if equal is not None:
        where.append(f"household.{equal[0]} = %s")
        values.append(equal[1])
    start = cursor_values(after)
    if start is not None:
        where.append("(household.label, household.id) > (%s, %s)")
        values.extend(start)
    if text.strip():
        where.append(
            "(household.id IN (SELECT household_id FROM directory_search_households(%s, 1000)) "
            "OR household.id IN (SELECT household_id "
            "FROM directory_membership WHERE valid_to IS NULL AND person_id IN (SELECT person_id "
            "FROM directory_search_people(%s::text[], NULL, NULL, NULL, NULL, 1000, NULL))))"
        )
        values.extend([text.strip(), [search_term(text)]])
    rows = _rows(
        f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY household.label, household.id "
        f"LIMIT {most + 1}",
        values,
    )
    last = rows[most - 1] if len(rows) > most else None
    return Page(rows[:most], None if last is None else cursor_text(last.label, last.id))


def households_found(actor: Actor, text: str, *, limit: int = 50) -> tuple[HouseholdRow, ...]:
    """Return households of the actor's area by part of their label or masked address."""
    require_read(actor, "directory.household.read")
    require(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT household_id FROM directory_search_households(%s, %s)", [text, bounded(limit)]
        )
        ids = [household_id for (household_id,) in cursor.fetchall()]
    if not ids:
        return ()
    return _rows(
        f"{_SELECT} WHERE household.id = ANY(%s) ORDER BY household.label, household.id", [ids]
    )


def household(actor: Actor, household_id: UUID) -> HouseholdDetail:
    """Return a household of the actor's area with its members; NotFound otherwise."""
    require_read(actor, "directory.household.read")
    require(actor)
    rows = _rows(f"{_SELECT} WHERE household.id = %s", [household_id])
    if not rows:
        raise NotFound("household")
    member_ids = Membership.objects.filter(
        household_id=household_id, valid_to__isnull=True
    ).values_list("person_id", flat=True)
    members = people_of(actor, member_ids, with_phones=True)
    return HouseholdDetail(rows[0], tuple(members.values()))


def household_id_of(person_id: UUID, on: date) -> UUID | None:
    """Return the household a person lived in on a day, whoever asks; None for nobody's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_household_of(%s, %s)", [person_id, on])
        found: UUID | None = cursor.fetchone()[0]
    return found


def same_household(person_id: UUID, other_id: UUID, on: date) -> bool:
    """Whether two people lived in one household on a day; a person does with oneself."""
    if person_id == other_id:
        return True
    first = household_id_of(person_id, on)
    return first is not None and first == household_id_of(other_id, on)


def _rows(query: str, values: list[Any]) -> tuple[HouseholdRow, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[Any] = cursor.fetchall()
    return tuple(HouseholdRow(*row) for row in found)


def household_agreed(actor: Actor, household_id: UUID, purpose: str, playbook: str) -> bool:
    """Whether somebody who lives in a household now agreed to a purpose of a playbook."""
    require(actor)
    with connection.cursor() as cursor:
        cursor.execute(_AGREED, [household_id, purpose, playbook])
        found: bool = cursor.fetchone()[0]
    return found


def household_count(actor: Actor) -> int | None:
    """Return how many households a village or grid has; None for wider areas: too many."""
    require(actor)
    equal = list_filter(actor)
    if equal is None or equal[0] == "town_id":
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM directory_household WHERE {equal[0]} = %s",  # noqa: S608
            [equal[1]],
        )
        found: int = cursor.fetchone()[0]
    return found
