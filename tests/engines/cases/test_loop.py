"""The loop on a real database: every verb, who may take it, what it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, connections
from django.test.utils import CaptureQueriesContext

from engines.cases.world import World
from liuchi.engines.cases import actions, jobs, queries
from liuchi.engines.cases.enums import (
    CaseState,
    ChangeKind,
    Channel,
    CheckOutcome,
    ClockKind,
    TaskState,
)
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused, TooMany

S = CaseState


def kinds(case_id: UUID) -> list[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT kind FROM journal_fact WHERE subject_id = %s ORDER BY id", [case_id])
        return [row[0].removeprefix("cases.") for row in cursor.fetchall()]


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as error:
        yield
    assert error.value.code == code


def test_a_case_goes_round(world: World) -> None:
    case_id = world.filed()
    found = world.now(case_id)
    assert (found.row.state, found.row.clock, found.row.area_name) == (
        S.FILED,
        "dispatch",
        "盛塘社区",
    )
    assert found.row.due_at == datetime(2026, 3, 2, 11, 0, tzinfo=SHANGHAI)

    moved = world.dispatch(case_id)
    assert (moved.state, moved.version) == (S.DISPATCHED, 2)
    assert moved.due_at == datetime(2026, 3, 2, 15, 0, tzinfo=SHANGHAI)
    assert world.accept(case_id).state is S.HANDLING
    world.clock.advance(timedelta(hours=2))
    assert world.finish(case_id).state is S.FEEDBACK
    actions.check_case(actor=world.checker, key=world.key(), case_id=case_id)
    moved = actions.close_case(actor=world.checker, key=world.key(), case_id=case_id)
    assert (moved.state, moved.due_at) == (S.CLOSED, None)

    assert kinds(case_id) == [
        "reported",
        "filed",
        "dispatched",
        "accepted",
        "finished",
        "check_begun",
        "checked",
        "closed",
    ]
    found = world.now(case_id)
    assert [
        (clock.now.kind, clock.now.in_time, clock.now.used_seconds) for clock in found.clocks
    ] == [
        (ClockKind.TOTAL, True, 7200),
        (ClockKind.DISPATCH, True, 0),
        (ClockKind.HANDLING, True, 7200),
        (ClockKind.CHECK, True, 0),
    ]
    assert [(task.unit_id, task.state) for task in found.tasks] == [
        (world.cleaners, TaskState.DONE)
    ]


def test_the_log_says_who_under_which_post_and_how_long(world: World) -> None:
    case_id = world.dispatched()
    world.clock.advance(timedelta(hours=8))
    world.accept(case_id)
    actions.return_case(
        actor=world.cleaner,
        key=world.key(),
        case_id=case_id,
        reason_code="not-ours",
        opinion="属市政所",
    )
    with acting_as(world.clerk):
        log = queries.steps(world.clerk, case_id)
    assert [(step.verb, step.state_before, step.state_after) for step in log] == [
        ("report", "", "reported"),
        ("file", "reported", "filed"),
        ("dispatch", "filed", "dispatched"),
        ("accept", "dispatched", "handling"),
        ("return", "handling", "filed"),
    ]
    last = log[-1]
    assert (last.actor_name, last.post_title, last.unit_name) == ("cleaner", "承办人", "环卫所")
    assert (last.reason, last.opinion) == ("不属于本单位职责", "属市政所")
    # 9:00 to 17:00 with two hours of noon: six work hours of four.
    assert (last.clock, last.used_seconds, last.timed_out) == ("handling", 6 * 3600, True)


def test_a_key_moves_once(world: World) -> None:
    case_id = world.filed()
    for _ in range(2):
        moved = actions.dispatch_case(
            actor=world.dispatcher, key="same", case_id=case_id, unit_id=world.cleaners
        )
        assert (moved.state, moved.version) == (S.DISPATCHED, 2)
    with pytest.raises(Conflict):
        actions.dispatch_case(
            actor=world.dispatcher, key="same", case_id=case_id, unit_id=world.road
        )
    with pytest.raises(Conflict):
        world.dispatch(case_id, expected_version=1)


def test_a_report_is_taken_in_once(world: World) -> None:
    one, two = world.report(key="twice"), world.report(key="twice")
    assert one == two
    with pytest.raises(Conflict):
        world.report(key="twice", text="别的话")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        assert cursor.fetchone() == (1,)


def test_a_step_takes_a_fixed_number_of_statements(world: World) -> None:
    case_id = world.filed()
    with CaptureQueriesContext(connection) as captured:
        world.dispatch(case_id)
    # The transaction, its scope, taking, the units' names and moving; a dispatcher has no
    # units to ask for.
    assert len(captured) == 6


def test_the_handler_never_closes(world: World) -> None:
    secretary_handles = world.filed()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE directory_post SET organization_id = %s WHERE user_id = %s",
            [world.cleaners, world.secretary.id],
        )
    world.dispatch(secretary_handles)
    world.accept(secretary_handles, world.secretary)
    world.finish(secretary_handles, world.secretary)
    with refused("handled_by_you"):
        actions.check_case(actor=world.secretary, key=world.key(), case_id=secretary_handles)
    with refused("not_the_checker"):
        actions.check_case(actor=world.cleaner, key=world.key(), case_id=secretary_handles)
    actions.check_case(actor=world.checker, key=world.key(), case_id=secretary_handles)
    with refused("handled_by_you"):
        actions.close_case(actor=world.secretary, key=world.key(), case_id=secretary_handles)
    with (
        connections["owner"].cursor() as cursor,
        pytest.raises(IntegrityError, match="cases_case_not_by_handler"),
    ):
        cursor.execute(
            "UPDATE cases_case SET state = 'closed', version = version + 1, clock = '', "
            "due_at = NULL, closed_at = since, closed_by_id = %s",
            [world.secretary.id],
        )
    assert world.close(secretary_handles).state is S.CLOSED


def test_a_unit_sees_and_moves_only_what_it_has(world: World) -> None:
    case_id = world.dispatched()
    with pytest.raises(NotFound):
        world.accept(case_id, world.roadman)
    with pytest.raises(NotFound):
        world.now(case_id, world.roadman)
    with acting_as(world.cleaner):
        page = queries.cases(world.cleaner, queries.Wanted())
    assert [row.id for row in page.rows] == [case_id]
    world.dispatched(actor=world.worker)
    assert world.now(case_id, world.cleaner).row.unit_name == "环卫所"


def test_another_community_sees_nothing(world: World) -> None:
    case_id = world.filed()
    with pytest.raises(NotFound):
        world.now(case_id, world.elsewhere)
    with acting_as(world.elsewhere), connection.cursor() as cursor:
        for table in ("case", "report", "task", "step", "clock", "reporter"):
            cursor.execute(f"SELECT count(*) FROM cases_{table}")
            assert cursor.fetchone() == (0,), table


def test_what_residents_report_is_verified_first(world: World) -> None:
    receipt = world.report(actor=world.resident, channel=Channel.RESIDENT, condition_code="")
    case_id = world.case_of(receipt)
    assert world.now(case_id).row.state is S.REPORTED
    with refused("not_verified"):
        actions.file_case(
            actor=world.dispatcher, key=world.key(), case_id=case_id, condition_code="0101-1"
        )
    actions.verify_case(actor=world.dispatcher, key=world.key(), case_id=case_id)
    with refused("condition_missing"):
        actions.file_case(actor=world.dispatcher, key=world.key(), case_id=case_id)
    moved = actions.file_case(
        actor=world.dispatcher, key=world.key(), case_id=case_id, condition_code="0101-1"
    )
    assert moved.state is S.FILED
    # Nobody reads in the journal or the log which resident it was.
    with connections["owner"].cursor() as cursor:
        for table, column in (("journal_fact", "actor_id"), ("cases_step", "actor_id")):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [world.resident.id])
            assert cursor.fetchone() == (0,)


def test_not_taken_on_needs_a_reason(world: World) -> None:
    receipt = world.report(actor=None, channel=Channel.ANONYMOUS, condition_code="")
    case_id = world.case_of(receipt)
    with refused("reason_missing"):
        actions.reject_case(
            actor=world.dispatcher, key=world.key(), case_id=case_id, reason_code=""
        )
    moved = actions.reject_case(
        actor=world.dispatcher, key=world.key(), case_id=case_id, reason_code="elsewhere"
    )
    assert (moved.state, kinds(case_id)) == (S.REJECTED, ["reported", "rejected"])


def test_returned_and_dispatched_anew(world: World) -> None:
    case_id = world.dispatched()
    with refused("reason_unknown"):
        actions.return_case(
            actor=world.cleaner, key=world.key(), case_id=case_id, reason_code="no-time"
        )
    moved = actions.return_case(
        actor=world.cleaner, key=world.key(), case_id=case_id, reason_code="not-ours"
    )
    assert moved.state is S.FILED
    world.dispatch(case_id, world.road)
    found = world.now(case_id)
    assert (found.row.returned, found.row.unit_name) == (1, "市政所")
    assert [task.state for task in found.tasks] == [TaskState.RETURNED, TaskState.GIVEN]


def test_rework_begins_the_limit_anew(world: World) -> None:
    case_id = world.finished()
    moved = actions.send_back(
        actor=world.checker, key=world.key(), case_id=case_id, reason_code="not-clean"
    )
    assert moved.state is S.HANDLING
    world.finish(case_id)
    assert world.close(case_id, outcome=CheckOutcome.BASICALLY_DONE).state is S.CLOSED
    found = world.now(case_id)
    assert (found.row.reworked, found.row.basically_done) == (1, True)
    assert [clock.now.round for clock in found.clocks if clock.now.kind is ClockKind.HANDLING] == [
        1,
        2,
    ]


def test_joint_handling_ends_before_the_whole(world: World) -> None:
    case_id = world.filed()
    world.dispatch(case_id, with_units=[world.road])
    world.accept(case_id)
    with refused("joint_open"):
        world.finish(case_id)
    part = next(task for task in world.now(case_id).tasks if task.unit_id == world.road)
    actions.finish_part(actor=world.roadman, key=world.key(), case_id=case_id, task_id=part.id)
    assert world.finish(case_id).state is S.FEEDBACK
    # Who did a part has dealt with it, too.
    assert world.roadman.id in world.now(case_id).now.handler_ids


def test_more_time_is_asked_and_decided_by_two(world: World) -> None:
    case_id = world.dispatched()
    due = world.now(case_id).row.due_at
    asked = {"kind": ChangeKind.EXTENSION, "amount": 2, "reason_code": "rain"}
    actions.ask_time(actor=world.cleaner, key=world.key(), case_id=case_id, **asked)
    assert world.now(case_id).row.due_at == due
    with refused("change_asked"):
        actions.ask_time(actor=world.cleaner, key=world.key(), case_id=case_id, **asked)
    moved = actions.decide_time(actor=world.clerk, key=world.key(), case_id=case_id, agree=True)
    # 15:00 and two work hours more.
    assert moved.due_at == datetime(2026, 3, 2, 17, 0, tzinfo=SHANGHAI)
    assert moved.state is S.DISPATCHED


def test_nobody_decides_what_they_asked_for(world: World) -> None:
    case_id = world.filed()
    ask = world.clerk
    actions.ask_time(
        actor=ask,
        key=world.key(),
        case_id=case_id,
        kind=ChangeKind.EXTENSION,
        amount=1,
        reason_code="many",
    )
    with refused("asked_by_you"):
        actions.decide_time(actor=ask, key=world.key(), case_id=case_id, agree=True)
    moved = actions.decide_time(
        actor=world.secretary, key=world.key(), case_id=case_id, agree=False
    )
    assert moved.due_at == datetime(2026, 3, 2, 11, 0, tzinfo=SHANGHAI)


def test_a_pause_moves_every_limit(world: World) -> None:
    case_id = world.dispatched()
    until = datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI)
    actions.ask_time(
        actor=world.cleaner,
        key=world.key(),
        case_id=case_id,
        kind=ChangeKind.PAUSE,
        until=until,
        reason_code="await-parts",
    )
    moved = actions.decide_time(actor=world.clerk, key=world.key(), case_id=case_id, agree=True)
    assert moved.due_at == datetime(2026, 3, 3, 15, 0, tzinfo=SHANGHAI)


def test_set_aside_and_taken_up_where_it_stood(world: World) -> None:
    case_id = world.dispatched()
    world.accept(case_id)
    actions.ask_time(
        actor=world.cleaner,
        key=world.key(),
        case_id=case_id,
        kind=ChangeKind.SUSPENSION,
        reason_code="no-budget",
    )
    moved = actions.decide_time(actor=world.clerk, key=world.key(), case_id=case_id, agree=True)
    assert (moved.state, moved.due_at) == (S.SUSPENDED, None)
    world.clock.advance(timedelta(days=7))
    assert jobs.escalate_overdue() == 0
    moved = actions.resume_case(actor=world.clerk, key=world.key(), case_id=case_id)
    assert moved.state is S.HANDLING
    # Nothing of the four hours was used, a week later.
    assert moved.due_at == datetime(2026, 3, 9, 15, 0, tzinfo=SHANGHAI)
    assert world.finish(case_id).state is S.FEEDBACK


def test_overdue_is_escalated_in_the_same_step(world: World) -> None:
    case_id = world.dispatched()
    world.clock.advance(timedelta(hours=7))
    assert (jobs.escalate_overdue(), jobs.escalate_overdue()) == (1, 0)
    found = world.now(case_id)
    assert (found.row.overdue, found.row.state) == (True, S.DISPATCHED)
    assert kinds(case_id)[-2:] == ["overdue", "escalated"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT data->>'to_area', data->>'limit' FROM journal_fact "
            "WHERE kind = 'cases.escalated'"
        )
        assert cursor.fetchall() == [(str(world.town.id), "handling")]
    world.accept(case_id)
    world.finish(case_id)
    assert world.now(case_id).row.overdue is False
    assert [
        clock.now.in_time for clock in world.now(case_id).clocks if clock.now.kind == "handling"
    ] == [False]


def test_a_note_resets_nothing(world: World) -> None:
    case_id = world.dispatched()
    before = world.now(case_id)
    world.clock.advance(timedelta(hours=1))
    actions.note_case(actor=world.clerk, key=world.key(), case_id=case_id, text="已电话催办")
    after = world.now(case_id)
    assert (after.row.due_at, after.row.since) == (before.row.due_at, before.row.since)


def test_supervised_from_above(world: World) -> None:
    case_id = world.dispatched()
    with refused("not_the_supervisor"):
        actions.supervise_case(
            actor=world.secretary, key=world.key(), case_id=case_id, reason_code="key"
        )
    actions.supervise_case(actor=world.clerk, key=world.key(), case_id=case_id, reason_code="key")
    assert world.now(case_id).row.supervised is True


def test_rated_disputed_and_taken_up_again(world: World) -> None:
    receipt = world.report(actor=None, channel=Channel.ANONYMOUS, condition_code="")
    mine = actions.own(code=receipt.code.lower())
    case_id = mine.case_id
    actions.verify_case(actor=world.clerk, key=world.key(), case_id=case_id)
    actions.file_case(actor=world.clerk, key=world.key(), case_id=case_id, condition_code="0101-1")
    world.dispatch(case_id)
    world.finish(case_id)
    with refused("case_reported_done"):
        actions.rate_case(key=world.key(), mine=mine, solved=True, satisfied=True)
    world.close(case_id)
    actions.rate_case(key=world.key(), mine=mine, solved=False, satisfied=False)
    with refused("rated_already"):
        actions.rate_case(key=world.key(), mine=mine, solved=True, satisfied=True)
    assert actions.reopen_own(key=world.key(), mine=mine, reason_code="again").state is S.FILED
    world.dispatch(case_id)
    world.finish(case_id)
    world.close(case_id)
    with refused("reopened_already"):
        actions.reopen_own(key=world.key(), mine=mine, reason_code="again")
    actions.dispute_case(key=world.key(), mine=mine, reason_code="still-there", text="还在")
    with refused("settled_by_another"):
        actions.settle_case(
            actor=replace(world.clerk, id=world.checker.id),
            key=world.key(),
            case_id=case_id,
            upheld=True,
            opinion="属实",
        )
    moved = actions.settle_case(
        actor=world.clerk, key=world.key(), case_id=case_id, upheld=True, opinion="属实"
    )
    assert moved.state is S.FILED
    assert world.now(case_id).row.reopened == 2


def test_the_window_is_counted_from_the_closing(world: World) -> None:
    case_id = world.closed()
    world.clock.advance(timedelta(days=10))
    actions.note_case(actor=world.clerk, key=world.key(), case_id=case_id, text="回访")
    world.clock.advance(timedelta(days=7))
    with refused("reopen_too_late"):
        actions.reopen_case(
            actor=world.clerk, key=world.key(), case_id=case_id, reason_code="again"
        )


def test_a_unit_appeals_and_is_rid_of_it(world: World) -> None:
    case_id = world.dispatched()
    actions.appeal_case(actor=world.cleaner, key=world.key(), case_id=case_id, reason_code="no")
    moved = actions.settle_case(
        actor=world.clerk, key=world.key(), case_id=case_id, upheld=True, opinion="属实"
    )
    assert moved.state is S.FILED
    assert world.now(case_id).row.appealed is False


def test_a_duplicate_goes_into_the_other(world: World) -> None:
    first, second = world.filed(), world.report()
    gone = world.case_of(second)
    moved = actions.merge_case(actor=world.dispatcher, key=world.key(), case_id=gone, into_id=first)
    assert moved.state is S.WITHDRAWN
    assert world.case_of(second) == first
    assert world.now(first).row.reports == 2
    assert world.now(gone).now.merged_into_id == first


def test_another_report_joins_an_open_case(world: World) -> None:
    first = world.filed()
    receipt = world.report(actor=None, channel=Channel.ANONYMOUS, joins=first, text="我也看到了")
    assert world.case_of(receipt) == first
    found = world.now(first)
    assert (found.row.reports, found.row.version) == (2, 1)
    assert kinds(first) == ["reported", "filed", "joined"]


def test_a_case_is_closed_after_its_parts(world: World) -> None:
    case_id = world.dispatched()
    part, again = (
        actions.split_case(
            actor=world.dispatcher,
            key="split",
            case_id=case_id,
            type_code="0102",
            text="路面也破了",
        )
        for _ in range(2)
    )
    assert (part.state, again) == (S.FILED, part)
    world.finish(case_id)
    with refused("children_open"):
        world.close(case_id)
    world.dispatch(part.case_id, world.road)
    world.finish(part.case_id, world.roadman)
    world.close(part.case_id)
    assert (
        actions.close_case(actor=world.checker, key=world.key(), case_id=case_id).state is S.CLOSED
    )


def test_a_matter_goes_up_the_tiers(world: World) -> None:
    case_id = world.filed()
    for tier, desk in (("hard", "盛塘社区"), ("great", world.town.name)):
        actions.refer_case(
            actor=world.clerk, key=world.key(), case_id=case_id, reason_code="too-hard"
        )
        row = world.now(case_id).row
        assert (row.tier, row.desk_name) == (tier, desk)
    with refused("highest_tier"):
        actions.refer_case(
            actor=world.clerk, key=world.key(), case_id=case_id, reason_code="too-hard"
        )
    # The community still sees it, and decides nothing of it any more.
    assert world.now(case_id, world.secretary).row.id == case_id
    with refused("not_the_dispatcher"):
        actions.dispatch_case(
            actor=world.secretary, key=world.key(), case_id=case_id, unit_id=world.cleaners
        )


def test_a_complaint_about_the_community_goes_above_it(world: World) -> None:
    for actor, channel in ((world.resident, Channel.RESIDENT), (world.worker, Channel.WORKER)):
        receipt = world.report(actor=actor, channel=channel, type_code="09", condition_code="")
        case_id = world.case_of(receipt)
        assert world.now(case_id).row.area_name == world.town.name
        with pytest.raises(NotFound):
            world.now(case_id, world.secretary)
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM journal_fact WHERE subject_id = %s AND area_id = %s",
                [case_id, world.village.id],
            )
            assert cursor.fetchone() == (0,)


def test_looked_at_once_more(world: World) -> None:
    case_id = world.closed()
    with refused("handled_by_you"):
        actions.recheck_case(
            actor=replace(world.checker, id=world.cleaner.id),
            key=world.key(),
            case_id=case_id,
            outcome=CheckOutcome.DONE,
        )
    moved = actions.recheck_case(
        actor=world.checker, key=world.key(), case_id=case_id, outcome=CheckOutcome.NOT_DONE
    )
    assert (moved.state, kinds(case_id)[-2:]) == (S.FILED, ["checked", "reopened"])


def test_what_is_wrong_is_said(world: World) -> None:
    with pytest.raises(Invalid) as wrong:
        world.report(type_code="01")
    assert wrong.value.code == "type_unknown"
    with pytest.raises(Invalid) as wrong:
        world.report(longitude=None)
    assert wrong.value.code == "point_wrong"
    with pytest.raises(NotFound):
        world.report(area_id=world.other.id)
    with pytest.raises(NotFound):
        actions.own(code="0" * 26)


def test_receipts_are_not_found_by_trying(world: World) -> None:
    for number in range(10):
        with pytest.raises(NotFound):
            actions.own(code=f"{number:026}", address="1.2.3.4")
    with pytest.raises(TooMany):
        actions.own(code="Z" * 26, address="1.2.3.4")


def test_lists_are_read_page_by_page(world: World) -> None:
    made = [world.filed(text=f"第{number}件") for number in range(5)]
    world.dispatch(made[0])
    seen: list[UUID] = []
    after = None
    with acting_as(world.clerk):
        while True:
            page = queries.cases(world.clerk, queries.Wanted(), after=after, limit=2)
            seen += [row.id for row in page.rows]
            after = page.next_after
            if after is None:
                break
        assert seen == made[::-1]
        due = queries.cases(
            world.clerk, queries.Wanted(order=queries.Order.DUE, states=(S.FILED,)), limit=3
        )
        assert [row.id for row in due.rows] == made[1:4]
        more = queries.cases(
            world.clerk,
            queries.Wanted(order=queries.Order.DUE, states=(S.FILED,)),
            after=due.next_after,
        )
        assert ([row.id for row in more.rows], more.next_after) == ([made[4]], None)
        assert queries.count(world.clerk, queries.Wanted(states=(S.FILED,))) == 4
        with pytest.raises(Invalid):
            queries.cases(world.clerk, queries.Wanted(), after="nonsense")
