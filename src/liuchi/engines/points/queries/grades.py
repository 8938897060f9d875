"""Grades in force: what eligibility asks, and what a resident's page tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import GradeMethod, OfficialState
from liuchi.engines.points.models import OfficialGrade
from liuchi.engines.points.scope import page_size, uuid_cursor
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Standing:
    """One grade somebody holds. ``rank`` counts from 1, the lowest step of its scheme.

    ``method`` keeps the place's own grades and an issuer's apart; ``issuer`` is empty for
    the place's own. ``line_id`` is the record the grade stands on.
    """

    scheme: str
    scheme_title: str
    method: GradeMethod
    issuer: str
    grade: str
    title: str
    rank: int
    issued_on: date
    valid_to: date | None
    line_id: UUID


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """An imported grade as the desk lists it, under the name of who decided it."""

    id: UUID
    scheme_title: str
    issuer: str
    round_name: str
    whose: str
    village_name: str
    grade: str
    issued_on: date
    valid_to: date
    in_force: bool
    imported_by_name: str


def official_grades(
    actor: Actor, *, after: str | UUID | None = None, limit: int = 50
) -> Page[OfficialRow]:
    """Return what issuers decided about people of the actor's area, the newest first."""
    actor.may("points.grade.read").or_refuse()
    require(actor)
    most, start, today = page_size(limit), uuid_cursor(after), clock.today()
    found = OfficialGrade.objects.filter(state=OfficialState.HELD).select_related("household")
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found.order_by("-id")[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    rows = rows[:most]
    people = directory.people_of(actor, [row.person_id for row in rows if row.person_id])
    places = directory.areas({row.village_id for row in rows})
    names = accounts.names_of({row.imported_by_id for row in rows})
    return Page(
        tuple(
            OfficialRow(
                id=row.id,
                scheme_title=row.scheme_title,
                issuer=row.issuer,
                round_name=row.round_name,
                whose=_whose(row, people),
                village_name=places[row.village_id].name,
                grade=row.grade,
                issued_on=row.issued_on,
                valid_to=row.valid_to,
                in_force=row.valid_to >= today,
                imported_by_name=names.get(row.imported_by_id, ""),
            )
            for row in rows
        ),
        next_after,
    )


def _whose(row: OfficialGrade, people: dict[UUID, directory.PersonRow]) -> str:
    if row.household is not None:
        return str(row.household.label)
    person = None if row.person_id is None else people.get(row.person_id)
    return person.name if person else "—"


def standings(person_id: UUID, on: date) -> tuple[Standing, ...]:
    """Return the grades a person holds on a day, the place's own first; one statement.

    Of each scheme the newest that was issued by then. Whoever asks: an offer at a merchant
    asks it about somebody of another place and answers yes or no. Empty for who takes no
    part (no consent, moved away, unknown).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_standings(%s, %s)", [person_id, on])
        return tuple(
            Standing(scheme, named, GradeMethod(method), *rest)
            for scheme, named, method, *rest in cursor.fetchall()
        )
