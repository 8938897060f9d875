"""Votes about a place's rules: whether one was held as the playbook asks, and was carried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from liuchi.engines.directory.enums import VoteState
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.playbooks.votes import BODY_TITLES, Body, BodySpec, Of, VoteSpec

PEOPLE_MAX = 1_000_000
"""Most people a meeting can have; a county has fewer."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many could come, came, and voted which way. Nobody's own vote."""

    eligible: int
    present: int
    votes_for: int
    against: int
    abstained: int


@dataclass(frozen=True, slots=True)
class Voting:
    """A vote as somebody records it.

    ``version_from`` is the first day the version may hold; ``is_first``: nothing held at the
    place before, so that what was decided on paper may be entered afterwards.
    """

    body: Body
    counts: Counts
    held_on: date
    holds_from: date
    today: date
    version_from: date
    is_first: bool


def has_quorum(counts: Counts, spec: BodySpec) -> bool:
    """Whether enough of those entitled came for the meeting to decide at all."""
    return spec.quorum.reached(counts.present, counts.eligible)


def carried(counts: Counts, spec: BodySpec) -> bool:
    """Whether the meeting decided in favour: enough came, and enough of them agreed."""
    whole = counts.present if spec.majority_of is Of.PRESENT else counts.eligible
    return has_quorum(counts, spec) and spec.majority.reached(counts.votes_for, whole)


def first_day(voting: Voting, spec: VoteSpec) -> date:
    """Return the first day the rules may hold: once the result has stood on notice.

    The first rules of a place may have had their notice on paper, right after the meeting.
    """
    begins = voting.held_on if voting.is_first else voting.today
    return max(voting.version_from, begins + timedelta(days=spec.notice_days))


def may_record_vote(voting: Voting, spec: VoteSpec) -> Decision:
    """Decide whether a vote may be recorded as said, carried or not."""
    return first_refusal(_body(voting, spec), _counts(voting.counts), _days(voting, spec))


def _body(voting: Voting, spec: VoteSpec) -> Decision:
    if spec.body(voting.body) is not None:
        return ALLOWED
    named = [BODY_TITLES[each.body] for each in spec.bodies]
    return refuse(
        "body_may_not_decide",
        "这个办法要由{who}表决。",
        "These rules are to be decided by: {who_en}.",
        who="或".join(title.zh for title in named),
        who_en=", ".join(title.en for title in named),
    )


def _counts(counts: Counts) -> Decision:
    given = (counts.present, counts.votes_for, counts.against, counts.abstained)
    if min(given) < 0 or not 1 <= counts.eligible <= PEOPLE_MAX or counts.present < 1:
        return refuse("counts_unusable", "请填写实际人数。", "Enter how many people there were.")
    if counts.present > counts.eligible:
        return refuse(
            "more_present_than_eligible",
            "到会人数不能多于应到人数。",
            "No more people can be present than are entitled to come.",
        )
    if counts.votes_for + counts.against + counts.abstained != counts.present:
        return refuse(
            "counts_do_not_add_up",
            "同意、反对、弃权加起来要等于到会的{n}人。",
            "For, against and abstained must add up to the {n} present.",
            n=counts.present,
        )
    return ALLOWED


def _days(voting: Voting, spec: VoteSpec) -> Decision:
    if voting.held_on > voting.today:
        return refuse(
            "meeting_to_come", "会议日期还没有到。", "The day of the meeting is still to come."
        )
    first = first_day(voting, spec)
    if voting.holds_from < first:
        return refuse(
            "notice_too_short",
            "结果要公示{n}天，最早{day}起施行。",
            "The result stands on notice for {n} days: in force from {day} at the earliest.",
            n=spec.notice_days,
            day=first.isoformat(),
        )
    return ALLOWED


def may_confirm_vote(
    state: VoteState, *, recorded_by_id: UUID, actor_id: UUID, voting: Voting, spec: VoteSpec
) -> Decision:
    """Decide whether somebody may confirm the record of a vote."""
    return first_refusal(_open(state), _another(recorded_by_id, actor_id), _days(voting, spec))


def may_decline_vote(
    state: VoteState, *, recorded_by_id: UUID, actor_id: UUID, reason: str
) -> Decision:
    """Decide whether somebody may send a record back, and say why."""
    said = ALLOWED if reason.strip() else refuse("reason_missing", "请写明理由。", "Say why.")
    return first_refusal(_open(state), _another(recorded_by_id, actor_id), said)


def _open(state: VoteState) -> Decision:
    if state is VoteState.RECORDED:
        return ALLOWED
    return refuse("decided_already", "这份记录已经办结。", "This record was decided already.")


def _another(recorded_by_id: UUID, actor_id: UUID) -> Decision:
    if recorded_by_id != actor_id:
        return ALLOWED
    return refuse(
        "own_record", "要由登记人以外的人确认。", "Somebody other than who recorded it confirms."
    )
