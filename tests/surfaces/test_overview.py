"""The page of those who decide: at most five figures, each the same as asked for singly."""

from __future__ import annotations

from datetime import date

import pytest

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.periods import Per, span_of
from liuchi.surfaces.desk import overview
from surfaces.world import World

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("day", [date(2022, 6, 20), date(2022, 1, 31)])
def test_a_headline_says_what_each_figure_says_alone(world: World, day: date) -> None:
    actor = world.cast.member("leader").actor
    span = span_of(Per.MONTH, day)
    with acting_as(actor):
        area = directory.area(actor.area_id)
        chosen = indicators.headlines(actor)
        shown = overview._headlines(actor, area, None, day)
        assert [each.code for each in shown] == [row.code for row in chosen]
        for headline in shown:
            code, beside = headline.code, headline.beside
            assert beside is not None
            assert headline.whole == indicators.figure(actor, code, area.id)
            assert beside.figure == indicators.figure(actor, code, area.id, span=span)
            if beside.previous is not None:
                alone = indicators.figure(actor, code, area.id, span=span.previous)
                assert beside.previous == alone


def test_a_leader_goes_down_the_tree_and_not_beside_it(world: World) -> None:
    client, village = world.client("leader"), world.cast.village
    page = client.get("/desk/overview/", {"area": village.code}).content.decode()
    assert f"<p><span>{village.name}</span>" in page
    assert world.client("secretary").get("/desk/overview/?area=340871").status_code == 404
