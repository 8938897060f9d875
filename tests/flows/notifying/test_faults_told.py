"""What a spot check found is told to the posts responsible in the village, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from engines.disclosures.posted import BOOK, Posted
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.disclosures.enums import Fault
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows import notifying, reporting
from liuchi.kernel.actors import Actor
from surfaces.cases.pages import browser, page

FOUND, MENDED = "disclosures.fault_found", "disclosures.fault_mended"
RETURNED, STRUCK_OFF = "disclosures.fault_returned", "disclosures.fault_struck_off"


@pytest.fixture
def placed(prepare, template, clock):
    from engines.cases.world import lived_in  # noqa: PLC0415
    from engines.disclosures.posted import make_posted  # noqa: PLC0415

    with lived_in(prepare(template, make_posted), clock) as both:
        yield both


@pytest.fixture
def posted(placed) -> Posted:
    return Posted(placed[1])


def drawn(posted: Posted) -> UUID:
    """Return a posting of the village that was drawn."""
    world = posted.world
    for number in range(2):
        posted.released(
            {"what": f"修{number}", "amount": 1}, item="works", on=date(2026, 2, 10), subject="修"
        )
    actions.announce_check(actor=world.clerk, key=world.key(), area_id=world.town.id, playbook=BOOK)
    world.clock.advance(timedelta(minutes=5))
    journal_jobs.sequence()
    journal_jobs.seal()
    assert actions.draw_checks() == 1
    with acting_as(world.clerk):
        return queries.checked(world.clerk)[0].id


def told(kind: str, *, closed: bool = False) -> list[tuple[UUID, str]]:
    """Return who was told what of a kind, in order; those that were closed only where asked."""
    journal_jobs.sequence()
    while notifying.follow():
        pass
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT recipient_id, text_zh FROM notices_notice WHERE kind = %s "
            "AND (closed_at IS NULL OR %s) ORDER BY recipient_id, id",
            [kind, closed],
        )
        return list(cursor.fetchall())


def answer(verb: Callable[..., Any], by: Actor, checked_id: UUID, key: str, **more: Any) -> None:
    verb(actor=by, key=key, checked_id=checked_id, words="少录两笔", **more)


def test_the_village_is_told_what_was_found_and_nobody_else(posted: Posted) -> None:
    world, one = posted.world, drawn(posted)
    answer(actions.record_check, world.clerk, one, "found", fault=Fault.OMITTED)
    words = "抽查发现「工程项目」漏录，请在3月12日前整改。"
    assert told(FOUND) == [(world.secretary.id, words)]
    assert told(FOUND) == [(world.secretary.id, words)]
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notices_notice WHERE kind LIKE 'disclosures.%'")
        assert cursor.fetchone() == (1,)
    secretary = browser(world.secretary)
    assert "抽查发现「工程项目」漏录" in page(secretary, "/desk/messages/")


def test_what_becomes_a_matter_is_not_told_as_a_fault_too(posted: Posted) -> None:
    world = posted.world
    journal.apply_playbook(
        code="faults",
        source="",
        compiled={
            "flows": [
                {
                    "when": "disclosures.fault_found",
                    "then": "cases.report",
                    "with": {"type": "0101", "condition": "0101-1"},
                }
            ]
        },
        places=[world.town.id],
        in_force_from=date(2025, 1, 1),
        spec_version=1,
        approved_by="镇纪委",
        actor=world.root,
    )
    one = drawn(posted)
    answer(actions.record_check, world.clerk, one, "found", fault=Fault.OMITTED)
    assert told(FOUND, closed=True) == []
    while reporting.follow():
        pass
    with acting_as(world.clerk):
        case_id = queries.checked_one(world.clerk, one).case_id
    assert case_id is not None
    assert told(FOUND, closed=True) == []


def test_a_posting_without_a_fault_is_told_to_nobody(posted: Posted) -> None:
    one = drawn(posted)
    answer(actions.record_check, posted.world.clerk, one, "well", fault=None)
    assert [told(kind) for kind in (FOUND, MENDED, RETURNED, STRUCK_OFF)] == [[], [], [], []]


def test_each_hears_what_waits_for_them_and_no_more(posted: Posted) -> None:
    world, one = posted.world, drawn(posted)
    village, town = world.secretary, world.clerk
    answer(actions.record_check, town, one, "found", fault=Fault.OMITTED)
    told(FOUND)
    answer(actions.mend_fault, village, one, "mended")
    assert (told(FOUND), told(MENDED)) == ([], [(town.id, "「工程项目」已报整改，请核查销号。")])
    answer(actions.return_mending, town, one, "back")
    assert (told(MENDED), told(RETURNED)) == (
        [],
        [(village.id, "「工程项目」的整改退回了，请看原因再改。")],
    )
    answer(actions.mend_fault, village, one, "again")
    assert told(RETURNED) == []
    answer(actions.strike_off, town, one, "over")
    assert told(STRUCK_OFF) == [(village.id, "抽查发现的「工程项目」问题已销号。")]
    assert [told(kind) for kind in (FOUND, MENDED, RETURNED)] == [[], [], []]
    assert len(told(FOUND, closed=True)) == 1
    assert len(told(MENDED, closed=True)) == 2


def test_who_found_it_is_not_told_where_the_village_has_nobody(posted: Posted) -> None:
    """The nearest posts are the town's then: whoever checks there knows already."""
    world = posted.world
    one = drawn(posted)
    assert "disclosures.posting.write" in accounts.grants_of("clerk")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE directory_post SET valid_to = %s WHERE user_id = %s",
            [date(2026, 3, 2), world.secretary.id],
        )
    answer(actions.record_check, world.clerk, one, "found", fault=Fault.OMITTED)
    assert told(FOUND) == []
