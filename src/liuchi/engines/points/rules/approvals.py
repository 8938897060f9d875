"""What one person asks for and another decides: corrections and gifts.

Asker and decider are two people; beyond that nobody is shut out, so that an office of two
can mend what the two of them have entered and reviewed.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.points.enums import ApprovalState, ClaimState
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse

DECIDING_VERBS = ("points.claim.review", "points.gift.give")
"""Whoever holds one of these may decide what another has asked for."""


@dataclass(frozen=True, slots=True)
class Correction:
    """An award somebody wants undone, or lowered to ``right_quantity``."""

    state: ClaimState
    quantity: int
    right_quantity: int | None
    asked_already: bool
    reason: str


def may_ask_correction(correction: Correction) -> Decision:
    """Decide whether the correction may be asked for: of a posted award, once, downwards."""
    return first_refusal(
        _posted(correction.state), _lower(correction), _once(correction), _reason(correction.reason)
    )


def _posted(state: ClaimState) -> Decision:
    if state is ClaimState.POSTED:
        return ALLOWED
    if state is ClaimState.REVERSED:
        return refuse("reversed_already", "这一笔已经冲正过了。", "This was reversed already.")
    return refuse(
        "not_posted",
        "这一笔还没有记入，不用更正：待评议的可以撤回。",
        "This is not posted yet and needs no correction: withdraw it while it waits.",
    )


def _lower(correction: Correction) -> Decision:
    right = correction.right_quantity
    if right is None or 1 <= right < correction.quantity:
        return ALLOWED
    return refuse(
        "not_lower",
        "更正后的数量要小于{quantity}。少记了的，请另记一笔补上差额。",
        "The right quantity must be below {quantity}. What is missing is entered as another claim.",
        quantity=correction.quantity,
    )


def _once(correction: Correction) -> Decision:
    if not correction.asked_already:
        return ALLOWED
    return refuse(
        "asked_already",
        "这一笔已有人申请更正，等另一人核准。",
        "Somebody has asked to correct this already; it waits for a second person.",
    )


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who would decide what. Household ids are those of the present day, None if unknown."""

    state: ApprovalState
    asked_by_id: UUID
    decider_id: UUID
    decider_person_id: UUID | None
    decider_household_id: UUID | None
    person_id: UUID
    household_id: UUID | None
    approve: bool
    answer: str


def may_decide(deciding: Deciding) -> Decision:
    """Decide whether this person may answer: another than who asked, and not about oneself."""
    if deciding.decider_id == deciding.asked_by_id:
        return refuse(
            "own_request",
            "这是您提出的，要由另一人核准。",
            "You asked for this; somebody else must decide.",
        )
    same = deciding.household_id is not None and deciding.household_id == (
        deciding.decider_household_id
    )
    if same or deciding.decider_person_id == deciding.person_id:
        return refuse(
            "same_household",
            "这件事涉及您本人或您家，要由另一人核准。",
            "This is about you or your household; somebody else must decide.",
        )
    if deciding.state is not ApprovalState.ASKED:
        return decided_already()
    return ALLOWED if deciding.approve else _reason(deciding.answer)


def may_take_back_approval(state: ApprovalState, *, actor_id: UUID, asked_by_id: UUID) -> Decision:
    """Decide on taking a request back: who asked, while nobody has decided."""
    if actor_id != asked_by_id:
        return refuse(
            "not_own_request",
            "只有提出的人可以撤回。",
            "Only who asked may take it back.",
        )
    return ALLOWED if state is ApprovalState.ASKED else decided_already()


def decided_already() -> Decision:
    """Return the refusal for what somebody has decided meanwhile."""
    return refuse(
        "decided_already", "这件事已经办结。", "This has been decided or taken back already."
    )


def gift_needs_two() -> Decision:
    """Return the refusal to hand out a gift alone where the playbook wants two people."""
    return refuse(
        "gift_needs_two",
        "慰问和赠送要由另一人同意，请先提交。",
        "A gift needs the consent of a second person: ask for it first.",
    )


def _reason(reason: str) -> Decision:
    if reason.strip():
        return ALLOWED
    return refuse("reason_missing", "请写明理由。", "Give the reason.")
