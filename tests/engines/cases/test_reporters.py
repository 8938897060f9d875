"""Who reported: kept apart, opened for a reason, erased in time; and how far it has come."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections

from engines.cases.world import World
from liuchi.engines.cases import actions, jobs, queries
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.scope import INTAKE
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Invalid, NotFound, Refused


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


def ask(world: World, case_id: UUID, words: str) -> None:
    actions.note_case(
        actor=world.cleaner, key=world.key(), case_id=case_id, text=words, to_reporter=True
    )


@pytest.mark.parametrize("told", [False, True])
def test_a_unit_says_to_the_reporter_what_was_done_where_it_means_to(
    world: World, *, told: bool
) -> None:
    receipt = world.report()
    case_id = world.case_of(receipt)
    world.dispatch(case_id)
    world.accept(case_id)
    actions.finish_case(
        actor=world.cleaner, key=world.key(), case_id=case_id, opinion="已清理", to_reporter=told
    )
    seen = [line.opinion for line in queries.track(receipt.report_id).steps if line.opinion]
    assert seen == (["已清理"] if told else [])


def test_a_question_is_answered_once_for_the_staff_alone(world: World) -> None:
    receipt = world.report()
    case_id = world.case_of(receipt)
    world.dispatch(case_id)
    mine = actions.own(code=receipt.code)
    said = {"mine": mine, "text": "昨天夜里", "evidence": (UUID(int=5),)}
    with pytest.raises(Refused, match="nothing_asked"):
        actions.answer_question(key=world.key(), **said)
    ask(world, case_id, "哪天堆的？")
    before = world.now(case_id)
    assert queries.track(receipt.report_id).question == "哪天堆的？"
    with pytest.raises(Invalid, match="text_missing"):
        actions.answer_question(key=world.key(), mine=mine, text=" ")
    for _ in range(2):  # the same click again
        actions.answer_question(key="once", **said)
    with pytest.raises(Refused, match="nothing_asked"):  # another click on a page left open
        actions.answer_question(key=world.key(), **said)

    seen = queries.track(receipt.report_id)
    assert (seen.question, [line.opinion for line in seen.steps if line.is_own]) == (
        "",
        ["昨天夜里"],
    )
    with acting_as(world.cleaner):
        lines = [line for line in queries.steps(world.cleaner, case_id) if line.by_reporter]
    assert [(line.opinion, line.evidence, line.actor_name) for line in lines] == [
        ("昨天夜里", (UUID(int=5),), "")
    ]
    after = world.now(case_id)
    assert (after.now.state, after.now.due_at) == (before.now.state, before.now.due_at)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT actor_id, data->>'asked_by' FROM journal_fact WHERE kind = 'cases.answered'"
        )
        assert cursor.fetchall() == [(INTAKE.id, str(world.cleaner.id))]
    with acting_as(world.root):
        assert queries.differing(world.root) == ()


def test_who_else_reported_is_asked_as_well_and_sees_no_answer_of_another(world: World) -> None:
    first = world.report()
    case_id = world.case_of(first)
    second = world.report(text="门口又脏了", joins=case_id)
    both = [actions.own(code=each.code) for each in (first, second)]
    assert {mine.case_id for mine in both} == {case_id}
    world.dispatch(case_id)
    ask(world, case_id, "哪天堆的？")
    actions.answer_question(key=world.key(), mine=both[0], text="昨天夜里")
    other = queries.track(second.report_id)
    assert other.question == "哪天堆的？"
    assert "昨天夜里" not in [line.opinion for line in other.steps]
    # A later question waits for both again; once the case is over nobody has to answer.
    ask(world, case_id, "几点？")
    assert queries.track(first.report_id).question == "几点？"
    world.accept(case_id)
    world.finish(case_id)
    world.close(case_id)
    assert queries.track(first.report_id).question == ""
    with pytest.raises(Refused, match="case_over"):
        actions.answer_question(key=world.key(), mine=both[0], text="七点")
    world.clock.advance(timedelta(days=366))
    assert jobs.forget_reports() == 2
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT opinion, evidence FROM cases_step WHERE report_id IS NOT NULL")
        assert cursor.fetchall() == [("", [])]
