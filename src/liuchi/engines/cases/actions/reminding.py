"""Limits that come near, units that are late: taken once, told by flows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.prompting import told
from liuchi.engines.cases.actions.whistles.steps import entry
from liuchi.engines.cases.enums import ClockKind
from liuchi.engines.cases.models import Case, Prompt
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

ESCALATE = "cases.case.escalate"
AT_ONCE_MAX = 500

# Skipped where somebody is at it: the next look finds it, and nobody waits for a reminder.
_TAKE = """
WITH near AS (
    SELECT id FROM cases_clock
    WHERE stopped_at IS NULL AND paused_at IS NULL AND warned_at IS NULL AND warn_at <= %(now)s
    ORDER BY warn_at, id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE cases_clock AS held SET warned_at = %(now)s FROM near, cases_case AS its
WHERE held.id = near.id AND its.id = held.case_id
RETURNING held.id, held.kind, held.due_at, its.id, its.desk_id, its.unit_id, its.type_title
"""
_LATE = """
WITH late AS (
    SELECT id FROM cases_called
    WHERE state = 'called' AND late_at IS NULL AND respond_by < %(now)s
    ORDER BY respond_by, id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE cases_called AS held SET late_at = %(now)s FROM late
WHERE held.id = late.id RETURNING held.case_id, held.unit_id
"""

_PROMPTS_LATE = """
WITH late AS (
    SELECT id FROM cases_prompt
    WHERE answered_at IS NULL AND closed_at IS NULL AND late_at IS NULL AND reply_by < %(now)s
    ORDER BY reply_by, id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE cases_prompt AS held SET late_at = %(now)s FROM late
WHERE held.id = late.id RETURNING held.id
"""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A limit that comes near: which, of what, and whose it is now."""

    clock_id: UUID
    kind: ClockKind
    due_at: datetime
    case_id: UUID
    desk_id: UUID
    unit_id: UUID | None
    type_title: str


def take_reminders(*, actor: Actor, limit: int = AT_ONCE_MAX) -> tuple[Reminder, ...]:
    """Mark the limits whose reminder has come and return those that have not passed yet.

    One statement for all of them. In the caller's transaction: what tells of them commits
    with the marks, so that a crash forgets none and repeats none.
    """
    actor.may(ESCALATE).or_refuse()
    now = clock.now()
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "most": limit})
        found = cursor.fetchall()
    taken = [Reminder(id_, ClockKind(kind), *rest) for id_, kind, *rest in found]
    return tuple(each for each in taken if each.due_at >= now)


def mark_late_units(*, actor: Actor, limit: int = AT_ONCE_MAX) -> int:
    """Mark called units whose time to report in is over, each with its fact; return how many.

    Three statements for all of them.
    """
    actor.may(ESCALATE).or_refuse()
    with acting_as(actor):
        with connection.cursor() as cursor:
            cursor.execute(_LATE, {"now": clock.now(), "most": limit})
            found = cursor.fetchall()
        if found:
            cases = Case.objects.in_bulk({case_id for case_id, _ in found})
            late = [
                entry(facts.WHISTLE_LATE, cases[case_id], unit_id, None)
                for case_id, unit_id in sorted(found)
            ]
            journal.record_all(late, actor=actor)
    return len(found)


def mark_late_prompts(*, actor: Actor, limit: int = AT_ONCE_MAX) -> int:
    """Mark sheets whose time to answer is over, each with its fact; return how many.

    Three statements for all of them.
    """
    actor.may(ESCALATE).or_refuse()
    with acting_as(actor):
        with connection.cursor() as cursor:
            cursor.execute(_PROMPTS_LATE, {"now": clock.now(), "most": limit})
            found = [row[0] for row in cursor.fetchall()]
        if found:
            sheets = Prompt.objects.select_related("case").filter(pk__in=found).order_by("pk")
            late = [told(facts.PROMPT_LATE, each, "no") for each in sheets]
            journal.record_all(late, actor=actor)
    return len(found)
