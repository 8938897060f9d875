"""Places beyond the three communities: their plans add up, and what runs is what is counted."""

from __future__ import annotations

from random import Random as Chance

import pytest

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.demo import places
from liuchi.flows.demo.places import qianshan, tongcheng
from liuchi.flows.demo.places.stage import Stage
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SimulatedClock, start_of_day
from liuchi.kernel.errors import NotFound, Refused


def chance(seed: int) -> Chance:
    return Chance(seed)  # noqa: S311  a demo, not a secret


def test_points_are_planned_to_the_point_within_the_caps() -> None:
    plans = qianshan.plan_points(183, qianshan.PEOPLE_PER_VILLAGE, qianshan.POINTS, chance(1))
    awarded = sum(
        qianshan.PEOPLE_PER_VILLAGE * units * each.award
        for plan in plans
        for units, each in zip(plan, qianshan.ROUNDS, strict=True)
    )
    assert awarded == 156_000
    assert {hours * qianshan.HOUR <= 120 for hours, _ in plans} == {True}
    assert {days * qianshan.WATCH_DAY <= 150 for _, days in plans} == {True}


def test_pieces_are_planned_to_the_piece_within_what_is_held() -> None:
    drawn = chance(2)
    balances = [drawn.randint(130, 270) for _ in range(732)]
    bought = qianshan.plan_pieces(balances, qianshan.PIECES, drawn)
    prices = {"soap": 5, "towel": 8, "toothpaste": 10, "soy-sauce": 12}
    assert sum(pieces for _, pieces in bought) == 13_700
    afford = {
        pieces >= 1 and pieces * prices[goods] <= balance
        for (goods, pieces), balance in zip(bought, balances, strict=True)
    }
    assert afford == {True}


def test_what_nobody_can_pay_is_no_plan() -> None:
    with pytest.raises(ValueError, match="pieces find nobody"):
        qianshan.plan_pieces([10, 10], 40, chance(3))


@pytest.mark.usefixtures("db")
def test_every_village_of_a_town_opens_its_shop() -> None:
    simulated = SimulatedClock(start_of_day(tongcheng.FIRST_DAY))
    with kernel_clock.using(simulated):
        for month in (2, 6):
            journal_jobs.make_partitions(tongcheng.FIRST_DAY.replace(month=month))
        stage = Stage("tongcheng", simulated, lambda *_: None, chance(5))
        tongcheng.play(stage, towns_most=2)
        leader = stage.actor("leader", directory.area_named("桐城市").id)
        with acting_as(leader):
            shops = indicators.figure(
                leader, "villagecredit.shops", leader.area_id, as_of=tongcheng.PRINTED_ON
            )
            before = indicators.figure(
                leader, "villagecredit.shops", leader.area_id, as_of=tongcheng.FIRST_DAY
            )
        assert (shops.value, before.value) == (30, 0)


@pytest.mark.usefixtures("db")
def test_what_runs_in_a_town_is_what_is_counted() -> None:
    simulated = SimulatedClock(start_of_day(qianshan.FIRST_DAY))
    with kernel_clock.using(simulated):
        for month in (1, 5, 9):
            journal_jobs.make_partitions(qianshan.FIRST_DAY.replace(month=month))
        stage = Stage("qianshan", simulated, lambda *_: None, chance(4))
        qianshan.play(stage, towns_most=1, total=10_240, pieces=700)
        leader = stage.actor("leader", directory.area_named("潜山市").id)
        with acting_as(leader):
            counted = {
                code: indicators.figure(
                    leader, f"civility.{code}", leader.area_id, as_of=qianshan.PRINTED_ON
                ).value
                for code in ("villages", "venues", "points", "goods", "redeemers")
            }
        assert counted == {
            "villages": 12,
            "venues": 14,
            "points": 10_240,
            "goods": 700,
            "redeemers": 48,
        }
        with pytest.raises(Refused, match="demo_place_there"):
            places.add("qianshan")


def test_a_place_is_known_by_its_figures() -> None:
    assert places.tying({"s3.30-03"}) == ("qianshan",)
    assert places.tying({"s4.3-01", "s3.30-04"}) == ("lingbei", "qianshan")
    assert places.tying(set()) == ()
    with pytest.raises(NotFound):
        places.place_named("nowhere")
