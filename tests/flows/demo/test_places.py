"""Places beyond the three communities: their plans add up, and what runs is what is counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random as Chance
from uuid import UUID

import pytest
from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.enums import Qualifier, Verdict
from liuchi.engines.indicators.queries.published import compare
from liuchi.engines.indicators.rules.published import Published
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.demo import places
from liuchi.flows.demo.places import laofeng, qianshan, tongcheng
from liuchi.flows.demo.places.laofeng_nights import Planned
from liuchi.flows.demo.places.stage import Stage
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.actors import system_actor
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
def test_a_member_of_the_party_holds_two_purses_and_four_shops_are_open() -> None:
    simulated = SimulatedClock(start_of_day(laofeng.FIRST_DAY))
    with kernel_clock.using(simulated):
        for month in (date(2024, 2, 1), date(2024, 6, 1), date(2024, 10, 1), date(2025, 2, 1)):
            journal_jobs.make_partitions(month)
        stage = Stage("laofeng", simulated, lambda *_: None, chance(6))
        laofeng.play(stage, villages_most=4, planned=Planned(12, 16, 43, 6))
    with acting_as(LOOKER):
        found = {row.published.id: row for row in compare(LOOKER, FIGURES)}
    assert {id_: row.computed for id_, row in found.items()} == {
        "s0.34-01": "6",
        "s0.34-02": "18",
        "s0.34-03": "4",
        "s0.34-04": "2",
        "s1.23-01": "2",
        "s0.31-02": "16",
        "s0.31-03": "1",
        "s0.32-01": "3",
        "s1.26-01": "4",
        "s1.26-02": "2",
        "s1.27-02": "12",
    }
    assert {row.judgement.verdict for row in found.values()} == {Verdict.EQUAL}
    town = directory.area_named("老峰镇").id
    with acting_as(LOOKER):
        visited = {
            code: indicators.figure(LOOKER, f"laofengvisits.{code}", town, as_of=day).value
            for code, day in (("households", date(2025, 3, 20)), ("rounds", date(2024, 11, 29)))
        }
    assert visited == {"households": 43, "rounds": 108}
    with acting_as(LOOKER), connection.cursor() as cursor:
        cursor.execute(
            "SELECT units, count(*) FROM (SELECT count(DISTINCT unit) AS units FROM points_account "
            "WHERE kind = 'person' GROUP BY person_id) AS purses GROUP BY units ORDER BY units"
        )
        assert cursor.fetchall() == [(1, 32), (2, 16)]


def figure(id_: str, value: int) -> Published:
    return Published(id_, "", Decimal(value), "", "", Qualifier.EXACT, "", "", "")


LOOKER = system_actor(UUID("00000000-0000-7000-8000-00000000f19e"), "indicators.figure.read")
FIGURES = (
    figure("s0.34-01", 6),
    figure("s0.34-02", 18),
    figure("s0.34-03", 4),
    figure("s0.34-04", 2),
    figure("s1.23-01", 2),
    figure("s0.31-02", 16),
    figure("s0.31-03", 1),
    figure("s0.32-01", 3),
    figure("s1.26-01", 4),
    figure("s1.26-02", 2),
    figure("s1.27-02", 12),
)


@pytest.mark.usefixtures("db")
def test_every_village_of_a_town_opens_its_shop_and_is_divided_into_grids() -> None:
    simulated = SimulatedClock(start_of_day(tongcheng.FIRST_DAY))
    with kernel_clock.using(simulated):
        for month in (2, 6, 8):
            journal_jobs.make_partitions(tongcheng.FIRST_DAY.replace(month=month))
        stage = Stage("tongcheng", simulated, lambda *_: None, chance(5))
        tongcheng.play(stage, towns_most=2, riders=9)
        leader = stage.actor("leader", directory.area_named("桐城市").id)
        with acting_as(leader):
            shops = indicators.figure(
                leader, "villagecredit.shops", leader.area_id, as_of=tongcheng.PRINTED_ON
            )
            before = indicators.figure(
                leader, "villagecredit.shops", leader.area_id, as_of=tongcheng.FIRST_DAY
            )
            counted = {
                code: indicators.figure(
                    leader, f"tcgrid.{code}", leader.area_id, as_of=tongcheng.PRINTED_ON
                ).value
                for code in ("urban_grids", "rural_grids", "departments", "riders", "rider_reports")
            }
        assert (shops.value, before.value) == (30, 0)
        assert counted == {
            "urban_grids": 116 * 2 // 15,
            "rural_grids": 1_254 * 2 // 15,
            "departments": 23,
            "riders": 9,
            "rider_reports": 40,
        }


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
