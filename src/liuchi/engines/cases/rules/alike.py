"""Whether two reports may be of one matter: near, recent, of one type or in like words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from liuchi.engines.cases.rules.now import CaseNow
from liuchi.engines.cases.spec.types import DuplicatesSpec
from liuchi.kernel.durations import PeriodUnit

LIKE_WORDS = 0.35
"""Of the pairs of letters two short sentences have: 路灯不亮 and 三栋的路灯不亮了 share more."""
_METRES_PER_DEGREE = 111_320.0
_DAYS_OF = {PeriodUnit.DAYS: 1, PeriodUnit.MONTHS: 30, PeriodUnit.YEARS: 365}
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody is about to report. A type nobody chose is ""."""

    grid_id: UUID | None
    type_code: str
    text: str
    longitude: Decimal | None
    latitude: Decimal | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a case is: ``score`` orders the likely ones first."""

    score: float
    metres: int | None


def likeness(
    given: Given, case: CaseNow, spec: DuplicatesSpec, unsorted: str | None = None
) -> Likeness | None:
    """Return how like an open case is to a report, None where it is not enough to ask.

    Two of three must hold: the place, the type, the words. What lies outside the type's own
    distance or days is another matter, whatever it says.
    """
    if given.at - case.reported_at > timedelta(
        days=spec.within.amount * _DAYS_OF[spec.within.unit]
    ):
        return None
    metres = _metres(given, case)
    if metres is not None and metres > spec.within_m:
        return None
    is_near = metres is not None or (given.grid_id is not None and given.grid_id == case.grid_id)
    is_sorted = case.type_code != unsorted
    same_type = is_sorted and given.type_code == case.type_code
    if given.type_code and is_sorted and not same_type:
        return None
    alike = likeness_of_words(given.text, case.description)
    if is_near + same_type + (alike >= LIKE_WORDS) < 2:  # noqa: PLR2004  two of the three
        return None
    return Likeness(is_near + same_type + alike, metres)


def likeness_of_words(one: str, other: str) -> float:
    """Return the share of neighbouring letters two texts have in common, 0 to 1 (Dice)."""
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _pairs(text: str) -> set[str]:
    plain = _NO_WORD.sub("", text.casefold())
    return {plain[n : n + 2] for n in range(len(plain) - 1)}


def _metres(given: Given, case: CaseNow) -> int | None:
    if None in (given.longitude, given.latitude, case.longitude, case.latitude):
        return None
    north = float(given.latitude or 0) - float(case.latitude or 0)
    east = (float(given.longitude or 0) - float(case.longitude or 0)) * math.cos(
        math.radians(float(given.latitude or 0))
    )
    return round(math.hypot(north, east) * _METRES_PER_DEGREE)
