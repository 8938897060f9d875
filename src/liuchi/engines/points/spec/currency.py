"""What is earned: its name, who sees it, how long it holds, how much a place may hand out."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from liuchi.engines.points.spec.base import Code, Shape, Title
from liuchi.kernel.durations import Period, PeriodUnit

EXPIRES_MONTHS_MIN = 6
BUDGET_MAX = 10**9
OPEN = "points:"
INTERNAL = "internal:"
READ_INTERNAL = "points.internal.read"
"""The verb of those who work with a currency that is not public."""


class ExpiresSpec(Shape):
    """How long points hold: ``after`` so long, or to the end of the year and ``grace`` more.

    A last day is always the end of a month: nobody has to keep many days in mind.
    """

    after: Period | None = None
    on: Literal["year_end"] | None = None
    grace: Period = Period(0, PeriodUnit.MONTHS)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.after is None) == (self.on is None):
            msg = "points end either `after` a period or `on` year_end"
            raise ValueError(msg)
        if self.after is not None and self.after.months < EXPIRES_MONTHS_MIN:
            msg = f"points hold at least {EXPIRES_MONTHS_MIN} months, not {self.after}"
            raise ValueError(msg)
        return self

    def last_day(self, earned_on: date) -> date:
        """Return the last day on which points earned on a day may be spent."""
        if self.after is not None:
            return _month_end(self.after.after(earned_on))
        return _month_end(self.grace.after(date(earned_on.year, 12, 31)))


class BudgetSpec(Shape):
    """The most points a place may commit in a period; an approved claim counts at once."""

    per: Literal["year", "month"] = "year"
    points: int = Field(ge=1, le=BUDGET_MAX)

    def period(self, day: date) -> tuple[date, date]:
        """Return the first and the last day of the period a day lies in."""
        if self.per == "year":
            return date(day.year, 1, 1), date(day.year, 12, 31)
        return day.replace(day=1), _month_end(day)


class CurrencySpec(Shape):
    """What is earned. ``code`` names the unit in the ledger.

    Two playbooks that use one code share one purse. ``held_by`` is the person
    always: who earned it may spend it; ``shown_per`` says how lists add it up. An
    ``internal`` currency, such as the points of party members, stands on no public page, in
    no notice and in no shop.
    """

    code: Code
    title: Title
    held_by: Literal["person"] = "person"
    shown_per: Literal["person", "household"] = "person"
    visibility: Literal["public", "internal"] = "public"
    expires: ExpiresSpec | None = None
    budget: BudgetSpec | None = None

    @property
    def internal(self) -> bool:
        """Whether only its holders and who works with it may see it."""
        return self.visibility == "internal"

    @property
    def unit(self) -> str:
        """The unit of its accounts: says itself whether it may be shown."""
        return f"{INTERNAL if self.visibility == 'internal' else OPEN}{self.code}"


def read_by(points: Mapping[str, Any]) -> str | None:
    """Return the verb needed to see what is counted in a compiled section's currency."""
    currency = points.get("currency", {})
    return READ_INTERNAL if currency.get("visibility") == "internal" else None


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def code_of(unit: str) -> str:
    """Return the code of a currency's unit: ``credit`` of ``points:credit``."""
    return unit.partition(":")[2]
