"""The page of those who decide: at most five figures, each the same as asked for singly."""

from __future__ import annotations

from datetime import date

import pytest

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.journal.scope import acting_as
from liuchi.surfaces.desk import overview
from surfaces.world import World

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("today", [date(2022, 6, 20), date(2022, 5, 31), date(2022, 1, 31)])
def test_a_headline_says_what_each_figure_says_alone(world: World, today: date) -> None:
    actor = world.cast.member("leader").actor
    this = today.replace(day=1)
    last = date(2021, 12, 1) if this.month == 1 else this.replace(month=this.month - 1)
    with acting_as(actor):
        area = directory.area(actor.area_id)
        chosen = indicators.headlines(actor)
        assert len(chosen) == 5
        for row in chosen:
            headline = overview._headline(actor, row, area, today)
            alone = [
                indicators.figure(actor, row.code, area.id, month=month)
                for month in (None, this, last)
            ]
            assert [headline.whole, headline.this_month, headline.last_month] == alone
