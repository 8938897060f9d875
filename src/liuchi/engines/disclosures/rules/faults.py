"""A fault that a spot check found: put right by the village, struck off by another person."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from liuchi.kernel.decisions import ALLOWED, Decision, refuse


@dataclass(frozen=True, slots=True)
class FaultNow:
    """Where a fault stands: what was found, who put it right, whether it was struck off."""

    fault: str
    mended_by_id: UUID | None = None
    is_mended: bool = False
    is_struck_off: bool = False


def may_mend(now: FaultNow) -> Decision:
    """Decide whether the village may say how a fault was put right."""
    if not now.fault or now.is_struck_off:
        return refuse("no_open_fault", "没有待整改的问题。", "No fault is open.")
    if now.is_mended:
        return refuse("mended", "已经报过整改，等核查。", "It was put right and waits for a check.")
    return ALLOWED


def may_answer_mending(now: FaultNow, actor_id: UUID) -> Decision:
    """Decide whether somebody may strike a fault off, or give it back to be mended again.

    Not whoever put it right: nobody checks their own work.
    """
    if not now.fault or now.is_struck_off:
        return refuse("no_open_fault", "没有待销号的问题。", "No fault is open.")
    if not now.is_mended:
        return refuse(
            "not_mended", "村（社区）还没有报整改。", "The village has not put it right yet."
        )
    if now.mended_by_id == actor_id:
        return refuse(
            "own_mending",
            "整改是您报的，请另一位核查销号。",
            "You put it right; another person strikes it off.",
        )
    return ALLOWED
