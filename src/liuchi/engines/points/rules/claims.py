"""Whether a deed may be claimed, and who may review the claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from liuchi.engines.points.enums import CapPer, ClaimState, ClaimVerb
from liuchi.engines.points.rules.lifecycle import next_state
from liuchi.engines.points.spec import CAP_PER_WORDS, RuleSpec
from liuchi.kernel.calendar import WorkCalendar
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.kernel.durations import Duration, TimeUnit
from liuchi.kernel.periods import Per, period

QUANTITY_MAX = 100
"""Most units of a deed in one claim: thirty hours a month is much, a hundred a slip."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody says a resident did, and what is known when it is said.

    ``rule`` is None where no playbook in force on ``happened_on`` at the
    resident's place has it. ``used_points`` are the points of this person by this
    rule within the cap's period, of claims that hold room (``HOLDING_STATES``). From a
    paper book or a list: ``entered_from`` is the earliest day that ``enter_within`` allows.
    ``awaits_vote``: rules that have it wait for the vote of the place's meeting. ``present``:
    the resident has neither moved away nor died.
    """

    rule: RuleSpec | None
    quantity: int
    happened_on: date
    today: date
    claim_within_days: int
    consented: bool
    files: int = 0
    used_points: int = 0
    entered_from: date | None = None
    enter_within: Duration | None = None
    awaits_vote: bool = False
    present: bool = True


def award_points(rule: RuleSpec, quantity: int) -> int:
    """Return the points ``quantity`` units of a deed earn, before any cap."""
    return rule.award * quantity


def cap_period(cap_per: CapPer, happened_on: date) -> tuple[date, date]:
    """Return the days, from and up to but not including, within which a cap holds."""
    if cap_per is CapPer.ONCE:
        return date.min, date.max
    return period(Per(cap_per), happened_on)


def room_under_cap(rule: RuleSpec, used_points: int) -> int | None:
    """Return the points still to be had in the period; None where nothing caps them."""
    return None if rule.cap is None else max(0, rule.cap.points - used_points)


def may_enter_internal(*, works_with_it: bool) -> Decision:
    """Decide whether points for internal use may be entered: by the holder, or who has the work."""
    if works_with_it:
        return ALLOWED
    return refuse(
        "internal_points",
        "这是内部积分，请由党组织登记。",
        "These points are internal: the party office enters them.",
    )


def may_propose(deed: Deed) -> Decision:
    """Decide whether the deed may be claimed as said."""
    if deed.rule is None and deed.awaits_vote:
        return refuse(
            "vote_awaited",
            "这个办法还没有经会议表决施行，暂不能申报。",
            "These rules are not in force yet: a meeting has still to vote on them.",
        )
    if deed.rule is None:
        return refuse(
            "rule_not_in_force",
            "{day}当天没有这条积分规则。请从现行规则里选择。",
            "No such points rule was in force on {day}. Choose one of the rules in force.",
            day=str(deed.happened_on),
        )
    return first_refusal(
        _presence(deed),
        _consent(deed),
        _quantity(deed),
        _day(deed),
        _evidence(deed, deed.rule),
        _cap(deed, deed.rule),
    )


def _presence(deed: Deed) -> Decision:
    if deed.present:
        return ALLOWED
    return refuse(
        "not_present",
        "这位居民已经迁出或去世，不能再申报。",
        "This resident has moved away or died: nothing more can be claimed.",
    )


def _consent(deed: Deed) -> Decision:
    if deed.consented:
        return ALLOWED
    return refuse(
        "no_consent",
        "这位居民还没有同意参加积分。参加自愿，请先当面征得同意并登记。",
        "This resident has not agreed to take part. It is voluntary: ask first, and record it.",
    )


def _quantity(deed: Deed) -> Decision:
    if 1 <= deed.quantity <= QUANTITY_MAX:
        return ALLOWED
    return refuse(
        "quantity_out_of_range",
        "数量应在1到{most}之间。",
        "The quantity must lie between 1 and {most}.",
        most=QUANTITY_MAX,
    )


def _day(deed: Deed) -> Decision:
    if deed.happened_on > deed.today:
        return refuse(
            "in_the_future",
            "{day}还没有到。请在事情发生之后再申报。",
            "{day} is still to come. Claim a deed after it is done.",
            day=str(deed.happened_on),
        )
    if deed.entered_from is not None and deed.enter_within is not None:
        return _entered(deed, deed.entered_from, deed.enter_within)
    if (deed.today - deed.happened_on).days > deed.claim_within_days:
        return refuse(
            "too_long_ago",
            "{day}已超过{days}天的申报期限。",
            "{day} is more than {days} days ago, too long to be claimed.",
            day=str(deed.happened_on),
            days=deed.claim_within_days,
        )
    return ALLOWED


def _entered(deed: Deed, earliest: date, within: Duration) -> Decision:
    if deed.happened_on >= earliest:
        return ALLOWED
    return refuse(
        "too_long_ago_to_enter",
        "{day}已超过{within_zh}的补录期限，最早补录{earliest}的。",
        "{day} is past the {within_en} for entering from paper; the earliest day is {earliest}.",
        day=str(deed.happened_on),
        earliest=str(earliest),
        within_zh=within.sentence.in_language("zh"),
        within_en=within.sentence.in_language("en"),
    )


def earliest_entry(today: date, within: Duration, calendar: WorkCalendar) -> date:
    """Return the first day of those ``within`` reaches back over; today is not counted."""
    day, left = today, within.amount
    while left:
        day -= timedelta(days=1)
        left -= within.unit is TimeUnit.DAYS or calendar.is_work_day(day)
    return day


def _evidence(deed: Deed, rule: RuleSpec) -> Decision:
    if deed.files or not rule.needs_file:
        return ALLOWED
    return refuse(
        "evidence_missing",
        "「{title}」要附照片或证书。请补充后再提交。",
        "“{title}” needs a photo or certificate. Add it and send again.",
        title=rule.title,
    )


def _cap(deed: Deed, rule: RuleSpec) -> Decision:
    room, wanted = room_under_cap(rule, deed.used_points), award_points(rule, deed.quantity)
    if rule.cap is None or room is None or wanted <= room:
        return ALLOWED
    words = CAP_PER_WORDS[rule.cap.per]
    return refuse(
        "cap_reached",
        "「{title}」" + words.zh + "最多{cap}分，已有{used}分（含待评议和公示中的），"
        "还可申报{room}分，这次是{wanted}分。",
        "“{title}” earns at most {cap} points " + words.en + "; {used} are taken (claims under "
        "review and on notice included), {room} are left and this claim is for {wanted}.",
        title=rule.title,
        cap=rule.cap.points,
        used=deed.used_points,
        room=room,
        wanted=wanted,
    )


@dataclass(frozen=True, slots=True)
class Review:
    """Who would review what. Household ids are those of the present day, None if unknown.

    ``asked_by_id`` is the person who asked for another's claim. ``from_above``: the
    reviewer's post is for a town or higher; ``moved_up``: the claim has gone there.
    """

    state: ClaimState
    verb: ClaimVerb
    proposer_id: UUID
    claimant_id: UUID
    claimant_household_id: UUID | None
    reviewer_id: UUID
    reviewer_person_id: UUID | None
    reviewer_household_id: UUID | None
    reason: str = ""
    asked_by_id: UUID | None = None
    from_above: bool = False
    moved_up: bool = False


def may_review(review: Review) -> Decision:
    """Decide whether this person may give this outcome: two people, two households."""
    move = next_state(review.state, review.verb)
    return first_refusal(
        _two_people(review),
        move if isinstance(move, Decision) else ALLOWED,
        _whose_turn(review),
        _said_why(review),
    )


def _two_people(review: Review) -> Decision:
    if review.reviewer_id == review.proposer_id:
        return refuse(
            "own_proposal",
            "这笔是您提交的，要由另一位评议员评议。",
            "You entered this claim; another reviewer must look at it.",
        )
    if review.reviewer_person_id == review.claimant_id:
        return refuse(
            "own_claim",
            "不能评议自己的积分，要由另一位评议员评议。",
            "Nobody reviews points of their own; another reviewer must look at it.",
        )
    if (
        review.claimant_household_id is not None
        and review.claimant_household_id == review.reviewer_household_id
    ):
        return refuse(
            "same_household",
            "申报人和您是同一户，要由另一位评议员评议。",
            "The claimant is of your household; another reviewer must look at it.",
        )
    if review.asked_by_id is not None and review.asked_by_id == review.reviewer_person_id:
        return refuse(
            "own_request",
            "这笔是您代为申报的，要由另一位评议员评议。",
            "You asked for this claim on somebody's behalf; another reviewer must look at it.",
        )
    return ALLOWED


def _whose_turn(review: Review) -> Decision:
    if review.from_above and not review.moved_up:
        return refuse(
            "village_reviews_first",
            "这笔先由社区评议，到期没有人评议会转到这里。",
            "The village reviews this first; it comes here if nobody does so in time.",
        )
    return ALLOWED


def _said_why(review: Review) -> Decision:
    if review.verb is not ClaimVerb.APPROVE and not review.reason.strip():
        return refuse(
            "reason_missing",
            "请写明理由，申报人会看到。",
            "Give the reason; the claimant will read it.",
        )
    return ALLOWED


def may_take_back(
    state: ClaimState,
    verb: ClaimVerb,
    *,
    actor_id: UUID,
    actor_person_id: UUID | None,
    proposer_id: UUID,
    claimant_id: UUID,
    asked_by_id: UUID | None = None,
) -> Decision:
    """Decide on withdrawing or resubmitting: who entered it, asked for it, or whose it is."""
    if actor_id != proposer_id and (
        actor_person_id is None or actor_person_id not in (claimant_id, asked_by_id)
    ):
        return refuse(
            "not_own_claim",
            "只有申报人或提交人可以撤回或重新提交。",
            "Only the claimant or whoever entered the claim may withdraw or resend it.",
        )
    move = next_state(state, verb)
    return move if isinstance(move, Decision) else ALLOWED


def may_refer(state: ClaimState, *, is_raised: bool, somebody_may: bool) -> Decision:
    """Decide whether a claim may be sent to the town office by hand."""
    if state is not ClaimState.PROPOSED or is_raised:
        return refuse(
            "not_waiting_here",
            "这笔申报不在社区等审核。",
            "This claim does not wait for review in the community.",
        )
    if somebody_may:
        return refuse(
            "somebody_may_review",
            "社区里还有人能审核这笔申报。",
            "Somebody of the community may still review this claim.",
        )
    return ALLOWED


@dataclass(frozen=True, slots=True)
class Second:
    """Somebody of the village who reviews, with the household where it is known."""

    user_id: UUID
    person_id: UUID | None
    household_id: UUID | None


def has_second_person(
    seconds: Iterable[Second],
    *,
    proposer_id: UUID,
    claimant_id: UUID,
    household_id: UUID | None,
    asked_by_id: UUID | None,
) -> bool:
    """Whether anybody of the village could review a claim of this kind."""
    return any(
        each.user_id != proposer_id
        and (each.person_id is None or each.person_id not in (claimant_id, asked_by_id))
        and (household_id is None or each.household_id != household_id)
        for each in seconds
    )
