"""How a clock of a case stands, and why it ends when it does: what lists, pages and reminders say.

Which limit runs when, and what was approved for it, is told by ``rules.running``; working time
itself is counted in ``kernel.deadlines``. A note, a photo, a hand-over or a new priority
is no approved change, so nothing of the kind can move an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from liuchi.engines.cases.enums import ChangeKind, ClockKind
from liuchi.engines.cases.spec import CLOCK_WORDS
from liuchi.kernel.deadlines import Deadline, explain, spell
from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands at an instant, in its own counted time."""

    due_at: datetime
    used: timedelta
    left: timedelta
    late: timedelta
    is_overdue: bool
    is_paused: bool
    is_provisional: bool


def standing(ends: Deadline, now: datetime, *, is_paused: bool = False) -> Standing:
    """Return how a clock stands. ``is_paused``: it stands still now, and is not late meanwhile."""
    due = ends.due
    return Standing(
        due_at=due,
        used=ends.used(now),
        left=ends.left(now),
        late=ends.late(now),
        is_overdue=now > due and not is_paused,
        is_paused=is_paused,
        is_provisional=bool(ends.warnings),
    )


def why(kind: ClockKind, ends: Deadline) -> Sentence:
    """Say why a clock ends when it does: ``处置时限 4个工作时：9月30日 16:00 起，…到期``."""
    words, named = explain(ends), CLOCK_WORDS[kind]
    return Sentence(f"{named.zh}时限 {words.zh}", f"Limit for {named.en}: {words.en}")


def how_it_stands(found: Standing, ends: Deadline) -> Sentence:
    """Say in a few words how much is left or by how much it is late."""
    if found.is_paused:
        return Sentence("暂停计时", "paused")
    unit = (ends.limit, *ends.extensions)[-1].unit
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
