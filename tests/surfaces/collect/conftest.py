"""The demo's office and one of its communities, signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from liuchi.kernel.actors import Actor
    from liuchi.kernel.clock import SimulatedClock
    from members import Cast


@pytest.fixture
def cast(demo_database: str, after_demo: SimulatedClock) -> Cast:
    from members import Cast  # noqa: PLC0415  it needs Django set up

    return Cast("罗冲社区")


@pytest.fixture
def town(cast: Cast) -> Actor:
    from engines.collect.tables import of  # noqa: PLC0415  it needs Django set up

    return of("lingbei-clerk")


@pytest.fixture
def unit(cast: Cast) -> Actor:
    return cast.secretary.actor


@pytest.fixture
def clerk(town: Actor) -> Client:
    from surfaces.cases.pages import browser  # noqa: PLC0415

    return browser(town)


@pytest.fixture
def secretary(unit: Actor) -> Client:
    from surfaces.cases.pages import browser  # noqa: PLC0415

    return browser(unit)
