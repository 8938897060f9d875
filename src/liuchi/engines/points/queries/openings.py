"""Lists of opening balances and their lines. Inside ``acting_as(actor)``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import OpeningListState, OpeningState
from liuchi.engines.points.models import Opening, OpeningList
from liuchi.engines.points.scope import page_size, require_any, uuid_cursor
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

_READ = ("points.claim.read", "points.claim.review")


@dataclass(frozen=True, slots=True)
class OpeningListRow:
    """What one import brought: how many people, how many points, who proposed and confirmed."""

    id: UUID
    state: OpeningListState
    people: int
    points: int
    proposed_by_id: UUID
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One resident's line: ``held_on`` is the day of the paper book."""

    id: UUID
    person_id: UUID
    person_name: str
    household_label: str
    village_name: str
    points: int
    held_on: date
    state: OpeningState


@dataclass(frozen=True, slots=True)
class OpeningTold:
    """What stands behind one opening balance: when and by whom it was held, brought and confirmed.

    ``decided_by_id`` is somebody wherever a transfer posted it.
    """

    points: int
    held_on: date
    proposed_at: datetime
    proposed_by_id: UUID
    decided_at: datetime | None
    decided_by_id: UUID | None


def openings_told(transfer_ids: Sequence[UUID]) -> dict[UUID, OpeningTold]:
    """Return what stands behind opening balances, by the transfers that posted them.

    The transfers must be in the reader's sight; the lists themselves need not be.
    """
    if not transfer_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_openings_told(%s)", [list(transfer_ids)])
        return {row[0]: OpeningTold(*row[1:]) for row in cursor.fetchall()}


def opening_list(actor: Actor, list_id: UUID) -> OpeningListRow:
    """Return one list imported in the actor's area, or raise NotFound."""
    require_any(actor, *_READ)
    require(actor)
    rows = _lists(list(OpeningList.objects.filter(pk=list_id)))
    if not rows:
        raise NotFound("opening_list")
    return rows[0]


def opening_lists(
    actor: Actor,
    *,
    state: OpeningListState | None = None,
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[OpeningListRow]:
    """Return lists imported in the actor's area, newest first; two statements."""
    require_any(actor, *_READ)
    require(actor)
    most, start = page_size(limit), uuid_cursor(after)
    found = OpeningList.objects.order_by("-id")
    if state is not None:
        found = found.filter(state=state)
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_lists(rows[:most]), next_after)


def openings(
    actor: Actor, list_id: UUID, *, after: str | UUID | None = None, limit: int = 50
) -> Page[OpeningRow]:
    """Return the lines of a list in the order of the file; two statements."""
    require_any(actor, *_READ)
    require(actor)
    most, start = page_size(limit), uuid_cursor(after)
    found = Opening.objects.filter(list_id=list_id).order_by("id")
    if start is not None:
        found = found.filter(id__gt=start)
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    people = directory.people_of(actor, (row.person_id for row in rows))
    return Page(tuple(_line(row, people.get(row.person_id)) for row in rows[:most]), next_after)


def openings_waiting(actor: Actor) -> QuerySet[OpeningList]:
    """Return the lists that somebody else imported and nobody confirmed. For this engine."""
    waiting = OpeningList.objects.filter(state=OpeningListState.ASKED)
    return waiting.exclude(proposed_by_id=actor.id)


def _lists(rows: Sequence[OpeningList]) -> tuple[OpeningListRow, ...]:
    if not rows:
        return ()
    names = accounts.names_of(
        who for row in rows for who in (row.proposed_by_id, row.decided_by_id) if who
    )
    return tuple(
        OpeningListRow(
            id=row.id,
            state=OpeningListState(row.state),
            people=row.people,
            points=row.points,
            proposed_by_id=row.proposed_by_id,
            proposed_by_name=names.get(row.proposed_by_id, ""),
            proposed_at=row.proposed_at,
            decided_by_name=names.get(row.decided_by_id, "") if row.decided_by_id else "",
            decided_at=row.decided_at,
            reason=row.reason,
        )
        for row in rows
    )


def _line(row: Opening, person: directory.PersonRow | None) -> OpeningRow:
    return OpeningRow(
        id=row.id,
        person_id=row.person_id,
        person_name=person.name if person else "—",
        household_label=person.household_label if person else "",
        village_name=person.village_name if person else "",
        points=row.points,
        held_on=row.held_on,
        state=OpeningState(row.state),
    )
