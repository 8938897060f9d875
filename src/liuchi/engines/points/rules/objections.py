"""The public notice and objections: when a claim may be posted, who may answer and how.

The subject of an objection is an item on a notice, never a person. Anybody may object;
only the answer asks who gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from liuchi.engines.points.enums import (
    ClaimState,
    ClaimVerb,
    NoticeName,
    ObjectionOutcome,
    ObjectionState,
)
from liuchi.engines.points.rules.lifecycle import next_state
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.kernel.sentences import Sentence

TEXT_CHARACTERS_MIN = 4
TEXT_CHARACTERS_MAX = 400
CONTACT_CHARACTERS_MAX = 60
ANSWER_CHARACTERS_MAX = 400
LINES_MAX = 6
"""Most lines one objector writes: a correspondence of more belongs to the desk."""

SENDS_PER_HOUR_MAX = 10
ADULT_AFTER_YEARS = 18

OBJECTION_STATE_WORDS: Mapping[ObjectionState, Sentence] = {
    ObjectionState.OPEN: Sentence("待答复", "to be answered"),
    ObjectionState.ANSWERED: Sentence("已答复", "answered"),
    ObjectionState.WITHDRAWN: Sentence("已撤回", "withdrawn"),
}
OUTCOME_WORDS: Mapping[ObjectionOutcome, Sentence] = {
    ObjectionOutcome.STOPPED: Sentence("异议成立，不记入", "upheld: no points"),
    ObjectionOutcome.CORRECTED: Sentence("异议成立，更正后重新公示", "upheld: corrected"),
    ObjectionOutcome.CONTRA_ENTRY: Sentence("异议成立，应予冲正", "upheld: to be reversed"),
    ObjectionOutcome.NOT_UPHELD: Sentence("异议不成立", "not upheld"),
}
UPHELD = (ObjectionOutcome.STOPPED, ObjectionOutcome.CORRECTED, ObjectionOutcome.CONTRA_ENTRY)


def hides_name(name: NoticeName, birth_year: int | None, today: date) -> bool:
    """Whether an item appears without even a masked name.

    So it is for what the playbook marks (health, disability) and for minors; who turns
    eighteen within the year counts as a minor, as the year alone is known here.
    """
    minor = birth_year is not None and today.year - birth_year <= ADULT_AFTER_YEARS
    return name is NoticeName.ANONYMOUS or minor


def may_post(
    state: ClaimState,
    *,
    notice_ends_at: datetime | None,
    posts_not_before: datetime | None,
    objections_open: int,
    now: datetime,
) -> Decision:
    """Decide whether a claim's points may be posted at an instant."""
    move = next_state(state, ClaimVerb.POST)
    if isinstance(move, Decision):
        return move
    if objections_open:
        return refuse(
            "objection_open",
            "有异议还没有答复，答复以后才能记入。",
            "An objection is open; points are posted only after it is answered.",
        )
    if (
        notice_ends_at is None
        or now < notice_ends_at
        or (posts_not_before is not None and now < posts_not_before)
    ):
        return refuse("notice_running", "公示期还没有满。", "The public notice is not over yet.")
    return ALLOWED


def may_object(state: ClaimState) -> Decision:
    """Decide whether an item can still be objected to."""
    move = next_state(state, ClaimVerb.OBJECT)
    if isinstance(move, Decision):
        return refuse(
            "item_taken_down",
            "这一项已经撤下，没有记入积分，不用再提异议。",
            "This item was taken down and no points were posted; no objection is needed.",
        )
    return ALLOWED


def text_usable(text: str, contact: str = "") -> Decision:
    """Decide whether what somebody wrote can be taken in."""
    if len(text.strip()) < TEXT_CHARACTERS_MIN:
        return refuse(
            "text_too_short",
            "请写明哪里不对，至少{least}个字。",
            "Say what is wrong, in at least {least} characters.",
            least=TEXT_CHARACTERS_MIN,
        )
    if len(text) > TEXT_CHARACTERS_MAX or len(contact) > CONTACT_CHARACTERS_MAX:
        return refuse(
            "text_too_long",
            "说明最多{most}字，联系方式最多{contact}字。",
            "At most {most} characters of text, {contact} of contact.",
            most=TEXT_CHARACTERS_MAX,
            contact=CONTACT_CHARACTERS_MAX,
        )
    return ALLOWED


def may_send(sent_within_hour: int) -> Decision:
    """Decide whether one more may come from an address: many neighbours share one."""
    if sent_within_hour < SENDS_PER_HOUR_MAX:
        return ALLOWED
    return refuse(
        "too_many_sent",
        "这个网络一小时内提交得太多，请过一小时再提交，或到社区服务窗口提出。",
        "Too much came from this network within an hour. Try again in an hour, or at the desk.",
    )


