"""Who reported: kept apart, opened for a reason, erased in time; and how far it has come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections

from engines.cases.world import World
from liuchi.engines.cases import actions, jobs, queries
from liuchi.engines.cases.enums import Channel
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import NotFound, Refused


def test_a_contact_is_sealed_and_opened_by_who_may_ask_back(world: World) -> None:
    receipt = world.report(
        actor=None, channel=Channel.ANONYMOUS, condition_code="", contact="13855560001"
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT contact FROM cases_reporter")
        assert b"13855560001" not in bytes(cursor.fetchone()[0])
    shown = {"key": "show", "report_id": receipt.report_id}
    assert actions.show_contact(actor=world.clerk, **shown) == "13855560001"
    with pytest.raises(Refused):
        actions.show_contact(actor=world.worker, **shown)
    with pytest.raises(NotFound):
        actions.show_contact(actor=world.elsewhere, **shown)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_fact WHERE kind = 'cases.contact_seen'")
        assert cursor.fetchone() == (1,)


def test_a_year_after_its_end_a_report_is_wordless(world: World) -> None:
    case_id = world.closed(contact="13855560001")
    world.clock.advance(timedelta(days=360))
    assert jobs.forget_reports() == 0
    world.clock.advance(timedelta(days=10))
    assert (jobs.forget_reports(), jobs.forget_reports()) == (1, 0)
    assert world.now(case_id).row.description == ""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT text, place, (SELECT count(*) FROM cases_reporter) FROM cases_report"
        )
        assert cursor.fetchall() == [("", "", 0)]
    with acting_as(world.root):
        assert queries.differing(world.root) == ()
