"""What people are told about tables: read by who tells them, who sees all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.collect.enums import ReplyState, TableState
from liuchi.engines.collect.models import Reply, Table


@dataclass(frozen=True, slots=True)
class Note:
    """A table as a message names it; ``missing`` are answers not handed in, with their unit."""

    table_id: UUID
    area_id: UUID
    title: str
    owner_id: UUID
    ends_on: date
    is_open: bool
    missing: tuple[tuple[UUID, UUID], ...]


def note_of(table_id: UUID) -> Note | None:
    """Return what is told of a table; None where there is none."""
    return next(iter(_notes([*Table.objects.filter(pk=table_id)])), None)


def ending_on(days: Sequence[date]) -> tuple[Note, ...]:
    """Return the open tables that end on one of some days and lack answers."""
    found = Table.objects.filter(state=str(TableState.OPEN), ends_on__in=days).order_by("id")
    return tuple(note for note in _notes([*found]) if note.missing)


def _notes(tables: Sequence[Table]) -> tuple[Note, ...]:
    missing: dict[UUID, list[tuple[UUID, UUID]]] = {each.id: [] for each in tables}
    found = Reply.objects.filter(table_id__in=list(missing))
    waiting = found.exclude(state=str(ReplyState.HANDED_IN)).order_by("scope_code")
    for table_id, reply_id, area_id in waiting.values_list("table_id", "id", "area_id"):
        missing[table_id].append((reply_id, area_id))
    return tuple(
        Note(
            table_id=each.id,
            area_id=each.area_id,
            title=each.title,
            owner_id=each.owner_id,
            ends_on=each.ends_on,
            is_open=each.state == TableState.OPEN,
            missing=tuple(missing[each.id]),
        )
        for each in tables
    )
