"""What becomes of points when somebody dies or leaves, and how long a merge may be undone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from liuchi.engines.points.spec.base import Shape
from liuchi.kernel.durations import Period, PeriodUnit

_YEARS_MAX = 3


def _at_most_years(period: Period) -> Period:
    months = {PeriodUnit.YEARS: 12 * period.amount, PeriodUnit.MONTHS: period.amount}
    if months.get(period.unit, period.amount / 30) > 12 * _YEARS_MAX:
        msg = f"a purse is closed within {_YEARS_MAX} years, not {period}"
        raise ValueError(msg)
    return period


Within = Annotated[Period, AfterValidator(_at_most_years)]


class DeathSpec(Shape):
    """Whether the household may take a dead member's points over, and for how long."""

    goes_to: Literal["household", "nobody"] = "household"
    within: Within = Period(6, PeriodUnit.MONTHS)


class LeavingSpec(Shape):
    """How long who no longer takes part, or has moved away, may still redeem."""

    redeem_within: Within = Period(30, PeriodUnit.DAYS)


class LifeSpec(Shape):
    """Part ``life`` of the section: the defaults are the example's own."""

    death: DeathSpec = DeathSpec()
    leaving: LeavingSpec = LeavingSpec()
    undo_merge_within: Within = Field(
        default=Period(30, PeriodUnit.DAYS),
        description="how long two records that were merged may be parted again",
    )
