"""Review in steps and the appeal: whose turn it is, and that nobody decides twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liuchi.engines.points.enums import ClaimAppealOutcome, ClaimAppealState, ClaimState, ClaimVerb
from liuchi.engines.points.rules.lifecycle import next_state
from liuchi.engines.points.spec import ReviewSpec
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.kernel.sentences import Sentence

APPEAL_CHARACTERS_MIN = 4
APPEAL_CHARACTERS_MAX = 400

APPEAL_STATE_WORDS: Mapping[ClaimAppealState, Sentence] = {
    ClaimAppealState.OPEN: Sentence("待复议", "to be decided"),
    ClaimAppealState.DECIDED: Sentence("已复议", "decided"),
    ClaimAppealState.WITHDRAWN: Sentence("已撤回", "withdrawn"),
}
APPEAL_OUTCOME_WORDS: Mapping[ClaimAppealOutcome, Sentence] = {
    ClaimAppealOutcome.UPHELD: Sentence("改为通过，进入公示", "upheld: it goes on notice"),
    ClaimAppealOutcome.DISMISSED: Sentence("维持原来的结果", "dismissed: it stays as it was"),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """A reviewer at a step. ``groups`` are those the reviewer has a post in, for this place.

    ``passed_by`` are who has passed it in an earlier step of this round.
    """

    review: ReviewSpec
    step: int
    reviewer_id: UUID
    roles: Collection[str] = ()
    groups: Collection[str] = ()
    passed_by: Collection[UUID] = ()
    from_above: bool = False


def may_take_step(turn: Turn) -> Decision:
    """Decide whether it is this reviewer's step: of the group, and in one step only.

    What has come up to the town office for want of a reviewer, the town office may take.
    """
    if turn.reviewer_id in turn.passed_by:
        return refuse(
            "reviewed_before",
            "前一步是您评议的，这一步要由另一人评议。",
            "You reviewed the step before; this step takes somebody else.",
        )
    step = turn.review.step(turn.step)
    if step is None or turn.from_above or step.by in turn.groups or step.led_by in turn.roles:
        return ALLOWED
    return refuse(
        "other_group",
        "这一步由{group}评议。",
        "This step is for the group {group}.",
        group=step.by,
    )


def verb_at(review: ReviewSpec, step: int, verb: ClaimVerb) -> ClaimVerb:
    """Return what approving means in a step: before the last one it only passes on."""
    if verb is ClaimVerb.APPROVE and not review.is_last(step):
        return ClaimVerb.FORWARD
    return verb


def may_appeal(
    state: ClaimState,
    *,
    claimant_id: UUID,
    person_id: UUID | None,
    on_behalf: bool,
    ends_at: datetime,
    now: datetime,
    appealed_already: bool,
    reason: str,
) -> Decision:
    """Decide whether a rejected claim may be appealed: by the claimant, once, in time.

    ``on_behalf``: staff take it down for the claimant.
    """
    if person_id != claimant_id and not on_behalf:
        return refuse("not_own_claim", "只有本人可以申请复议。", "Only the claimant may appeal.")
    move = next_state(state, ClaimVerb.REINSTATE)
    if isinstance(move, Decision):
        return refuse(
            "not_rejected",
            "没有通过的申报才能申请复议。",
            "Only what was rejected may be appealed.",
        )
    if appealed_already:
        return refuse(
            "appealed_already", "这一笔已经申请过复议。", "This has been appealed already."
        )
    if now >= ends_at:
        return refuse("appeal_too_late", "复议期限已过。", "The time for an appeal is over.")
    return _words(reason)


def _words(text: str) -> Decision:
    if len(text.strip()) >= APPEAL_CHARACTERS_MIN and len(text) <= APPEAL_CHARACTERS_MAX:
        return ALLOWED
    return refuse(
        "text_unusable",
        "请写明理由，{least}到{most}个字。",
        "Give the reason in {least} to {most} characters.",
        least=APPEAL_CHARACTERS_MIN,
        most=APPEAL_CHARACTERS_MAX,
    )


@dataclass(frozen=True, slots=True)
class Appealed:
    """Who would decide an appeal. ``involved`` entered, reviewed or answered before.

    ``room``: points left under the rule's cap, None where none holds. Household ids are of
    the present day, None if unknown.
    """

    state: ClaimAppealState
    outcome: ClaimAppealOutcome
    answer: str
    decider_id: UUID
    decider_person_id: UUID | None
    decider_household_id: UUID | None
    claimant_id: UUID
    claimant_household_id: UUID | None
    involved: Collection[UUID]
    to_group: str | None
    groups: Collection[str]
    from_above: bool
    points: int
    room: int | None = None


def may_decide_appeal(asked: Appealed) -> Decision:
    """Decide whether this person may give this outcome: of the next tier, with no part in it."""
    return first_refusal(
        may_close_appeal(asked.state),
        _no_part(asked),
        _tier(asked),
        _words(asked.answer),
        _room(asked),
    )


def may_close_appeal(state: ClaimAppealState) -> Decision:
    """Decide whether an appeal is still open."""
    if state is ClaimAppealState.OPEN:
        return ALLOWED
    return refuse("appeal_closed", "这件复议已经办结。", "This appeal is closed.")


def _no_part(asked: Appealed) -> Decision:
    if asked.decider_id in asked.involved:
        return refuse(
            "decided_before",
            "这一笔您提交或评议过，要由别人复议。",
            "You entered or reviewed this; somebody else must decide the appeal.",
        )
    at_home = asked.claimant_household_id is not None and (
        asked.claimant_household_id == asked.decider_household_id
    )
    if asked.decider_person_id == asked.claimant_id or at_home:
        return refuse(
            "same_household",
            "这一笔是您本人或同户的，要由别人复议。",
            "This is your own or your household's; somebody else must decide.",
        )
    return ALLOWED


def _tier(asked: Appealed) -> Decision:
    if asked.from_above or (asked.to_group is not None and asked.to_group in asked.groups):
        return ALLOWED
    if asked.to_group is None:
        return refuse("town_decides", "复议由镇街办理。", "Appeals are decided by the town office.")
    return refuse(
        "other_group",
        "复议由{group}办理。",
        "Appeals are decided by the group {group}.",
        group=asked.to_group,
    )


def _room(asked: Appealed) -> Decision:
    if asked.outcome is ClaimAppealOutcome.DISMISSED or asked.room is None:
        return ALLOWED
    if asked.points <= asked.room:
        return ALLOWED
    return refuse(
        "cap_reached",
        "上限只剩{room}分，这一笔是{points}分。",
        "The cap has {room} points left; this is for {points}.",
        room=asked.room,
        points=asked.points,
    )
