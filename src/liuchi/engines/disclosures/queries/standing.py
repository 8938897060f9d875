"""What is due, late, missing, thin or incomplete: villages × items, from what is out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures.enums import Frequency, PostingState, Standing
from liuchi.engines.disclosures.models import Posting
from liuchi.engines.disclosures.queries.books import (
    ApplicabilityRow,
    Book,
    applicability,
    books_at,
    item_as_applied,
)
from liuchi.engines.disclosures.rules import (
    Cell,
    Posted,
    applies_on,
    due_on,
    periods_due,
    standing_of,
)
from liuchi.engines.disclosures.scope import require_read
from liuchi.engines.disclosures.spec import ItemSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

LOOK_BACK_DAYS = 400
"""How far back a thin posting is compared: a year and a little."""
AT_ONCE_DAYS = 92
Key = tuple[UUID, str, str]
"""A village, a playbook and the code of an item."""


@dataclass(frozen=True, slots=True)
class ItemCell:
    """A village's standing with an item in a period."""

    area_id: UUID
    playbook: str
    item_code: str
    item_title: str
    frequency: Frequency
    cell: Cell


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Villages × items on a day, in the order of the directory and of the playbook.

    No sums per village and no order by them: a map, and no ranking. ``cells`` lacks what does not
    apply or is not yet due; of a period it holds the last that ended. ``groups`` are the titles of
    the items' groups by playbook and code, with the method's title where two have the same.
    """

    on: date
    villages: tuple[AreaRow, ...]
    items: tuple[tuple[str, ItemSpec], ...]
    cells: Mapping[Key, Cell]
    groups: Mapping[tuple[str, str], str]

    @property
    def counts(self) -> Mapping[Standing, int]:
        """How many cells stand how, of all villages together."""
        found = dict.fromkeys(Standing, 0)
        for each in self.cells.values():
            found[each.standing] += 1
        return found


def heat_map(actor: Actor, area_id: UUID, on: date | None = None) -> HeatMap:
    """Return how the villages at or below a place stand on a day, in a few statements."""
    require_read(actor)
    day = on or clock.today()
    villages = villages_of(actor, area_id)
    items: dict[tuple[str, str], ItemSpec] = {}
    cells: dict[Key, Cell] = {}
    listed = _listed(villages, day)
    for each in _standings(listed, day, periods=1):
        cells[each[0]] = each[2]
        items.setdefault(each[0][1:], each[1])
    order = {
        (book.playbook, item.code): place
        for at in listed.values()
        for place, (book, item) in enumerate(at)
    }
    ordered = sorted(items.items(), key=lambda held: order[held[0]])
    return HeatMap(
        day, villages, tuple((key[0], item) for key, item in ordered), cells, _groups(villages, day)
    )


def _groups(villages: Sequence[AreaRow], on: date) -> dict[tuple[str, str], str]:
    books = {book.playbook: book for each in villages for book in books_at(each.id, on)}
    titles = [group.title for book in books.values() for group in book.spec.groups]
    return {
        (book.playbook, group.code): f"{group.title}（{book.title}）"
        if titles.count(group.title) > 1
        else group.title
        for book in books.values()
        for group in book.spec.groups
    }


def due_table(
    actor: Actor, area_id: UUID, on: date | None = None, *, periods: int = 6
) -> tuple[ItemCell, ...]:
    """Return how one village stands with each item in the last periods, the newest first."""
    require_read(actor)
    place = directory.area(area_id)
    day = on or clock.today()
    rows = _standings(_listed([place], day), day, periods=periods)
    return tuple(
        ItemCell(key[0], key[1], item.code, item.title, item.frequency, cell)
        for key, item, cell in rows
    )


def waiting(actor: Actor, area_id: UUID, on: date | None = None) -> tuple[ItemCell, ...]:
    """Return what is due or missing at or below a place, the longest overdue first."""
    require_read(actor)
    day = on or clock.today()
    rows = _standings(_listed(villages_of(actor, area_id), day), day, periods=1)
    found = [
        ItemCell(key[0], key[1], item.code, item.title, item.frequency, cell)
        for key, item, cell in rows
        if cell.standing in {Standing.DUE, Standing.MISSING}
    ]
    return tuple(sorted(found, key=lambda each: (each.cell.due_on, each.item_code)))


def villages_of(actor: Actor, area_id: UUID) -> tuple[AreaRow, ...]:
    """Return the villages at or below a place that lie in the actor's area, in order."""
    found = directory.areas(directory.places_down_to_villages([area_id]))
    return tuple(
        place
        for place in found.values()
        if place.kind.is_village and actor.covers(place.scope_code)
    )


def _standings(
    listed: Mapping[UUID, Sequence[tuple[Book, ItemSpec]]], on: date, *, periods: int
) -> Iterable[tuple[Key, ItemSpec, Cell]]:
    ids = list(listed)
    oldest = on - timedelta(days=LOOK_BACK_DAYS + 92 * periods)
    wanted = _Due(oldest, on, periods)
    every = {(b.playbook, item.code): item for items in listed.values() for b, item in items}
    out = _out(ids, {key: wanted.since(item) for key, item in every.items()}, oldest)
    history, late = applicability(ids), _overdue(ids, on)
    for area_id, items in listed.items():
        for book, item in items:
            key = (area_id, book.playbook, item.code)
            told = history.get(area_id, {}).get(key[1:], ())
            if not _applies(told, on):
                continue
            posted = {each.first: each for each in out.get(key, ())}
            if item.frequency is Frequency.AT_ONCE:
                cell = _at_once(item, posted.values(), late.get(key), on)
                if cell is not None:
                    yield key, item, cell
                continue
            for first in wanted.firsts(item, book.in_force_from):
                before = max((f for f in posted if f < first), default=None)
                earlier = None if before is None else posted[before]
                cell = standing_of(item, first, posted.get(first), earlier, on)
                if cell is not None and _applies(told, first):
                    yield key, item, cell


