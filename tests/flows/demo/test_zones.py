"""The zones' methods: what is reported, patrolled and closed there is what is counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random as Chance

import pytest

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.enums import Qualifier, Verdict
from liuchi.engines.indicators.queries.published import compare
from liuchi.engines.indicators.rules.published import Published
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.demo.places import gaoxin, jingkai
from liuchi.flows.demo.places.stage import Stage
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.clock import SimulatedClock, start_of_day
from liuchi.kernel.ids import new_id


def figure(id_: str, value: int) -> Published:
    return Published(
        id=id_,
        phrase="",
        value=Decimal(value),
        unit="",
        kind="computed",
        qualifier=Qualifier.EXACT,
        place="",
        period="",
        meaning="",
    )


REGISTER = (
    *((figure(f"s2.8-0{n}", v)) for n, v in ((1, 8), (2, 4), (3, 11), (4, 3), (5, 7), (6, 22))),
    figure("s2.8-07", 5),
    figure("s2.8-08", 100),
)


def test_what_is_cleared_adds_up_to_the_tonne() -> None:
    tonnes = jingkai.tonnes_of(jingkai.PROBLEMS)
    assert sum(tonnes) == jingkai.TONNES
    assert len(set(tonnes)) > 20
    assert min(tonnes) > 0


@pytest.mark.usefixtures("db")
def test_a_register_that_contradicts_itself_says_so() -> None:
    simulated = SimulatedClock(start_of_day(gaoxin.FIRST_DAY))
    with kernel_clock.using(simulated):
        for month in range(1, 13):
            journal_jobs.make_partitions(date(2024, month, 1))
        gaoxin.play(Stage("gaoxin", simulated, lambda *_: None, Chance(1)))  # noqa: S311
        reader = system_actor(new_id(), "indicators.figure.read")
        with acting_as(reader):
            found = {row.published.id: row for row in compare(reader, REGISTER)}
        verdicts = {id_: row.judgement.verdict for id_, row in found.items()}
        assert verdicts == dict.fromkeys(found, Verdict.EQUAL) | {"s2.8-07": Verdict.CONTRADICTION}
        said = {id_ for id_, row in found.items() if row.contradiction is not None}
        assert said == {"s2.8-06", "s2.8-07", "s2.8-08"}


@pytest.mark.usefixtures("db")
def test_patrols_firms_and_complaints_are_counted_as_they_came() -> None:
    simulated = SimulatedClock(start_of_day(jingkai.FIRST_DAY))
    with kernel_clock.using(simulated):
        for number in range(39):
            journal_jobs.make_partitions(date(2022 + number // 12, number % 12 + 1, 1))
        stage = Stage("jingkai", simulated, lambda *_: None, Chance(2))  # noqa: S311
        jingkai.play(stage, members=9, problems=3)
        zone = directory.area_named(jingkai.ZONE)
        clerk = stage.actor("clerk", zone.id)
        with acting_as(clerk):
            counted = {
                code: indicators.figure(clerk, code, zone.id, as_of=date(2025, 3, 20)).value
                for code in (
                    "riverchiefs.members",
                    "riverchiefs.problems",
                    "riverchiefs.tonnes",
                    "enterprisehelp.stations",
                    "enterprisehelp.solved",
                    "complaints.closed",
                    "memberlinks.households",
                    "memberlinks.linked",
                )
            }
        assert counted == {
            "riverchiefs.members": 9,
            "riverchiefs.problems": 3,
            "riverchiefs.tonnes": jingkai.TONNES,
            "enterprisehelp.stations": 5,
            "enterprisehelp.solved": 31,
            "complaints.closed": 7,
            "memberlinks.households": 4,
            "memberlinks.linked": 6,
        }
