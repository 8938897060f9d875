"""Opening balances: brought in by one person, confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.points.enums import OpeningListState
from liuchi.kernel.decisions import ALLOWED, Decision, refuse

OPENING_POINTS_MAX = 10_000
"""Most points one line may bring. A guard on slips of the pen: the example's own number."""


@dataclass(frozen=True, slots=True)
class Confirming:
    """Who would confirm a list of whom. ``concerns_own``: the decider or the household."""

    state: OpeningListState
    proposed_by_id: UUID
    decider_id: UUID
    concerns_own: bool


def may_confirm_openings(confirming: Confirming) -> Decision:
    """Decide whether this person may confirm: another than who imported, not about oneself."""
    if confirming.decider_id == confirming.proposed_by_id:
        return refuse(
            "own_request",
            "这份名单是您导入的，要由另一人确认。",
            "You imported this list; somebody else must confirm it.",
        )
    if confirming.concerns_own:
        return refuse(
            "same_household",
            "名单里有您本人或您家人，要由另一人确认。",
            "You or your household are on this list; somebody else must confirm it.",
        )
    if confirming.state is not OpeningListState.ASKED:
        return refuse(
            "decided_already",
            "这份名单已经确认或撤回。",
            "This list has been confirmed or taken back already.",
        )
    return ALLOWED


def may_decline_openings(confirming: Confirming, reason: str) -> Decision:
    """Decide whether this person may send a list back: whoever may confirm it, with a reason."""
    if not reason.strip():
        return refuse("reason_missing", "请写明理由。", "Say why.")
    return may_confirm_openings(confirming)


def may_undo_openings(decided_by_id: UUID | None, actor_id: UUID) -> Decision:
    """Decide on undoing a confirmed list: not by who confirmed it."""
    if actor_id != decided_by_id:
        return ALLOWED
    return refuse(
        "own_confirmation",
        "这份名单是您确认的，要由另一人撤销。",
        "You confirmed this list; somebody else must undo it.",
    )
