"""Whether a link or a visit may be written, and what a norm still asks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from liuchi.engines.visits.enums import Way
from liuchi.engines.visits.spec import NormSpec
from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.kernel.periods import period

LOG_WITHIN_DAYS = 62
"""How long afterwards a visit may be written down: two months, so that a paper list can wait."""


TAKE_BACK_WITHIN = timedelta(hours=24)
"""How long whoever wrote a visit down may take it back without saying why."""
REASON_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """How a norm stands on a day. ``missing`` is said to the keeper and stops nothing."""

    first: date
    end: date
    due: int
    done: int

    @property
    def missing(self) -> int:
        """How many are still to come in this stretch; none below zero."""
        return max(0, self.due - self.done)


def standing(norm: NormSpec, done: int, on: date) -> Standing:
    """Return how a norm stands on a day; ``done`` counts the visits of that stretch."""
    first, end = period(norm.per, on)
    return Standing(first, end, norm.times, done)


def may_pair(
    *, consented: bool, keepers: int, keepers_most: int, held: int, held_most: int | None
) -> Decision:
    """Decide whether a keeper may be joined to a target.

    ``keepers``: who keeps contact with it already; ``held``: with how many the keeper does.
    """
    if not consented:
        return refuse(
            "no_consent",
            "这户还没有同意，请先征得同意。",
            "The household has not agreed yet. Ask first.",
        )
    if keepers >= keepers_most:
        return refuse(
            "linked_already", "已经有人联系，不用重复结对。", "Somebody keeps contact already."
        )
    if held_most is not None and held >= held_most:
        return refuse(
            "too_many",
            "这位已联系 {held} 个，到上限了。",
            "This keeper has {held} already, the most there may be.",
            held=held,
        )
    return ALLOWED


def may_log(
    *, on: date, today: date, begun_on: date, ended_on: date | None, way: Way, ways: Collection[Way]
) -> Decision:
    """Decide whether a visit may be written down: it has been, and not too long ago."""
    if on > today:
        return refuse("not_yet", "还没到这一天。", "That day has not come yet.")
    if on < today - timedelta(days=LOG_WITHIN_DAYS):
        return refuse(
            "too_long_ago",
            "超过 {days} 天的不再补记。",
            "Not after more than {days} days.",
            days=LOG_WITHIN_DAYS,
        )
    if on < begun_on or (ended_on is not None and on > ended_on):
        return refuse("not_linked_then", "那天不是由这位联系。", "Not linked on that day.")
    if way not in ways:
        return refuse("way_unknown", "请选择联系方式。", "Choose how you kept in touch.")
    return ALLOWED


def needs_reason(*, wrote_it: bool, recorded_at: datetime, now: datetime) -> bool:
    """Whether taking a visit back needs its reason: of whoever wrote it, after a day."""
    return not (wrote_it and now - recorded_at <= TAKE_BACK_WITHIN)


def may_take_back(
    *,
    wrote_it: bool,
    keeps_list: bool,
    recorded_at: datetime,
    now: datetime,
    taken_back: bool,
    reason: str | None = None,
) -> Decision:
    """Decide whether a visit may be taken back: within a day by its writer, else with a reason.

    ``keeps_list``: the actor keeps the list of links there. ``reason`` None asks whether it
    might be, with one.
    """
    if taken_back:
        return refuse("taken_back_already", "这条已经撤回。", "This was taken back already.")
    if not needs_reason(wrote_it=wrote_it, recorded_at=recorded_at, now=now):
        return ALLOWED
    if not keeps_list:
        return refuse(
            "too_late_to_take_back",
            "自己记的一天内可以撤回，过后请找社区书记。",
            "Your own within a day; after that ask the secretary.",
        )
    if reason is not None and not reason.strip():
        return refuse("reason_missing", "请写明为什么撤回。", "Say why it is taken back.")
    if reason is not None and len(reason) > REASON_CHARACTERS_MAX:
        return refuse(
            "reason_too_long",
            "最多{most}个字。",
            "At most {most} characters.",
            most=REASON_CHARACTERS_MAX,
        )
    return ALLOWED
