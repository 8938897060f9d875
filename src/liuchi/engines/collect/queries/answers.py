"""What units answered, and what they are asked."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.collect.models import Reply, Table
from liuchi.engines.collect.queries.rows import (
    Answer,
    ReplyRow,
    TableRow,
    answers,
    before,
    counted,
    light,
    replies_of,
    reply_rows,
    table_rows,
)
from liuchi.engines.collect.queries.tables import table
from liuchi.engines.collect.scope import FILL, READ, page_size
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound


def asked(actor: Actor, reply_id: UUID) -> tuple[TableRow, Answer]:
    """Return a unit's answer with the table it answers, for the unit or who sent it."""
    if not actor.may(FILL).allowed:
        actor.may(READ).or_refuse()
    require(actor)
    found = answers(Reply.objects.filter(pk=reply_id))
    if not found:
        raise NotFound("reply")
    (held,) = counted(Table.objects.filter(pk=found[0].table_id))
    return table_rows([held])[0], found[0]


def answer_of(actor: Actor, table_id: UUID, reply_id: UUID) -> tuple[TableRow, Answer]:
    """Return an answer to a table sent from the actor's area."""
    held = table(actor, table_id)
    found = answers(replies_of(table_id).filter(pk=reply_id))
    if not found:
        raise NotFound("reply")
    return held, found[0]


def replies(actor: Actor, table_id: UUID) -> tuple[ReplyRow, ...]:
    """Return where each unit stands with a table, by the unit's code."""
    table(actor, table_id)
    return reply_rows(light(replies_of(table_id)))


def to_fill(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[ReplyRow]:
    """Return what the actor's unit is asked for, newest first.

    Who sends tables as well finds those of the units below there; other posts, here.
    """
    actor.may(FILL).or_refuse()
    require(actor)
    most = page_size(limit)
    mine = Reply.objects.all()
    if actor.may(READ).allowed and actor.area_id is not None:
        mine = mine.filter(area_id=actor.area_id)
    rows = list(light(before(mine, after)).order_by("-id")[: most + 1])
    return Page(reply_rows(rows[:most]), str(rows[most - 1].pk) if len(rows) > most else None)
