"""Three communities with a demo behind them: their town sends tables, they fill them in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SHANGHAI, SimulatedClock

if TYPE_CHECKING:
    from liuchi.kernel.actors import Actor
    from members import Cast


@pytest.fixture
def time(demo_database: str) -> Iterator[SimulatedClock]:
    """Time stands on the first working morning after the demo's last day."""
    with kernel_clock.using(SimulatedClock(datetime(2022, 7, 4, 9, tzinfo=SHANGHAI))) as standing:
        assert isinstance(standing, SimulatedClock)
        yield standing


@pytest.fixture
def cast(time: SimulatedClock) -> Cast:
    from members import Cast  # noqa: PLC0415  it needs Django set up

    return Cast("罗冲社区")


@pytest.fixture
def town(time: SimulatedClock) -> Actor:
    """Return the office's clerk, who sends tables."""
    from engines.collect.tables import of  # noqa: PLC0415  it needs Django set up

    return of("lingbei-clerk")


@pytest.fixture
def unit(cast: Cast) -> Actor:
    """Return the secretary of one of the communities that are asked."""
    return cast.secretary.actor
