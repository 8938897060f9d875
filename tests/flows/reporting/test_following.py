"""A fault found in a spot check becomes a matter of the village, once, and comes back closed."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connections

from engines.disclosures.posted import BOOK, Posted
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import CaseState, Channel
from liuchi.engines.cases.queries import Wanted
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.disclosures.enums import Fault, FaultStanding
from liuchi.engines.disclosures.queries import CheckedRow
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.scope import acting_as
from liuchi.flows import reporting

FLOW = {
    "when": "disclosures.fault_found",
    "where": {"fault": {"is": "omitted"}},
    "then": "cases.report",
}


@pytest.fixture
def placed(prepare, template, clock):
    from engines.cases.world import lived_in  # noqa: PLC0415
    from engines.disclosures.posted import make_posted  # noqa: PLC0415

    with lived_in(prepare(template, make_posted), clock) as both:
        yield both


@pytest.fixture
def posted(placed) -> Posted:
    return Posted(placed[1])


def say(posted: Posted, type_code: str) -> None:
    journal.apply_playbook(
        code="faults",
        source="",
        compiled={"flows": [FLOW | {"with": {"type": type_code, "condition": "0101-1"}}]},
        places=[posted.world.town.id],
        in_force_from=date(2025, 1, 1),
        spec_version=1,
        approved_by="镇纪委",
        actor=posted.world.root,
    )


def run() -> None:
    journal_jobs.sequence()
    while reporting.follow():
        pass


def drawn(posted: Posted) -> tuple[CheckedRow, ...]:
    world = posted.world
    for number in range(4):
        posted.released(
            {"what": f"修{number}", "amount": 1}, item="works", on=date(2026, 2, 10), subject="修"
        )
    actions.announce_check(actor=world.clerk, key=world.key(), area_id=world.town.id, playbook=BOOK)
    world.clock.advance(timedelta(minutes=5))
    journal_jobs.sequence()
    journal_jobs.seal()
    actions.draw_checks()
    with acting_as(world.clerk):
        return queries.checked(world.clerk)


def record(posted: Posted, checked_id: UUID, fault: Fault) -> None:
    actions.record_check(
        actor=posted.world.clerk, key=posted.world.key(), checked_id=checked_id, fault=fault,
        words="少录两笔",
    )  # fmt: skip


def fault_of(posted: Posted, checked_id: UUID) -> CheckedRow:
    with acting_as(posted.world.clerk):
        return queries.checked_one(posted.world.clerk, checked_id)


def test_a_fault_becomes_a_matter_once_and_its_end_is_proposed(posted: Posted) -> None:
    world = posted.world
    say(posted, "0101")
    one, two = drawn(posted)
    record(posted, one.id, Fault.OMITTED)
    record(posted, two.id, Fault.WRONG_FORM)
    run()
    case_id = fault_of(posted, one.id).case_id
    assert (case_id is not None, fault_of(posted, two.id).case_id) == (True, None)
    with acting_as(world.secretary):
        (row,) = cases.cases(world.secretary, Wanted()).rows
        held = cases.case(world.secretary, case_id).row
    assert (row.id, row.state, held.channel) == (case_id, CaseState.FILED, Channel.SUPERIOR)
    assert held.description == "【公示抽查】工程项目：漏录。少录两笔"
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE journal_cursor SET ordinal = 0 WHERE consumer = 'reporting'")
        cursor.execute("UPDATE disclosures_checked SET case_id = NULL")  # as if torn off midway
    run()
    with acting_as(world.secretary):
        assert len(cases.cases(world.secretary, Wanted()).rows) == 1
    assert fault_of(posted, one.id).case_id == case_id

    world.dispatch(case_id)
    world.accept(case_id)
    world.finish(case_id)
    world.close(case_id)
    run()
    ended = fault_of(posted, one.id)
    assert (ended.standing, ended.mended_by_id) == (FaultStanding.MENDED, world.cleaner.id)
    actions.strike_off(
        actor=world.clerk, key=world.key(), checked_id=one.id, words="看过更正后的公示"
    )
    assert fault_of(posted, one.id).standing is FaultStanding.STRUCK_OFF
    assert journal_queries.behind(reporting.CONSUMER) == 0


def test_a_type_that_is_not_in_force_stops_nothing(posted: Posted) -> None:
    say(posted, "none")
    one, _ = drawn(posted)
    record(posted, one.id, Fault.OMITTED)
    run()
    assert (fault_of(posted, one.id).case_id, journal_queries.behind(reporting.CONSUMER)) == (
        None,
        0,
    )
