"""What the shapes of a cases section are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from liuchi.kernel.durations import Duration

Limit = Duration
"""A limit: a whole number of one of the four units, written ``4 work hours`` or ``4个工作时``."""

LIMIT_AMOUNT_MAX = 9_999

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", max_length=40)]
Title = Annotated[str, Field(min_length=1, max_length=80)]
Note = Annotated[str, Field(max_length=400)]


def _at_least_one(limit: Limit) -> Limit:
    if not 1 <= limit.amount <= LIMIT_AMOUNT_MAX:
        msg = f"a limit is 1 to {LIMIT_AMOUNT_MAX} units, not {limit}"
        raise ValueError(msg)
    return limit


SomeTime = Annotated[Limit, AfterValidator(_at_least_one)]


class Shape(BaseModel):
    """A part of the section: nothing unknown in it, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LimitsSpec(Shape):
    """How long each part may take. Left out, what stands one level up holds."""

    dispatch: SomeTime | None = Field(default=None, description="from the report to the unit")
    handling: SomeTime | None = Field(default=None, description="from the unit to its feedback")
    check: SomeTime | None = Field(default=None, description="from the feedback to the closing")
    total: SomeTime | None = Field(default=None, description="from the report to the closing")

    def over(self, below: LimitsSpec) -> LimitsSpec:
        """Return these limits, filled up with those one level up."""
        given = {name: value for name, value in self if value is not None}
        return below.model_copy(update=given)
