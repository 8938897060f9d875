"""What is known before anybody is asked: held, counted, answered before, asked elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from liuchi.engines.collect.enums import ColumnKind, Held, Origin, ReplyState, TableState
from liuchi.engines.collect.models import Reply, Table
from liuchi.engines.collect.queries.rows import columns_of
from liuchi.engines.collect.rules import Column
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.journal.scope import require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence

EARLIER_DAYS = 400  # a yearly table finds its last one
Filled = dict[UUID, dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An open table that asks some of the same units for a column of the same title."""

    table_title: str
    ends_on: date
    units: int

    def sentence(self, title: str) -> Sentence:
        """Say so, about a column."""
        return Sentence(
            "「{title}」正在《{table}》里要，{units} 个单位还没有交（{day}截止）。",
            "{title} is being asked in {table} just now: {units} units have not handed in "
            "(until {day}).",
            {
                "title": title,
                "table": self.table_title,
                "units": self.units,
                "day": f"{self.ends_on}",
            },
        )


def counted(actor: Actor) -> dict[str, str]:
    """Return the indicators that may fill a column: title by code."""
    return {row.code: row.title for row in indicators.catalogue(actor)}


def prefilled(actor: Actor, columns: Sequence[Column], areas: Sequence[AreaRow]) -> Filled:
    """Return what is held already, by unit and column, with where it comes from.

    Units are children of the actor's area. One statement for what is held and one or two for
    each indicator, however many units there are.
    """
    require(actor)
    now, today = clock.now().isoformat(), clock.today()
    ids = [area.id for area in areas]
    heads = directory.headcounts(actor, ids) if _asks(columns, Held.PEOPLE, Held.HOUSEHOLDS) else {}
    below = directory.areas(directory.subtrees(ids)) if _asks(columns, Held.GRIDS) else {}
    grids = Counter(row.parent_id for row in below.values())
    filled: Filled = {area.id: {} for area in areas}
    for column in columns:
        if column.kind is ColumnKind.HELD:
            for area in areas:
                value = _held(Held(column.source), area, heads.get(area.id, (0, 0)), grids)
                cell = _cell(value, Origin.DIRECTORY, now, ref=column.source)
                filled[area.id][column.code] = cell
        elif column.kind is ColumnKind.FIGURE and actor.area_id is not None:
            found = indicators.breakdown(actor, column.source, actor.area_id, as_of=today)
            texts = {figure.area.id: figure.text for figure in found}
            for area in areas:
                cell = _cell(
                    texts.get(area.id, "—"), Origin.FIGURE, now, ref=f"{column.source}@{today}"
                )
                filled[area.id][column.code] = cell
    return filled


def earlier(area_ids: Iterable[UUID], titles: Mapping[str, str]) -> Filled:
    """Return what units answered last to columns of the same title: code by title is given.

    Of tables of one row a unit, without a purpose (nothing personal), of the last year.
    """
    found: Filled = {}
    since = clock.now() - timedelta(days=EARLIER_DAYS)
    told = Reply.objects.select_related("table").filter(
        area_id__in=list(area_ids),
        state=str(ReplyState.HANDED_IN),
        table__purpose="",
        table__rows_max=1,
        table__sent_at__gte=since,
    )
    for reply in told.order_by("id"):  # the last one stays
        for column in columns_of(reply.table.columns):
            value = reply.rows[0].get(column.code, {}).get("v", "") if reply.rows else ""
            if column.asked and column.title in titles and value:
                at = "" if reply.handed_in_at is None else reply.handed_in_at.isoformat()
                cell = _cell(value, Origin.EARLIER, at, ref=str(reply.table_id))
                found.setdefault(reply.area_id, {})[titles[column.title]] = cell
    return found


def elsewhere(columns: Iterable[Column], unit_ids: Collection[UUID]) -> dict[str, Elsewhere]:
    """Return, by title, which columns some of the units are asked for in an open table just now.

    A unit that has handed that one in is asked nothing again: its answer is put before it.
    """
    titles = {column.title for column in columns if column.asked}
    missing = Q(replies__area_id__in=list(unit_ids)) & ~Q(replies__state=str(ReplyState.HANDED_IN))
    open_tables = Table.objects.filter(
        state=str(TableState.OPEN), ends_on__gte=clock.today()
    ).annotate(waiting=Count("replies", filter=missing))
    return {
        column.title: Elsewhere(held.title, held.ends_on, held.waiting)
        for held in open_tables.filter(waiting__gt=0).order_by("id")
        for column in columns_of(held.columns)
        if column.asked and column.title in titles
    }


def _asks(columns: Iterable[Column], *held: Held) -> bool:
    sources = {str(each) for each in held}
    return any(c.kind is ColumnKind.HELD and c.source in sources for c in columns)


def _held(
    what: Held, area: AreaRow, heads: tuple[int, int], grids: Mapping[UUID | None, int]
) -> str:
    match what:
        case Held.CODE:
            return area.code
        case Held.GRIDS:
            return str(grids.get(area.id, 0))
        case Held.PEOPLE:
            return str(heads[0])
        case Held.HOUSEHOLDS:
            return str(heads[1])


def _cell(value: str, origin: Origin, at: str, *, ref: str = "") -> dict[str, Any]:
    return {"v": value, "from": str(origin), "ref": ref, "by": None, "at": at}
