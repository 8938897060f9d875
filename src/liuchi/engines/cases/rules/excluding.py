"""Whether a case may be left out of rates: for a reason, and by two people."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.cases.enums import ExclusionState
from liuchi.engines.cases.rules.deciding import words_usable
from liuchi.kernel.decisions import ALLOWED, Decision, refuse

REASON_CHARACTERS_MAX = 300


def may_ask(reason: str, *, already: bool) -> Decision:
    """Decide whether it may be asked: with a reason, once for the same rates."""
    if not reason.strip():
        return refuse("reason_missing", "请写明剔除的理由。", "Say why it is left out.")
    if already:
        return refuse(
            "exclusion_asked", "这件已经提出过剔除。", "This was asked for or agreed to already."
        )
    return words_usable(reason, REASON_CHARACTERS_MAX)


def may_decide(state: ExclusionState, asked_by: UUID, actor_id: UUID, answer: str) -> Decision:
    """Decide whether somebody may agree or not: it waits, and another person asked."""
    if state is not ExclusionState.ASKED:
        return refuse("exclusion_decided", "这一件已经审批。", "This was decided already.")
    if asked_by == actor_id:
        return refuse(
            "asked_by_you", "自己申请的要由另一人审批。", "Somebody else must decide this."
        )
    return words_usable(answer, REASON_CHARACTERS_MAX)


def may_end(state: ExclusionState) -> Decision:
    """Decide whether a case may be counted again: only one that is left out now."""
    if state is ExclusionState.APPROVED:
        return ALLOWED
    return refuse("not_excluded", "这一件没有剔除。", "This is not left out.")
