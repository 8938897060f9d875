"""Periodic work of cases."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from liuchi.engines.cases import actions
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor

DRAWN_DAYS_BACK = 7
# Who escalates what nobody escalates by hand; the same in every installation.
CASES_ACTOR_ID = UUID("0196b2c0-0000-7000-8000-636173657373")


def escalate_overdue() -> int:
    """Escalate every limit that has passed; return how many cases it was.

    Most looks find nothing: one indexed query.
    """
    actor = system_actor(CASES_ACTOR_ID, "cases.case.escalate")
    total = 0
    while done := actions.escalate_overdue(actor=actor):
        total += done
    return total


def mark_late_units() -> int:
    """Say who is late in reporting in or in answering a prompt sheet; return how many."""
    actor = system_actor(CASES_ACTOR_ID, "cases.case.escalate")
    total = 0
    for mark in (actions.mark_late_units, actions.mark_late_prompts):
        while done := mark(actor=actor):
            total += done
    return total


def forget_reports() -> int:
    """Erase what was written in reports long after they ended; return how many."""
    total, actor = 0, system_actor(CASES_ACTOR_ID, "cases.report.erase")
    while done := actions.forget_reports(actor=actor):
        total += done
    return total


def rotate_keys() -> int:
    """Wrap the keys of contacts under the ring's current key."""
    total, actor = 0, system_actor(CASES_ACTOR_ID)
    while done := actions.rewrap_contacts(actor=actor):
        total += done
    return total


def recount_limits() -> int:
    """Count anew every limit that runs by the calendar; return how many cases had one move.

    A day off entered meanwhile is what moves one. Reads the running cases once, in batches.
    """
    actor = system_actor(CASES_ACTOR_ID, "cases.case.escalate")
    last: UUID | None = UUID(int=0)
    total = 0
    while last is not None:
        last, moved = actions.recount_limits(actor=actor, after=last)
        total += moved
    return total


def draw_samples() -> int:
    """Draw what is checked and called back of the last week's closed cases; return how many.

    A night without power loses no draw: each day is drawn once, by the first seal after it.
    """
    actor = system_actor(CASES_ACTOR_ID, "cases.case.draw")
    today = clock.today()
    return sum(
        actions.draw_samples(day=today - timedelta(days=ago), actor=actor)
        for ago in range(DRAWN_DAYS_BACK, 0, -1)
    )
