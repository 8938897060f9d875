"""A lost phone: who may take somebody's access back."""

from __future__ import annotations

from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse

REASON_CHARACTERS_MIN = 2
REASON_CHARACTERS_MAX = 200


def may_reset_access(actor: Actor, *, user_is_self: bool, reaches: bool) -> Decision:
    """Decide about taking back devices, sessions, second factor and slips.

    ``reaches`` says whether all the user's posts lie below the actor's. Nobody resets
    oneself: with a stolen session that would be a way round the second factor.
    """
    own = (
        refuse(
            "own_reset",
            "不能重置自己，请找上一级。",
            "Nobody resets oneself. Ask the level above.",
        )
        if user_is_self
        else ALLOWED
    )
    far = (
        ALLOWED
        if reaches
        else refuse(
            "reset_out_of_reach",
            "他的岗位不归您管，请找上一级。",
            "This person's post is not below yours. Ask the level above.",
        )
    )
    return first_refusal(actor.may("accounts.access.reset"), own, far)


def reason_usable(reason: str) -> Decision:
    """Decide whether a reason may stand in the record."""
    if REASON_CHARACTERS_MIN <= len(reason.strip()) <= REASON_CHARACTERS_MAX:
        return ALLOWED
    return refuse(
        "reason_missing",
        "请写明原因，最多 {most} 个字。",
        "Give a reason of at most {most} characters.",
        most=REASON_CHARACTERS_MAX,
    )
