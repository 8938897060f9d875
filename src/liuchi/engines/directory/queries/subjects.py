"""Whom a record may be about, and who could decide on it. Inside ``acting_as(actor)``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import rules
from liuchi.engines.directory.queries.people import PersonRow, people_of
from liuchi.engines.journal.scope import require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.columns import array


@dataclass(frozen=True, slots=True)
class Subject:
    """What a record about a person keeps of the person, and whether a consent stands.

    ``present``: neither moved away nor died. A consent may stand all the same.
    """

    id: UUID
    masked_name: str
    village_id: UUID
    scope_code: str
    household_id: UUID | None
    consented: bool
    present: bool = True


@dataclass(frozen=True, slots=True)
class NearRow:
    """Somebody a resident may act for: of the household, or named in full."""

    id: UUID
    name: str
    birth_year: int | None
    is_family: bool


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """Somebody who may do a thing at a place; the person and household where known."""

    user_id: UUID
    person_id: UUID | None
    household_id: UUID | None


def subjects(actor: Actor, person_ids: Collection[UUID]) -> dict[UUID, Subject]:
    """Return people of the actor's area by id, one statement; a resident's: of the village.

    Nothing is opened: the name comes masked, no phone. Out of scope is left out.
    """
    require(actor)
    query = "SELECT * FROM directory_subjects(%s::uuid[], %s)"
    rows = _rows(query, [array(person_ids), clock.today()])
    return {row[0]: Subject(row[0], rules.mask_name(row[1]), *row[2:]) for row in rows}


def near(actor: Actor, *, name: str = "", birth_year: int | None = None) -> tuple[NearRow, ...]:
    """Return whom a resident may act for: the household, or who has exactly this name.

    For anybody who is not a resident acting as one: empty.
    """
    require(actor)
    values = [rules.normal_name(name) if name else "", birth_year, clock.today()]
    return tuple(NearRow(*row) for row in _rows("SELECT * FROM directory_near(%s, %s, %s)", values))


def second_people(
    actor: Actor, area_ids: Collection[UUID], verb: str
) -> Mapping[UUID, tuple[SecondPerson, ...]]:
    """Return who may do something at exactly these places today, one statement."""
    require(actor)
    found: dict[UUID, list[SecondPerson]] = defaultdict(list)
    values = [list(area_ids), verb, clock.today()]
    for area_id, *row in _rows("SELECT * FROM directory_holders(%s, %s, %s)", values):
        found[area_id].append(SecondPerson(*row))
    return {area_id: tuple(each) for area_id, each in found.items()}


def household_ids_of(person_ids: Collection[UUID], on: date) -> dict[UUID, UUID]:
    """Return the households people lived in on a day, whoever asks; one statement."""
    values = [list(person_ids), on]
    return dict(_rows("SELECT * FROM directory_households_of(%s, %s)", values))


def people_named(actor: Actor, names: Sequence[str]) -> dict[str, tuple[PersonRow, ...]]:
    """Return the present people with exactly these names, by name; an unknown name is missing.

    Five statements, however many names. For a list that was pasted in.
    """
    actor.may("directory.person.read").or_refuse()
    require(actor)
    wanted = sorted({rules.normal_name(name) for name in names} - {""})
    terms = [rules.search_term(name) for name in wanted]
    query = "SELECT * FROM directory_people_named(%s, %s)"
    pairs = _rows(query, [terms, wanted]) if wanted else []
    rows = people_of(actor, [person_id for person_id, _ in pairs])
    found: dict[str, list[PersonRow]] = defaultdict(list)
    for person_id, name in pairs:
        if person_id in rows:
            found[name].append(rows[person_id])
    return {
        name: tuple(sorted(each, key=lambda row: (row.grid_name, row.birth_year or 0, row.id)))
        for name, each in found.items()
    }


def initials(text: str) -> str:
    """Return the first letters of the sounds of a Chinese text: ``清扫楼道`` is ``qsld``."""
    return rules.initials(text)


def _rows(query: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
