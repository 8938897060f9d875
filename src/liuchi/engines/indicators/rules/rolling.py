"""What can be kept rolled up, and how what is kept and what is new make one figure.

A cell is a count of one place, or of a place with all below it, in one month, quarter or
year, or ever. Counts and sums add up. Of what is counted once each, such as people, is kept
besides how many facts name each by place and month: only so is known when one counts no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from liuchi.engines.indicators.enums import Part
from liuchi.engines.indicators.rules.terms import Term
from liuchi.kernel.predicates import Within
from liuchi.kernel.predicates.tree import All, Not, Predicate
from liuchi.kernel.predicates.tree import Any as AnyOf
from liuchi.playbooks.registry import MeasureOp

EVER = date(1900, 1, 1)
"""The first day of the stretch that is all of time."""


NO_GROUP = object()


class Stretch(StrEnum):
    """How long a cell is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    EVER = "ever"


@dataclass(frozen=True, slots=True)
class Change:
    """What new facts make of one place and month; ``entity`` is empty where none is counted."""

    area: UUID
    month: date
    entity: str
    n: int
    value: Decimal


@lru_cache(maxsize=4096)
def digest(term: Term, playbooks: tuple[str, ...]) -> str:
    """Return what a count is known by: itself, and the playbooks whose facts it counts, sorted.

    On which side of a rate it stands, and whether it is taken away there, is all the same; so is
    which percentile it is, since all the numbers are kept.
    """
    spread = None if term.spread is None else replace(term.spread, at=0)
    told = f"{replace(term, part=Part.WHOLE, less=False, spread=spread)!r}|{playbooks}"
    return hashlib.sha256(told.encode()).hexdigest()


def can_be_kept(term: Term) -> bool:
    """Whether a count stays what it is as time goes by: not where it looks back from today.

    Nor is it kept how many different people stand behind what is in a state.
    """
    counts_once = term.family is not None and term.op is not MeasureOp.STOCK
    return not counts_once and not asks_when(term)


def asks_when(term: Term) -> bool:
    """Whether a count looks back from the day it is asked."""
    return any(looks_back(each) for each in (term.where, *(each.where for each in term.others)))


def looks_back(tree: Predicate) -> bool:
    """Whether a condition says ``within``: it is another one each day."""
    match tree:
        case All(parts) | AnyOf(parts):
            return any(looks_back(part) for part in parts)
        case Not(part):
            return looks_back(part)
        case _:
            return isinstance(tree, Within)


def with_new(
    kept: Mapping[object, tuple[int, Decimal]],
    changes: Iterable[Change],
    held: Iterable[Change],
    key_of: Callable[[UUID, date], object],
) -> dict[object, Decimal]:
    """Return each group's value with what is new.

    ``kept`` is how many facts or entities each group has, and its value. ``key_of`` says which
    group a place and month belong to, ``NO_GROUP`` for none. ``held`` are the
    entities that are new or gone, where they were counted before.
    """
    counts = dict(kept)
    entities: dict[tuple[object, str], int] = {}
    for change in held:
        if (key := key_of(change.area, change.month)) is not NO_GROUP and change.n:
            entities[key, change.entity] = entities.get((key, change.entity), 0) + change.n
    before = frozenset(entities)
    for change in changes:
        if (key := key_of(change.area, change.month)) is NO_GROUP:
            continue
        if change.entity:
            entities[key, change.entity] = entities.get((key, change.entity), 0) + change.n
        else:
            _add(counts, key, change.n, change.value)
    for (key, entity), many in entities.items():
        moved = int(many > 0) - int((key, entity) in before)
        _add(counts, key, moved, Decimal(moved))
    return {key: value for key, (n, value) in counts.items() if n}


def _add(counts: dict[object, tuple[int, Decimal]], key: object, n: int, value: Decimal) -> None:
    had, was = counts.get(key, (0, Decimal(0)))
    counts[key] = (had + n, was + value)
