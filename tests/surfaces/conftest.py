"""The world of tests that need whole villages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SHANGHAI, SimulatedClock

if TYPE_CHECKING:
    from conftest import Prepare
    from surfaces.world import World


AFTER_DEMO = datetime(2022, 7, 4, 9, tzinfo=SHANGHAI)


@pytest.fixture
def after_demo() -> Iterator[SimulatedClock]:
    """Time stands on the first working morning after the demo's last day."""
    with kernel_clock.using(SimulatedClock(AFTER_DEMO)) as standing:
        assert isinstance(standing, SimulatedClock)
        yield standing


@pytest.fixture
def world(prepare: Prepare, demo_template: str, after_demo: SimulatedClock) -> Iterator[World]:
    from surfaces.world import make_world  # noqa: PLC0415  it needs Django set up

    with prepare(demo_template, make_world) as (name, world):
        world.database = name
        yield world
