"""The life of a posting as one table: state × verb → next state, and who may do it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.disclosures.enums import PostingState, PostingVerb
from liuchi.engines.disclosures.spec import STATE_WORDS
from liuchi.kernel.decisions import ALLOWED, Decision, refuse

REASON_CHARACTERS = range(2, 201)

_S, _V = PostingState, PostingVerb


@dataclass(frozen=True, slots=True)
class Move:
    """Where a verb leads; whether a reason is asked, whether it must be another person."""

    to: PostingState
    reason: bool = False
    another: bool = False


MOVES: dict[tuple[PostingState, PostingVerb], Move] = {
    (_S.DRAFT, _V.EDIT): Move(_S.DRAFT),
    (_S.SENT_BACK, _V.EDIT): Move(_S.SENT_BACK),
    (_S.DRAFT, _V.SUBMIT): Move(_S.SUBMITTED),
    (_S.SENT_BACK, _V.SUBMIT): Move(_S.SUBMITTED),
    (_S.SUBMITTED, _V.SEND_BACK): Move(_S.SENT_BACK, reason=True),
    (_S.SUBMITTED, _V.RELEASE): Move(_S.RELEASED, another=True),
    (_S.RELEASED, _V.CORRECT): Move(_S.RELEASED, reason=True),
    (_S.RELEASED, _V.TAKE_DOWN): Move(_S.TAKEN_DOWN, reason=True),
    (_S.CORRECTED, _V.TAKE_DOWN): Move(_S.TAKEN_DOWN, reason=True),
    (_S.DRAFT, _V.DISCARD): Move(_S.DISCARDED),
    (_S.SENT_BACK, _V.DISCARD): Move(_S.DISCARDED),
}
STATE_CHANGES = frozenset(
    {(state, move.to) for (state, _), move in MOVES.items() if state is not move.to}
    # What a released correction does to the version before it.
    | {(_S.RELEASED, _S.CORRECTED)}
)


def may_move(
    state: PostingState,
    verb: PostingVerb,
    *,
    actor_id: UUID,
    preparers: Collection[UUID] = (),
    reason: str = "",
) -> Decision:
    """Decide whether a posting in a state may be dealt with so, by whom, with this reason."""
    move = MOVES.get((state, verb))
    if move is None:
        return refuse(
            "posting_state",
            "这份公示{state}，不能这样办。",
            "This posting is {now}: that can't be done now.",
            state=STATE_WORDS[state].zh,
            now=STATE_WORDS[state].en,
        )
    if move.another and actor_id in preparers:
        return refuse(
            "own_posting",
            "您参与过录入，要由别人发布。",
            "You prepared it: somebody else releases.",
        )
    return reason_given(reason) if move.reason else ALLOWED


def reason_given(reason: str) -> Decision:
    """Decide whether a reason says something, and no more than is read."""
    if len(reason.strip()) in REASON_CHARACTERS:
        return ALLOWED
    return refuse(
        "reason_missing", "请写明原因（2 至 200 字）。", "Give a reason of 2 to 200 characters."
    )


def lifecycle_markdown() -> str:
    """Return the table as kept in ``docs/reference/disclosures-lifecycle.md``."""
    lines = [
        "# The life of a posting",
        "",
        "Written from `engines/disclosures/rules/lifecycle.py`. A correction is a posting of",
        "its own; releasing it turns the version before it into `corrected`.",
        "",
        "| from | verb | to | reason | another person |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {state} | {verb} | {move.to} | {'yes' if move.reason else ''} "
        f"| {'yes' if move.another else ''} |"
        for (state, verb), move in MOVES.items()
    ]
    return "\n".join([*lines, "| released | (a correction is released) | corrected |  |  |", ""])
