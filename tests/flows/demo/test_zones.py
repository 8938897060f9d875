"""The zones' methods: what is reported, patrolled and closed there is what is counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random as Chance

import pytest

from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.enums import Qualifier, Verdict
from liuchi.engines.indicators.queries.published import compare
from liuchi.engines.indicators.rules.published import Published
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.demo.places import gaoxin, jingkai, open_villages
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


OPEN_VILLAGES = tuple(
    figure(id_, value)
    for id_, value in (
        ("s4.9-01", 37),
        ("s4.9-02", 33),
        ("s4.9-03", 4),
        ("s4.10-01", open_villages.VILLAGES),
        ("s4.10-03", 2),
        ("s1.8-01", open_villages.MEMBERS),
        ("s1.8-02", 1),
    )
)


@pytest.mark.usefixtures("db")
def test_villages_post_are_checked_and_watched_as_the_articles_count_them() -> None:
    simulated = SimulatedClock(start_of_day(open_villages.FIRST_DAY))
    with kernel_clock.using(simulated):
        for number in range(32):
            journal_jobs.make_partitions(date(2022 + (number + 3) // 12, (number + 3) % 12 + 1, 1))
        stage = Stage("open-villages", simulated, lambda *_: None, Chance(3))  # noqa: S311
        open_villages.play(stage, months=2)
        journal_jobs.catch_up()
        zone = directory.area_named(open_villages.ZONE)
        reader = system_actor(new_id(), "indicators.figure.read", "disclosures.posting.read")
        with acting_as(reader):
            found = {row.published.id: row for row in compare(reader, OPEN_VILLAGES)}
            counts = disclosures.fault_counts(reader)
            early = indicators.figure(
                reader, "openvillages.villages", zone.id, as_of=date(2022, 4, 20)
            ).value
        assert {id_: row.judgement.verdict for id_, row in found.items()} == dict.fromkeys(
            found, Verdict.EQUAL
        )
        assert len(found) == len(OPEN_VILLAGES)
        assert early is not None
        assert early < open_villages.VILLAGES
        assert counts == {"omitted": (1, 0), "under_reported": (1, 0), "wrong_form": (1, 1)}
        (check,) = disclosures.checks(zone.id)
        assert disclosures.check_proof(check.id).holds
        named = {
            town: indicators.figure(
                reader, "openvillages.models", directory.area_named(town).id
            ).value
            for town in open_villages.TOWNS
        }
        assert named == dict.fromkeys(open_villages.TOWNS, 2)
        first = directory.area_named(open_villages.TOWNS[0]).id
        assert f"area={first}" in found["s4.10-03"].where  # it lists what was counted
        watched = directory.area_named(open_villages.WATCHED)
        assert len(disclosures.public_members(watched.id)) == open_villages.MEMBERS
