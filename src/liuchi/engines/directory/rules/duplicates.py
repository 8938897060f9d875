"""Two records that may be one human being: who decides, and until when it can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.directory.enums import MergeState
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who would decide about which two records. ``homes`` are their households today."""

    state: MergeState
    asked_by_id: UUID
    decider_id: UUID
    decider_person_id: UUID | None
    decider_home: UUID | None
    people: frozenset[UUID]
    homes: frozenset[UUID]


def may_decide_merge(deciding: Deciding) -> Decision:
    """Decide whether this person may: another than who asked, and not about the own home."""
    return first_refusal(_another(deciding), _not_own(deciding), _asked(deciding.state))


def _another(deciding: Deciding) -> Decision:
    if deciding.decider_id != deciding.asked_by_id:
        return ALLOWED
    return refuse(
        "own_request",
        "这是您提出的，要由另一人核准。",
        "You asked for this; somebody else must decide.",
    )


def _not_own(deciding: Deciding) -> Decision:
    if (
        deciding.decider_person_id not in deciding.people
        and deciding.decider_home not in deciding.homes
    ):
        return ALLOWED
    return refuse(
        "same_household",
        "这件事涉及您本人或您家，要由另一人核准。",
        "This is about you or your household; somebody else must decide.",
    )


def _asked(state: MergeState) -> Decision:
    if state is MergeState.ASKED:
        return ALLOWED
    return refuse("decided_already", "这件事已经办结。", "This has been decided already.")


def may_part(state: MergeState, *, until: date, today: date) -> Decision:
    """Decide whether a merge may be undone."""
    if state is not MergeState.MERGED:
        return refuse("not_merged", "这两条记录没有合并。", "These records are not merged.")
    if today > until:
        return refuse(
            "parting_too_late",
            "合并已过撤销期限（{until}）。",
            "The time to undo the merge ended on {until}.",
            until=str(until),
        )
    return ALLOWED
