"""Limits that have passed: marked and escalated in the same step, so that none is only late."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import connection

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.moving import Moving, taking
from liuchi.engines.cases.enums import CaseVerb
from liuchi.engines.cases.rules import ClockNow
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
            "SELECT DISTINCT case_id FROM (SELECT case_id FROM cases_clock "
            "WHERE stopped_at IS NULL AND paused_at IS NULL AND overdue_at IS NULL "
            "AND due_at < %s ORDER BY due_at, id LIMIT %s) AS late",
            [clock.now(), limit],
        )
        return tuple(row[0] for row in cursor.fetchall())


def _escalate(moving: Moving) -> int:
    moving.rewind()  # a day off may have been entered meanwhile
    late = [
        each
        for each in moving.clocks
        if each.stopped_at is None
        and each.paused_at is None
        and each.overdue_at is None
        and each.due_at < moving.at
    ]
    moved = {each.id for each in moving.clocks}
    if not late:
        if moved and moving.case.state.runs:
            _rewrite(moving)
        return 0
    moving.may(CaseVerb.ESCALATE)
    moving.change(escalated=moving.case.escalated + 1)
    for held in late:
        moving.put(replace(held, overdue_at=moving.at, escalated_at=moving.at))
    moving.show()
    step = moving.go(CaseVerb.ESCALATE, moving.case.state)
    to_area = _above(moving)
    for held in late:
        step.tell(facts.OVERDUE, facts.LimitData, **_said(held))
        step.tell(facts.ESCALATED, facts.EscalatedData, to_area=to_area, **_said(held))
    moving.write()
    return 1


def _rewrite(moving: Moving) -> None:
    """Only the ends have moved: the clocks are written, and the case's own copy of one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_write_rows(%s::jsonb)", [moving.told({})])
        cursor.execute(
            "UPDATE cases_case SET due_at = %s WHERE id = %s",
            [moving.case.due_at, moving.case.id],
        )


def _above(moving: Moving) -> UUID:
    """Whose desk hears of it: each further time one level up the line, the last one at the top."""
    place = directory.area(moving.case.desk_id)
    for _ in range(moving.case.escalated):
        if place.parent_id is None:
            break
        place = directory.area(place.parent_id)
    return place.id


def _said(held: ClockNow) -> dict[str, object]:
    return {"limit": held.kind.value, "round": held.round}