def may_add(state: ObjectionState, lines: int) -> Decision:
    """Decide whether the objector may add a line."""
    if state is not ObjectionState.OPEN:
        return closed(state)
    if lines >= LINES_MAX:
        return refuse(
            "lines_full",
            "补充已满{most}次。请到社区服务窗口当面说明。",
            "There are {most} lines already. Please explain at the community desk.",
            most=LINES_MAX,
        )
    return ALLOWED


def closed(state: ObjectionState) -> Decision:
    """Return why an objection that is no longer open takes nothing more."""
    if state is ObjectionState.WITHDRAWN:
        return refuse("objection_withdrawn", "这件异议已经撤回。", "This objection was withdrawn.")
    return refuse("objection_answered", "这件异议已经答复。", "This objection has been answered.")


@dataclass(frozen=True, slots=True)
class Answering:
    """Who would answer. Household ids are those of the present day, None if unknown."""

    state: ObjectionState
    answerer_id: UUID
    answerer_person_id: UUID | None
    answerer_household_id: UUID | None
    proposer_id: UUID
    reviewer_id: UUID | None
    entered_by_id: UUID | None
    claimant_id: UUID
    claimant_household_id: UUID | None


def may_answer(answering: Answering) -> Decision:
    """Decide whether this person may read and answer: nobody judges the own work or home."""
    if answering.state is not ObjectionState.OPEN:
        return closed(answering.state)
    return may_read(answering)


def may_read(answering: Answering) -> Decision:
    """Decide whether this person may read what was written."""
    who = answering
    if who.answerer_id in (who.proposer_id, who.reviewer_id):
        return refuse(
            "own_work",
            "这一项由您提交或审核，要由另一位同事答复；本社区没有别人时由镇街答复。",
            "You entered or reviewed this item; a colleague must answer, else the town clerk.",
        )
    if who.answerer_id == who.entered_by_id:
        return refuse(
            "own_entry",
            "这件异议由您代为登记，要由另一位同事答复。",
            "You took this objection down for somebody; a colleague must answer it.",
        )
    at_home = who.claimant_household_id is not None and (
        who.claimant_household_id == who.answerer_household_id
    )
    if who.answerer_person_id == who.claimant_id or at_home:
        return refuse(
            "same_household",
            "这一项是您本人或同户的，要由另一位同事答复。",
            "This item is your own or of your household; a colleague must answer.",
        )
    return ALLOWED


def may_conclude(
    outcome: ObjectionOutcome,
    *,
    claim_state: ClaimState,
    quantity: int,
    corrected_quantity: int | None,
    reason: str,
) -> Decision:
    """Decide whether an answer fits the item it is about."""
    return first_refusal(
        _fits(outcome, claim_state), _quantity(outcome, quantity, corrected_quantity), _why(reason)
    )


def _fits(outcome: ObjectionOutcome, state: ClaimState) -> Decision:
    wanted = {
        ObjectionOutcome.STOPPED: (ClaimState.ON_NOTICE,),
        ObjectionOutcome.CORRECTED: (ClaimState.ON_NOTICE,),
        ObjectionOutcome.CONTRA_ENTRY: (ClaimState.POSTED,),
        ObjectionOutcome.NOT_UPHELD: tuple(ClaimState),
    }[outcome]
    if state in wanted:
        return ALLOWED
    if state is ClaimState.POSTED:
        return refuse(
            "posted_already",
            "这一项已经记入，成立的话请选「应予冲正」。",
            "These points are posted; if the objection is right, they are to be reversed.",
        )
    return refuse(
        "outcome_unfit",
        "这一项现在的状态不能这样答复，请重新打开再选。",
        "This answer does not fit the item as it stands. Open it again.",
    )


def _quantity(outcome: ObjectionOutcome, quantity: int, corrected: int | None) -> Decision:
    if outcome is not ObjectionOutcome.CORRECTED:
        return ALLOWED
    if corrected is not None and 1 <= corrected < quantity:
        return ALLOWED
    return refuse(
        "quantity_not_smaller",
        "更正后的数量应少于{now}且不少于1。",
        "The corrected quantity must be at least 1 and below {now}.",
        now=quantity,
    )


def _why(reason: str) -> Decision:
    if not reason.strip():
        return refuse(
            "reason_missing",
            "请写明理由，提出人会看到。",
            "Give the reason; whoever objected will read it.",
        )
    if len(reason) > ANSWER_CHARACTERS_MAX:
        return refuse(
            "text_too_long",
            "理由最多{most}字。",
            "The reason has at most {most} characters.",
            most=ANSWER_CHARACTERS_MAX,
        )
    return ALLOWED