class _Due:
    """The last periods that have ended, the newest first, counted once for each frequency."""

    def __init__(self, oldest: date, on: date, periods: int) -> None:
        self._oldest, self._on, self._periods = oldest, on, periods
        self._known: dict[Frequency, list[date]] = {}

    def firsts(self, item: ItemSpec, begun: date) -> list[date]:
        """Return their first days, none before the method was in force."""
        if item.frequency not in self._known:
            ended = [first for first, _ in periods_due(item, self._oldest, self._on)]
            ended = [first for first in ended if first >= self._oldest]
            self._known[item.frequency] = ended[: -self._periods - 1 : -1]
        return [first for first in self._known[item.frequency] if first >= begun]

    def since(self, item: ItemSpec) -> date:
        """Return the first day that postings of an item are looked at from."""
        if item.frequency is Frequency.AT_ONCE:
            return self._on - timedelta(days=AT_ONCE_DAYS)
        return min(self.firsts(item, self._oldest), default=self._on)


def _listed(villages: Sequence[AreaRow], on: date) -> dict[UUID, list[tuple[Book, ItemSpec]]]:
    """Return the items in force at each village, in order; asked for once, it costs the most."""
    return {
        village.id: [(b, item) for b in books_at(village.id, on) for item in b.spec.items]
        for village in villages
    }


def _applies(told: Sequence[ApplicabilityRow], on: date) -> bool:
    return applies_on([(each.since, each.applies) for each in told], on)


def _at_once(
    item: ItemSpec, posted: Iterable[Posted], overdue: date | None, on: date
) -> Cell | None:
    """Return the worst of the last months: what waits too long, what was late, what is well."""
    if overdue is not None:
        return standing_of(item, overdue, None, None, on)
    recent = on - timedelta(days=AT_ONCE_DAYS)
    cells = [
        cell
        for each in posted
        if each.first >= recent and (cell := standing_of(item, each.first, each, None, on))
    ]
    worst = {Standing.MALFORMED: 0, Standing.LATE: 1}
    return min(cells, key=lambda cell: worst.get(cell.standing, 2), default=None)


_OUT = """
SELECT village.id, item.playbook, item.code, posted.*
FROM unnest(%(areas)s::uuid[]) AS village (id)
CROSS JOIN unnest(%(playbooks)s::text[], %(codes)s::text[], %(since)s::date[])
    AS item (playbook, code, since)
CROSS JOIN LATERAL (
    SELECT * FROM (
        SELECT {fields} FROM disclosures_public_posting
        WHERE area_id = village.id AND item_code = item.code AND playbook = item.playbook
          AND first >= item.since
        GROUP BY first, number) AS late
    UNION ALL
    SELECT * FROM (
        SELECT {fields} FROM disclosures_public_posting
        WHERE area_id = village.id AND item_code = item.code AND playbook = item.playbook
          AND first < item.since AND first >= %(oldest)s
        GROUP BY first, number ORDER BY first DESC LIMIT 1) AS before
) AS posted
"""
_FIELDS = """
    first, (min(released_at) AT TIME ZONE 'Asia/Shanghai')::date AS released_on,
    (array_agg(row_count ORDER BY version DESC))[1] AS row_count,
    (array_agg(malformed ORDER BY version DESC))[1] AS malformed,
    (array_agg(id ORDER BY version DESC))[1] AS id
"""


def _out(
    area_ids: Sequence[UUID], items: Mapping[tuple[str, str], date], oldest: date
) -> dict[Key, list[Posted]]:
    """Return what is or was out: released by its first version, as large as its last.

    Of each item from the day given with it on, and the last before that, which tells whether
    what followed is thin: five years of postings are not read to show the last month.
    """
    found: dict[Key, list[Posted]] = {}
    values: dict[str, Any] = {
        "areas": list(area_ids),
        "playbooks": [playbook for playbook, _ in items],
        "codes": [code for _, code in items],
        "since": list(items.values()),
        "oldest": oldest,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OUT.format(fields=_FIELDS), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    for area_id, playbook, code, *told in rows:
        found.setdefault((area_id, playbook, code), []).append(Posted(*told))
    return found


def _overdue(area_ids: Sequence[UUID], on: date) -> dict[Key, date]:
    """Return the oldest day of what was begun to be posted at once and is overdue."""
    found: dict[Key, date] = {}
    rows = Posting.objects.filter(
        area_id__in=list(area_ids),
        version=1,
        state__in=[state for state in PostingState if state.is_open],
        first__lt=on,
    ).order_by("-first")
    for row in rows:
        item = item_as_applied(row.playbook_version, row.item_code)
        if item.frequency is Frequency.AT_ONCE and on > due_on(item, row.first):
            found[row.area_id, row.playbook, row.item_code] = row.first
    return found
