"""Whoever has points near their last day is told once, in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engines.points.test_lots import award_on, end_after_six_months
from engines.points.world import World, lived_in, make_world
from flows.notifying.test_notifying import follow, lines
from liuchi.engines.points import jobs
from liuchi.kernel.clock import SimulatedClock

if TYPE_CHECKING:
    from conftest import Prepare


@pytest.fixture
def world(prepare: Prepare, template: str, clock: SimulatedClock) -> Iterator[World]:
    with lived_in(prepare(template, make_world), clock) as (_, made):
        end_after_six_months(made)
        follow()
        yield made


def test_a_resident_is_told_of_points_that_end_within_thirty_days(world: World) -> None:
    resident = world.resident(world.people[0])
    award_on(world, world.people[0], world.clock.now().date())
    world.clock.advance(timedelta(days=170))
    assert (jobs.expire_points(), jobs.expire_points()) == (0, 0)
    assert "points.expiry_near" not in {kind for kind, _ in follow_lines(resident)}
    world.clock.advance(timedelta(days=10))
    assert (jobs.expire_points(), jobs.expire_points()) == (0, 0)
    assert [text for kind, text in follow_lines(resident) if kind == "points.expiry_near"] == [
        "有 50 积分到 2026-09-30 到期，请在这天以前使用。"
    ]


def follow_lines(actor):
    follow()
    return lines(actor)
