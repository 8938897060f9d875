"""Tables that were sent: whose they are, who is missing, to whom one may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.collect.enums import ReplyState, TableState
from liuchi.engines.collect.models import Reply, Table
from liuchi.engines.collect.queries.rows import TableRow, before, counted, table_rows
from liuchi.engines.collect.scope import FILL, READ, SEND, page_size
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow, Page
from liuchi.engines.journal.scope import counts, require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class WorkToday:
    """What of tables waits for somebody: to fill in, and of one's own the last day near."""

    to_fill: int = 0
    sent_back: int = 0
    ending: int = 0


def tables(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[TableRow]:
    """Return the tables sent from the actor's area, newest first."""
    actor.may(READ).or_refuse()
    require(actor)
    most = page_size(limit)
    found = before(Table.objects.filter(scope_code__startswith=actor.scope_code), after)
    rows = list(counted(found).order_by("-id")[: most + 1])
    return Page(table_rows(rows[:most]), str(rows[most - 1].pk) if len(rows) > most else None)


def table(actor: Actor, table_id: UUID) -> TableRow:
    """Return one table sent from the actor's area; NotFound otherwise."""
    actor.may(READ).or_refuse()
    require(actor)
    found = counted(Table.objects.filter(pk=table_id)).first()
    if found is None or not actor.covers(found.scope_code):
        raise NotFound("table")
    return table_rows([found])[0]


def units(actor: Actor) -> tuple[AreaRow, ...]:
    """Return the units a table may be sent to: the places below the actor's own."""
    actor.may(SEND).or_refuse()
    return directory.children(actor.area_id) if actor.area_id else ()


def owners(actor: Actor, area_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Return who may answer for a table of an area: whoever may send one there."""
    actor.may(SEND).or_refuse()
    found = directory.holders([area_id], SEND)[area_id]
    names = accounts.names_of(found)
    return tuple((each, names.get(each, "")) for each in found)


def owned_by(actor: Actor, user_id: UUID, scope_code: str) -> int:
    """Return how many tables somebody answers for that still take answers."""
    require(actor)
    found = Table.objects.filter(owner_id=user_id, scope_code__startswith=scope_code)
    return found.filter(state=str(TableState.OPEN)).count()


def work_today(actor: Actor) -> WorkToday:
    """Return what waits for who fills in and for who owns, in one statement."""
    require(actor)
    today = clock.today()
    mine = Reply.objects.none()
    if actor.may(FILL).allowed and actor.area_id is not None:
        mine = Reply.objects.filter(
            area_id=actor.area_id, table__state=str(TableState.OPEN), table__ends_on__gte=today
        )
    missing = Reply.objects.filter(table=OuterRef("pk")).exclude(state=str(ReplyState.HANDED_IN))
    ending = Table.objects.none()
    if actor.may(SEND).allowed:
        ending = Table.objects.filter(
            Exists(missing),
            owner_id=actor.id,
            state=str(TableState.OPEN),
            ends_on__range=(today, today + timedelta(days=1)),
        )
    return WorkToday(
        *counts(
            mine.filter(state=str(ReplyState.WAITING)),
            mine.filter(state=str(ReplyState.SENT_BACK)),
            ending,
        )
    )
