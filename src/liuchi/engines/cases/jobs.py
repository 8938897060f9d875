"""Periodic work of cases."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.cases import actions
from liuchi.kernel.actors import system_actor

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
    """Say of called units whose time to report in is over that they are late; return how many."""
    actor = system_actor(CASES_ACTOR_ID, "cases.case.escalate")
    total = 0
    while done := actions.mark_late_units(actor=actor):
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
