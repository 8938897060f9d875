"""吹哨报到: whom a place may call, and how soon a called unit has to report in.

The documents name no deadline and no rating; both are settings, with values that are ours.
"""

from __future__ import annotations

from pydantic import Field

from liuchi.engines.cases.spec.base import Limit, Shape, SomeTime
from liuchi.engines.cases.spec.routing import Unit
from liuchi.kernel.durations import TimeUnit

UNITS_MAX = 60


class WhistleSpec(Shape):
    """Settings of the whistle. ``units`` left out: any unit of the directory may be called."""

    units: tuple[Unit, ...] = Field(default=(), max_length=UNITS_MAX)
    respond_within: SomeTime = Field(
        default=Limit(1, TimeUnit.WORK_DAYS), description="from the call to reporting in (报到)"
    )
    respond_within_urgent: SomeTime = Field(
        default=Limit(2, TimeUnit.URGENT_HOURS), description="the same for an urgent case"
    )
    rated: bool = Field(default=True, description="whether the place that called rates the units")
    object_to_rating_within: SomeTime = Field(
        default=Limit(5, TimeUnit.WORK_DAYS), description="how long a unit may object to its rating"
    )
