"""The clocks of a case: which limit runs when, what approved changes do to it, how it stands.

Working time itself is counted in ``kernel.deadlines``. Here a clock is read as the case keeps
it: its start, its limit, and the changes another person has agreed to. A note, a photo, a
hand-over or a new priority is none of these, so nothing of the kind can move an end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from liuchi.engines.cases.enums import CaseState, ChangeKind, ClockKind
from liuchi.engines.cases.spec import CLOCK_WORDS, Limit, LimitsSpec
from liuchi.kernel.calendar import Interval, WorkCalendar
from liuchi.kernel.deadlines import Change, Deadline, explain, spell
from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.kernel.sentences import Sentence

_STAGE_CLOCKS = {
    CaseState.REPORTED: ClockKind.DISPATCH,
    CaseState.VERIFYING: ClockKind.DISPATCH,
    CaseState.FILED: ClockKind.DISPATCH,
    CaseState.DISPATCHED: ClockKind.HANDLING,
    CaseState.HANDLING: ClockKind.HANDLING,
    CaseState.FEEDBACK: ClockKind.CHECK,
    CaseState.CHECKING: ClockKind.CHECK,
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """A change somebody else has agreed to.

    A pause or suspension stands from ``started_at`` to ``ended_at``, None while it lasts; an
    extension adds ``amount`` of the limit's own unit.
    """

    kind: ChangeKind
    amount: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands at an instant: what a list, a page and a reminder show."""

    due_at: datetime
    warn_at: datetime
    used: timedelta
    left: timedelta
    late: timedelta
    is_overdue: bool
    is_paused: bool
    is_provisional: bool


def stage_clock(state: CaseState) -> ClockKind | None:
    """Return the clock of a state, beside that of the whole case; None where none runs."""
    return _STAGE_CLOCKS.get(state)


def limit_of(limits: LimitsSpec, kind: ClockKind) -> Limit | None:
    """Return the limit of a clock; None where the playbook sets none."""
    found: Limit | None = getattr(limits, kind.value)
    return found


def deadline(
    started_at: datetime,
    limit: Limit,
    calendar: WorkCalendar,
    changes: Iterable[Agreed] = (),
    *,
    now: datetime | None = None,
) -> Deadline:
    """Return a clock as a deadline. A pause that still lasts counts up to ``now``.

    So while a clock stands still its end is the one it would have if it ran on from now.
    """
    return Deadline(started_at, limit, calendar, tuple(_changes(limit, changes, now)))


def standing(ends: Deadline, changes: Iterable[Agreed], now: datetime) -> Standing:
    """Return how a clock stands now."""
    due = ends.due
    paused = any(_is_standing(change) for change in changes)
    return Standing(
        due_at=due,
        warn_at=ends.warn_at(),
        used=ends.used(now),
        left=ends.left(now),
        late=ends.late(now),
        is_overdue=now > due and not paused,
        is_paused=paused,
        is_provisional=bool(ends.warnings),
    )


def why(kind: ClockKind, ends: Deadline) -> Sentence:
    """Say why a clock ends when it does: ``处置时限 4个工作时：9月30日 16:00 起，…到期``."""
    words, named = explain(ends), CLOCK_WORDS[kind]
    return Sentence(f"{named.zh}时限 {words.zh}", f"Limit for {named.en}: {words.en}")


def how_it_stands(found: Standing, ends: Deadline) -> Sentence:
    """Say in a few words how much is left or by how much it is late."""
    unit = ends.limit.unit
    if found.is_paused:
        return Sentence("暂停计时", "paused")
    if found.is_overdue:
        late = spell(found.late, unit)
        return Sentence(f"已超时{late.zh}", f"late by {late.en}")
    left = spell(found.left, unit)
    return Sentence(f"还剩{left.zh}", f"{left.en} left")


def may_ask_time(kind: ChangeKind, ends: Deadline, now: datetime) -> Decision:
    """More time is asked for before the end. Setting aside (挂账) is not: it says why it waits."""
    if kind is ChangeKind.SUSPENSION or not ends.is_overdue(now):
        return ALLOWED
    return refuse(
        "limit_passed",
        "时限已过，不能再申请延期或暂停。",
        "The limit has passed: no more time can be asked for.",
    )


def _is_standing(change: Agreed) -> bool:
    return change.kind is not ChangeKind.EXTENSION and change.ended_at is None


def _changes(limit: Limit, changes: Iterable[Agreed], now: datetime | None) -> Iterable[Change]:
    for change in changes:
        if change.kind is ChangeKind.EXTENSION:
            yield Limit(change.amount, limit.unit)
        elif change.started_at is not None:
            end = change.ended_at or now
            if end is not None and end > change.started_at:
                yield Interval(change.started_at, end)
