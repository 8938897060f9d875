"""A percentile of the numbers some facts have: how long something took, or what they carry.

The p-th percentile is the smallest number that at least p of a hundred do not exceed: one of the
numbers themselves, never between two. It is found by rank, in whole numbers, so that each engine
says the same; ``percentile_disc`` is the same rule. It does not matter that the numbers are rounded
up to whole hours before they are put in order: rounding keeps the order.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ibis

from liuchi.engines.indicators.rules.reading import EXACT, Known, chosen, nothing
from liuchi.engines.indicators.rules.terms import Spread

OF_A_HUNDRED = 100


def measured(wanted: Any, spread: Spread, asked_at: datetime | None, known: Known) -> Any:
    """Add the number of each fact as ``measured``; those without leave."""
    if spread.since is not None:
        return _since(wanted, spread, chosen(spread.since, asked_at, known))
    wanted = wanted.filter(wanted[spread.over].notnull())
    return wanted.mutate(measured=_told(wanted[spread.over], spread).cast(EXACT))


def _since(wanted: Any, spread: Spread, begun: Any) -> Any:
    """The latest beginning before the end counts: by when it happened, then as it was written.

    Found by putting both in one order: a join by who came first would compare each with each.
    """
    told = {name: begun[name] for name in ("id", "subject_id", "at")}
    lacking = {name: nothing(begun, type_) for name, type_ in wanted.schema().items()}
    both = ibis.union(
        wanted.mutate(figure_ends=_flag(1), figure_begun=ibis.null(wanted["at"].type())),
        begun.select(**(lacking | told), figure_ends=_flag(0), figure_begun=begun["at"]),
    )
    before = ibis.window(
        group_by=both.subject_id,
        order_by=[both["at"], both.id, both.figure_ends.desc()],  # no fact begins itself
        preceding=(None, 0),
    )
    both = both.mutate(figure_latest=both.figure_begun.max().over(before))
    ends = both.filter(both.figure_ends == 1, both.figure_latest.notnull())
    took = _seconds(ends["at"]) - _seconds(ends.figure_latest)
    return ends.mutate(measured=_told(took, spread).cast(EXACT))


def _flag(value: int) -> Any:
    return ibis.literal(value, type="int8")


def _seconds(instant: Any) -> Any:
    # Cut to the second first: the engines turn the rest into whole seconds each in its own way.
    return instant.truncate("s").epoch_seconds().cast("int64")


def _told(number: Any, spread: Spread) -> Any:
    """Return a number in its unit, begun ones counted whole; as it is where none is named."""
    if not spread.seconds:
        return number
    whole = number if number.type().is_integer() else number.ceil().cast("int64")
    return (whole + (spread.seconds - 1)) // spread.seconds


def reached(rows: Any, at: int, key: str | None = None) -> Any:
    """Keep, of each group, the numbers from the percentile's own rank on."""
    rank = ibis.row_number().over(group_by=key, order_by=[rows.measured, rows.id]) + 1
    total = rows.count().over(group_by=key)
    rows = rows.mutate(figure_rank=rank, figure_many=total)
    return rows.filter(rows.figure_rank * OF_A_HUNDRED >= rows.figure_many * at)


def spread_value(rows: Any) -> Any:
    """Return the smallest of what :func:`reached` kept."""
    return rows.measured.min()
