"""What the shapes of a points section are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from liuchi.kernel.durations import Duration, TimeUnit

PUBLICITY_WORK_DAYS_MAX = 60

Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$", max_length=60)]
Title = Annotated[str, Field(min_length=1, max_length=80)]


def _notice_of_work_days(duration: Duration) -> Duration:
    if duration.unit is not TimeUnit.WORK_DAYS:
        msg = f"public notice runs in work days, not {duration}"
        raise ValueError(msg)
    if not 1 <= duration.amount <= PUBLICITY_WORK_DAYS_MAX:
        msg = f"public notice lasts 1 to {PUBLICITY_WORK_DAYS_MAX} work days, not {duration}"
        raise ValueError(msg)
    return duration


Publicity = Annotated[Duration, AfterValidator(_notice_of_work_days)]


class Shape(BaseModel):
    """A part of the section: nothing unknown in it, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)
