"""The condition as a frozen tree: what every backend walks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from liuchi.kernel.clock import SHANGHAI, local_day
from liuchi.kernel.durations import Period
from liuchi.kernel.predicates.fields import FieldType, Scalar


class Op(StrEnum):
    """How a field is compared with one value."""

    IS = "is"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against one value. ``before`` and ``after`` are strict."""

    field: str
    op: Op
    value: Scalar


@dataclass(frozen=True, slots=True)
class Member:
    """A field in a list, or present and not in it."""

    field: str
    values: tuple[Scalar, ...]
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Within:
    """A day or instant in the last ``period`` before the reference instant.

    The reference itself is inside, the instant exactly a period ago is not.
    """

    field: str
    period: Period


@dataclass(frozen=True, slots=True)
class Missing:
    """Whether a field is missing, or with ``missing=False`` whether it is there."""

    field: str
    missing: bool = True


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds. Without parts: always true."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds. Without parts: never true."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The complement."""

    part: Predicate


Predicate = Compare | Member | Within | Missing | All | Any | Not
ALWAYS = All(())


def fields_of(tree: Predicate) -> Iterator[str]:
    """Yield the fields a condition speaks of, in order, repeats included."""
    match tree:
        case All(parts) | Any(parts):
            for part in parts:
                yield from fields_of(part)
        case Not(part):
            yield from fields_of(part)
        case _:
            yield tree.field


def bounds(
    period: Period, kind: FieldType, as_of: datetime | None
) -> tuple[date, date] | tuple[datetime, datetime]:
    """Return what ``within`` means at a reference instant: after low, up to high."""
    if as_of is None:
        msg = "a condition with 'within' needs the instant it is asked at"
        raise ValueError(msg)
    high_day = local_day(as_of)
    low_day = period.before(high_day)
    if kind is FieldType.DATE:
        return low_day, high_day
    local = as_of.astimezone(SHANGHAI)
    return datetime.combine(low_day, local.time(), tzinfo=SHANGHAI), local
