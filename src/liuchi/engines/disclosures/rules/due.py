"""What is due when, and how a village stands: pure over calendar, applicability and postings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from liuchi.engines.disclosures.enums import Frequency, Standing
from liuchi.engines.disclosures.spec import ItemSpec
from liuchi.kernel.periods import Per, period

_ONE_DAY = timedelta(days=1)
_PER = {Frequency.MONTHLY: Per.MONTH, Frequency.QUARTERLY: Per.QUARTER}


@dataclass(frozen=True, slots=True)
class Posted:
    """What is known of a posting that is out, or of one that is not yet (``released_on`` None)."""

    first: date
    released_on: date | None
    rows: int
    malformed: int = 0
    posting_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A village's standing with an item in one period; ``standing`` is the worst that holds.

    ``late`` may hold beside thin or malformed; ``posting_id`` is its newest version, if any.
    """

    first: date
    end: date
    due_on: date
    standing: Standing
    late: bool = False
    posting_id: UUID | None = None


def period_of(item: ItemSpec, on: date) -> tuple[date, date]:
    """Return the days, from and up to but not including, that a posting about a day covers."""
    per = _PER.get(item.frequency)
    return (on, on + _ONE_DAY) if per is None else period(per, on)


def due_on(item: ItemSpec, first: date) -> date:
    """Return the last day on which a posting is in time."""
    if item.frequency is Frequency.AT_ONCE:
        return first + timedelta(days=item.within_days)
    return period_of(item, first)[1].replace(day=item.due_day)


def periods_due(item: ItemSpec, since: date, until: date) -> Iterator[tuple[date, date]]:
    """Yield the periods of an item that ended after ``since`` and not after ``until``.

    None for what is posted at once: what happened, nobody knows beforehand.
    """
    if item.frequency is Frequency.AT_ONCE:
        return
    first, end = period_of(item, since)
    while end <= until:
        yield first, end
        first, end = period_of(item, end)


def standing_of(
    item: ItemSpec, first: date, posted: Posted | None, before: Posted | None, today: date
) -> Cell | None:
    """Return how a village stands; None while the period still runs and nothing is out.

    ``posted`` is the posting of the period if there is one, ``before`` the last one out of an
    earlier period: a posting with less than a share of its rows is thin.
    """
    _, end = period_of(item, first)
    due = due_on(item, first)
    if posted is None or posted.released_on is None:
        if today > due:
            return Cell(first, end, due, Standing.MISSING)
        return Cell(first, end, due, Standing.DUE) if today >= end else None
    late = posted.released_on > due
    if posted.malformed:
        standing = Standing.MALFORMED
    elif is_thin(item, posted.rows, None if before is None else before.rows):
        standing = Standing.THIN
    else:
        standing = Standing.LATE if late else Standing.IN_TIME
    return Cell(first, end, due, standing, late, posted.posting_id)


def is_thin(item: ItemSpec, rows: int, rows_before: int | None) -> bool:
    """Whether there is much less than the last time; what is posted at once is never thin."""
    if not rows_before or item.frequency is Frequency.AT_ONCE:
        return False
    return rows * 100 < rows_before * item.thin_below_percent


def applies_on(history: Iterator[tuple[date, bool]] | list[tuple[date, bool]], on: date) -> bool:
    """Return whether an item applies on a day, by what was set from which day on; at first yes."""
    applies = True
    for since, value in sorted(history, key=lambda entry: entry[0]):
        if since <= on:
            applies = value
    return applies
