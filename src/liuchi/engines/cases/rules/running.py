"""Which limit runs in which state, and what an approved change makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from liuchi.engines.cases.enums import CaseState, ChangeKind, ChangeState, ClockKind, LimitUnit
from liuchi.engines.cases.rules.now import ChangeNow, ClockNow
from liuchi.kernel.calendar import Interval, WorkCalendar
from liuchi.kernel.deadlines import Change, Deadline
from liuchi.kernel.durations import Duration

CLOCK_OF: Mapping[CaseState, ClockKind] = {
    CaseState.REPORTED: ClockKind.DISPATCH,
    CaseState.VERIFYING: ClockKind.DISPATCH,
    CaseState.FILED: ClockKind.DISPATCH,
    CaseState.DISPATCHED: ClockKind.HANDLING,
    CaseState.HANDLING: ClockKind.HANDLING,
    CaseState.FEEDBACK: ClockKind.CHECK,
    CaseState.CHECKING: ClockKind.CHECK,
}
"""The limit of each stage. ``TOTAL`` runs beside it from the report to the end."""


def deadline(
    clock: ClockNow, changes: Iterable[ChangeNow], calendar: WorkCalendar, at: datetime
) -> Deadline:
    """Return a clock's deadline with what was approved for it, as it stands at an instant.

    What was set aside and not taken up again stands still until ``at``.
    """
    approved: list[Change] = []
    for change in changes:
        if change.state is not ChangeState.APPROVED:
            continue
        if change.kind is ChangeKind.EXTENSION:
            if change.clock_id == clock.id or _during(clock, change):
                approved.append(Duration(change.amount or 0, LimitUnit(change.unit)))
        elif change.started_at is not None:
            start = max(change.started_at, clock.started_at)
            end = change.ended_at or max(at, start)
            if end > start:
                approved.append(Interval(start, end))
    limit = Duration(clock.limit_amount, clock.limit_unit)
    return Deadline(clock.started_at, limit, calendar, tuple(approved))


def _during(clock: ClockNow, change: ChangeNow) -> bool:
    """Whether a stage's extension also lengthens the whole, which ran when it was approved."""
    decided = change.decided_at
    return (
        clock.kind is ClockKind.TOTAL
        and decided is not None
        and clock.started_at <= decided
        and (clock.stopped_at is None or decided <= clock.stopped_at)
    )


def stopped(clock: ClockNow, runs: Deadline, at: datetime) -> ClockNow:
    """Return a clock stopped at an instant: what it counted, and whether that was in time."""
    return replace(
        clock,
        paused_at=None,
        stopped_at=at,
        used_seconds=int(runs.used(at).total_seconds()),
        in_time=at <= runs.due,
        due_at=runs.due,
    )
