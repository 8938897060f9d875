"""What is overdue goes up the reporting line, a level at a time, and stops at the top."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import connections

from liuchi.engines.cases import actions, jobs
from liuchi.engines.cases.enums import ChangeKind
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import calendars
from liuchi.kernel.actors import system_actor


def line_above(area_id: UUID) -> list[UUID]:
    found = []
    while (parent := directory.area(area_id).parent_id) is not None:
        found.append(area_id := parent)
    return found


def gone_up(case_id: UUID) -> list[UUID]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT (data->>'to_area')::uuid FROM journal_fact "
            "WHERE kind = 'cases.escalated' AND subject_id = %s ORDER BY id",
            [case_id],
        )
        return [area_id for (area_id,) in cursor.fetchall()]


def test_a_level_a_work_day_and_no_more_at_the_top(world) -> None:
    """Four work hours from Monday nine: up at three, then each work day while it is open."""
    case_id = world.dispatched()
    above = line_above(world.now(case_id).now.desk_id)
    assert len(above) > 1
    world.clock.advance(timedelta(hours=6, seconds=1))
    assert [jobs.escalate_overdue() for _ in range(2)] == [1, 0]
    world.clock.advance(timedelta(hours=23))
    assert jobs.escalate_overdue() == 0
    for _ in range(len(above) + 2):
        world.clock.advance(timedelta(days=1))
        jobs.escalate_overdue()
    assert gone_up(case_id) == above
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_fact WHERE kind = 'cases.overdue'")
        assert cursor.fetchone() == (1,)


def test_time_given_afterwards_takes_it_down_again(world) -> None:
    case_id = world.dispatched()
    asked = {"case_id": case_id, "kind": ChangeKind.EXTENSION, "reason_code": "parts", "amount": 8}
    actions.ask_time(actor=world.cleaner, key=world.key(), **asked)
    world.clock.advance(timedelta(hours=7))
    assert jobs.escalate_overdue() == 1
    actions.decide_time(actor=world.clerk, key=world.key(), case_id=case_id, agree=True)
    assert world.now(case_id).row.overdue is False
    world.clock.advance(timedelta(hours=17))  # nine the next day: the longer limit still runs
    assert jobs.escalate_overdue() == 0


def test_a_day_off_entered_afterwards_moves_the_end(world) -> None:
    """Filed on Monday with one work day for its check: Tuesday is then declared off."""
    urgent, case_id = world.filed(), world.finished()
    due = world.now(case_id).row.due_at
    assert jobs.recount_limits() == 0
    calendars.enter_calendar_day(
        day=date(2026, 3, 3),
        name="示例假日",
        is_off_day=True,
        notice="示例",
        actor=system_actor(UUID(int=8), "directory.calendar.write"),
        key=world.key(),
    )
    assert (jobs.recount_limits(), jobs.recount_limits()) == (2, 0)
    after = world.now(case_id)
    assert after.row.due_at == due + timedelta(days=1)
    assert world.now(urgent).row.due_at == world.clock.now() + timedelta(hours=2)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT data->>'limit' FROM journal_fact WHERE subject_id = %s "
            "AND kind = 'cases.limit_recounted' ORDER BY 1",
            [case_id],
        )
        assert cursor.fetchall() == [("check",), ("total",)]
