"""Limits that have passed: marked and escalated in the same step, so that none is only late.

What is still open then goes up the line again, a level each ``escalate_every`` of the
playbook, until nobody stands above.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import connection

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.moving import Moving, taking
from liuchi.engines.cases.enums import CaseVerb
from liuchi.engines.cases.rules import ClockNow
from liuchi.engines.cases.scope import calendar
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound


def escalate_overdue(*, actor: Actor, limit: int = 200) -> int:
    """Mark limits that have passed and say so one level up; return of how many cases it was.

    Each case is a transaction of its own. Safe to repeat and to run twice at once.
    """
    actor.may("cases.case.escalate").or_refuse()
    done = 0
    for case_id in _late(actor, limit):
        try:
            with taking(actor, "", "escalate", [case_id], {}) as held:
                for moving in held:
                    done += _escalate(moving)
        except NotFound:
            continue
    return done


def _late(actor: Actor, limit: int) -> tuple[UUID, ...]:
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id FROM (SELECT case_id FROM cases_clock "
            "WHERE stopped_at IS NULL AND paused_at IS NULL AND overdue_at IS NULL "
            "AND due_at < %(now)s ORDER BY due_at, id LIMIT %(most)s) AS late "
            "UNION SELECT case_id FROM (SELECT case_id FROM cases_clock "
            "WHERE stopped_at IS NULL AND paused_at IS NULL AND escalate_at <= %(now)s "
            "ORDER BY escalate_at, id LIMIT %(most)s) AS again",
            {"now": clock.now(), "most": limit},
        )
        return tuple(row[0] for row in cursor.fetchall())


def _escalate(moving: Moving) -> int:
    moving.rewind()  # a day off may have been entered meanwhile
    runs = [each for each in moving.clocks if each.stopped_at is None and each.paused_at is None]
    late = [each for each in runs if each.overdue_at is None and each.due_at < moving.at]
    again = [each for each in runs if each.escalate_at and each.escalate_at <= moving.at]
    moved = {each.id for each in moving.clocks}
    if not late and not again:
        if moved and moving.case.state.runs:
            rewrite(moving)
        return 0
    moving.may(CaseVerb.ESCALATE)
    moving.change(escalated=moving.case.escalated + 1)
    to_area, is_top = _above(moving)
    working = calendar().with_hours(moving.spec.working_hours)
    following = None if is_top else working.add(moving.at, moving.spec.escalate_every)
    for held in (*late, *again):
        since = held.overdue_at or moving.at
        moving.put(replace(held, overdue_at=since, escalated_at=moving.at, escalate_at=following))
    moving.show()
    step = moving.go(CaseVerb.ESCALATE, moving.case.state)
    for held in (*late, *again):
        if held in late:
            step.tell(facts.OVERDUE, facts.LimitData, **_said(held))
        step.tell(facts.ESCALATED, facts.EscalatedData, to_area=to_area, **_said(held))
    moving.write()
    return 1


def rewrite(moving: Moving) -> None:
    """Write the clocks of a case whose ends have moved, and the case's own copy of one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_write_rows(%s::jsonb)", [moving.told({})])
        cursor.execute(
            "UPDATE cases_case SET due_at = %s, overdue = %s, last_fact_id = %s WHERE id = %s",
            [
                moving.case.due_at,
                moving.case.overdue,
                moving.case.last_fact_id,
                moving.case.id,
            ],
        )


def _above(moving: Moving) -> tuple[UUID, bool]:
    """Whose desk hears of it, each further time one level up the line; whether that is the top."""
    place = directory.area(moving.case.desk_id)
    for _ in range(moving.case.escalated):
        if place.parent_id is None:
            break
        place = directory.area(place.parent_id)
    return place.id, place.parent_id is None


def _said(held: ClockNow) -> dict[str, object]:
    return {"limit": held.kind.value, "round": held.round}
