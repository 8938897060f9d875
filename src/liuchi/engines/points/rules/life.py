"""What becomes of points when somebody dies or leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.points.enums import ClosingReason, ClosingState
from liuchi.engines.points.spec.life import LifeSpec
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse


def closes_on(spec: LifeSpec, reason: ClosingReason, began_on: date, today: date) -> date:
    """Return the last day points may be redeemed or taken over; never one that is past.

    A death or a move is often noted late: the time given runs from the day it is known.
    """
    within = spec.death.within if reason is ClosingReason.DECEASED else spec.leaving.redeem_within
    return within.after(max(began_on, today))


def may_settle(ends_on: date, today: date, *, balance: int, pending: int) -> bool:
    """Whether a purse may be closed now: nothing under way, and its time over or it empty."""
    return pending == 0 and (balance == 0 or today > ends_on)


@dataclass(frozen=True, slots=True)
class Passing:
    """Whose points would go to whom. Households are those of the day of the death."""

    reason: ClosingReason
    state: ClosingState
    to_household: bool
    same_household: bool
    takes_part: bool
    points: int
    successor_id: UUID
    decider_person_id: UUID | None
    decider_is_family: bool


def may_pass_on(passing: Passing) -> Decision:
    """Decide whether a member of the household may take the points over."""
    return first_refusal(_open(passing), _household(passing), _not_oneself(passing))


def _open(passing: Passing) -> Decision:
    if passing.reason is not ClosingReason.DECEASED or not passing.to_household:
        return refuse(
            "not_passed_on",
            "按办法，这些积分不能由家人承接。",
            "By the rules these points are not passed on.",
        )
    if passing.state is not ClosingState.OPEN:
        return refuse("closed_already", "这件事已经办结。", "This has been closed already.")
    if passing.points == 0:
        return refuse("nothing_left", "没有可以承接的积分。", "There are no points to pass on.")
    return ALLOWED


def _household(passing: Passing) -> Decision:
    if not passing.same_household:
        return refuse(
            "not_family",
            "承接的人要是同一户的家人。",
            "Only somebody of the same household takes the points over.",
        )
    if not passing.takes_part:
        return refuse(
            "no_consent",
            "承接的人还没有同意参加积分，请先登记同意。",
            "Whoever takes the points over must agree to take part first.",
        )
    return ALLOWED


def _not_oneself(passing: Passing) -> Decision:
    if passing.decider_is_family or passing.decider_person_id == passing.successor_id:
        return refuse(
            "same_household",
            "这件事涉及您本人或您家，要由另一人办理。",
            "This is about you or your household; somebody else must do it.",
        )
    return ALLOWED
