"""Limits that come near and pass: who is told, once, in the same few statements."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from engines.cases.world import SECTION, World, lived_in, make_world
from liuchi.engines.cases import actions, jobs
from liuchi.engines.cases.actions import whistles
from liuchi.engines.cases.enums import ChangeKind
from liuchi.engines.cases.spec import Limit
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.flows import notifying


@pytest.fixture
def placed(prepare, template, clock):
    with lived_in(prepare(template, make_world), clock) as both:
        yield both


@pytest.fixture
def db(placed):
    return placed[0]


@pytest.fixture
def world(placed) -> World:
    return placed[1]


def follow() -> None:
    journal_jobs.sequence()
    while notifying.follow():
        pass


def told(kind: str, *, open_only: bool = True) -> list[tuple[UUID, str]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT recipient_id, text_zh FROM notices_notice WHERE kind = %s "
            "AND (closed_at IS NULL OR NOT %s) ORDER BY recipient_id, id",
            [kind, open_only],
        )
        return cursor.fetchall()


def test_a_limit_that_comes_near_is_told_to_the_unit_once(world: World) -> None:
    """Four work hours from nine: at noon three of them are used."""
    world.dispatched()
    follow()
    world.clock.advance(timedelta(hours=2, minutes=59))
    assert notifying.remind_of_limits() == 0
    world.clock.advance(timedelta(minutes=1))
    assert [notifying.remind_of_limits() for _ in range(2)] == [1, 0]
    words = "「暴露垃圾」3月2日 15:00前要办结，请抓紧。"
    staff = sorted([world.cleaner.id, world.second_cleaner.id])
    assert told("cases.limit_near") == [(each, words) for each in staff]


def test_what_is_done_is_no_longer_told(world: World) -> None:
    case_id = world.dispatched()
    world.clock.advance(timedelta(hours=5))
    notifying.remind_of_limits()
    world.accept(case_id)
    world.finish(case_id)
    follow()
    assert told("cases.limit_near") == []
    assert len(told("cases.limit_near", open_only=False)) == 2


def test_more_time_brings_a_reminder_of_its_own(world: World) -> None:
    case_id = world.dispatched()
    world.clock.advance(timedelta(hours=5))
    assert notifying.remind_of_limits() == 1
    asked = {"case_id": case_id, "kind": ChangeKind.EXTENSION, "reason_code": "parts", "amount": 4}
    actions.ask_time(actor=world.cleaner, key=world.key(), **asked)
    actions.decide_time(actor=world.clerk, key=world.key(), case_id=case_id, agree=True)
    follow()
    assert (told("cases.limit_near"), notifying.remind_of_limits()) == ([], 0)
    world.clock.advance(timedelta(hours=3))
    assert notifying.remind_of_limits() == 1
    assert {text for _, text in told("cases.limit_near")} == {
        "「暴露垃圾」3月3日 09:00前要办结，请抓紧。"
    }


def test_an_overdue_limit_goes_up_the_line(world: World) -> None:
    world.dispatched()
    world.clock.advance(timedelta(hours=5))
    notifying.remind_of_limits()
    world.clock.advance(timedelta(hours=2))
    assert jobs.escalate_overdue() == 1
    follow()
    assert told("cases.limit_near") == []
    staff = sorted([world.cleaner.id, world.second_cleaner.id])
    assert [who for who, _ in told("cases.limit_passed")] == staff
    assert told("cases.escalated") == [
        (world.clerk.id, "「暴露垃圾」超时未办，已上报到您这里，请督办。")
    ]


def test_the_statements_stay_the_same_few(world: World) -> None:
    counts = []
    for many in (1, 3):
        for _ in range(many):
            world.dispatched()
        world.clock.advance(timedelta(hours=5))
        with CaptureQueriesContext(connections["default"]) as caught:
            assert notifying.remind_of_limits() == many
        counts.append(len(caught))
        world.clock.advance(timedelta(days=7) - timedelta(hours=5))
    assert counts == [12, 12]


def test_a_called_unit_is_told_and_so_is_who_called(world: World) -> None:
    journal.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": SECTION | {"whistle": {}}},
        places=[world.town.id],
        in_force_from=world.clock.now().date(),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )
    case_id = world.dispatched()
    whistles.raise_whistle(
        case_id=case_id,
        unit_ids=[world.road],
        reason="一起拆除",
        actor=world.dispatcher,
        key=world.key(),
    )
    follow()
    assert told("cases.whistle_called") == [
        (world.roadman.id, "有社区就「暴露垃圾」吹哨，请您单位报到。")
    ]
    world.clock.advance(timedelta(days=3))
    jobs.mark_late_units()
    follow()
    late = {who for who, _ in told("cases.whistle_late")}
    assert late == {world.dispatcher.id, world.clerk.id}
    assert [who for who, _ in told("cases.whistle_missed")] == [world.roadman.id]


def test_who_asked_is_told_of_the_answer(world: World) -> None:
    receipt = world.report()
    case_id = world.case_of(receipt)
    world.dispatch(case_id)
    asked = {"case_id": case_id, "text": "哪天堆的？", "to_reporter": True}
    actions.note_case(actor=world.second_cleaner, key=world.key(), **asked)
    actions.answer_question(key="told", mine=actions.own(code=receipt.code), text="昨天")
    follow()
    assert told("cases.question_answered") == [
        (world.second_cleaner.id, "「暴露垃圾」的上报人回答了您。")
    ]


def test_a_sheet_is_told_until_it_is_answered(world: World) -> None:
    case_id = world.dispatched()
    prompt_id = actions.issue_prompt(
        case_id=case_id, reply_within=Limit.parse("1 work day"), actor=world.clerk, key=world.key()
    )
    follow()
    staff = sorted([world.cleaner.id, world.second_cleaner.id])
    assert [who for who, _ in told("cases.prompt_issued")] == staff
    world.clock.advance(timedelta(days=3))
    jobs.mark_late_units()
    follow()
    assert {who for who, _ in told("cases.prompt_late")} == {*staff, world.clerk.id}
    actions.answer_prompt(prompt_id=prompt_id, answer="已清", actor=world.cleaner, key=world.key())
    follow()
    assert told("cases.prompt_issued") + told("cases.prompt_late") == []
    assert [who for who, _ in told("cases.prompt_answered")] == [world.clerk.id]
    actions.close_prompt(prompt_id=prompt_id, actor=world.clerk, key=world.key())
    follow()
    assert told("cases.prompt_answered") == []


def test_who_decides_is_told_that_a_case_is_handed_around(world: World) -> None:
    case_id = world.dispatched()
    for _ in range(2):
        actions.return_case(
            actor=world.cleaner, key=world.key(), case_id=case_id, reason_code="not-ours"
        )
        if world.now(case_id).row.returned < 2:
            world.dispatch(case_id)
    follow()
    assert told("cases.arbitration_asked") == [
        (world.secretary.id, "「暴露垃圾」几个单位都退回，请裁定由谁承办。")
    ]
    actions.arbitrate_case(
        actor=world.clerk, key=world.key(), case_id=case_id, unit_id=world.road, reason="归市政"
    )
    follow()
    assert told("cases.arbitration_asked") == []
