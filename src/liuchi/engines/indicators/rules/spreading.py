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

from liuchi.engines.indicators.rules.reading import EXACT, Known, chosen
from liuchi.engines.indicators.rules.terms import Spread

OF_A_HUNDRED = 100


def measured(wanted: Any, spread: Spread, asked_at: datetime | None, known: Known) -> Any:
    """Add the number of each fact as ``measured``; those without leave."""
    if spread.since is not None:
        return _since(wanted, spread, chosen(spread.since, asked_at, known))
    wanted = wanted.filter(wanted[spread.over].notnull())
    return wanted.mutate(measured=_told(wanted[spread.over], spread).cast(EXACT))


def _since(wanted: Any, spread: Spread, begun: Any) -> Any:
    """The latest beginning that is not after the end counts."""
    begun = begun.select(
        figure_begin=begun.id, figure_subject=begun.subject_id, figure_begun=begun["at"]
    )
    pairs = wanted.join(
        begun,
        (wanted.subject_id == begun.figure_subject)
        & (begun.figure_begun <= wanted["at"])
        & (begun.figure_begin != wanted.id),
    )
    latest = ibis.row_number().over(group_by=pairs.id, order_by=pairs.figure_begun.desc())
    pairs = pairs.mutate(figure_turn=latest)
    pairs = pairs.filter(pairs.figure_turn == 0)
    took = _seconds(pairs["at"]) - _seconds(pairs.figure_begun)
    return pairs.mutate(measured=_told(took, spread).cast(EXACT))


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
