"""One item to many people: which may be awarded so, who decides, and the life of a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.points.enums import CampaignLineState, CampaignState, CampaignVerb
from liuchi.engines.points.spec import PointsSpec
from liuchi.engines.points.spec.currency import OPEN
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse

CAMPAIGN_PEOPLE_MAX = 200_000
"""Most people of one campaign: a large town. More would be another decision by then."""

_MOVES: Mapping[tuple[CampaignState, CampaignVerb], CampaignState] = {
    (CampaignState.PROPOSED, CampaignVerb.APPROVE): CampaignState.ON_NOTICE,
    (CampaignState.PROPOSED, CampaignVerb.REJECT): CampaignState.REJECTED,
    (CampaignState.PROPOSED, CampaignVerb.WITHDRAW): CampaignState.WITHDRAWN,
    (CampaignState.ON_NOTICE, CampaignVerb.STOP): CampaignState.STOPPED,
    (CampaignState.ON_NOTICE, CampaignVerb.POST): CampaignState.POSTED,
    (CampaignState.POSTED, CampaignVerb.UNDO): CampaignState.UNDONE,
}


def moved_campaign(state: CampaignState, verb: CampaignVerb) -> CampaignState | Decision:
    """Return the state a verb leads to, or why it leads nowhere."""
    found = _MOVES.get((state, verb))
    if found is not None:
        return found
    return refuse(
        "campaign_moved_on",
        "这次批量记分已经办过这一步，请刷新页面。",
        "This campaign has moved on. Load the page again.",
    )


def campaign_lifecycle_markdown() -> str:
    """Return the table of moves for the reference."""
    rows = [f"| {state} | {verb} | {after} |" for (state, verb), after in _MOVES.items()]
    return "\n".join(("| from | verb | to |", "|---|---|---|", *rows))


def may_award_many(spec: PointsSpec) -> Decision:
    """Decide whether a playbook's points may be given so: in the open, by one reviewer.

    Where review takes groups in steps, each deed is theirs to look at; a list does for that.
    """
    if not spec.currency.unit.startswith(OPEN):
        return refuse(
            "internal_points",
            "内部量化积分不公示，不能批量记分。",
            "Internal points stand on no public notice and are not given so.",
        )
    if spec.review.steps:
        return refuse(
            "reviewed_in_steps",
            "这项办法要分步评议，请用「一次记多人」。",
            "This playbook reviews in steps. Enter a list instead.",
        )
    return ALLOWED


@dataclass(frozen=True, slots=True)
class CampaignDecision:
    """Who would do what with a campaign. ``first_id`` is whoever proposed it, or asked to undo."""

    state: CampaignState
    verb: CampaignVerb
    first_id: UUID
    actor_id: UUID
    reason: str = ""
    posted: int = 0


_BY_ANOTHER = (CampaignVerb.APPROVE, CampaignVerb.REJECT, CampaignVerb.UNDO)
_WITH_REASON = (CampaignVerb.REJECT, CampaignVerb.STOP)


def may_decide_campaign(asked: CampaignDecision) -> Decision:
    """Decide: two people, in order, with a reason where people lose what they were told of."""
    move = moved_campaign(asked.state, asked.verb)
    return first_refusal(
        _by_another(asked),
        move if isinstance(move, Decision) else ALLOWED,
        _not_begun(asked),
        _said_why(asked),
    )


def _by_another(asked: CampaignDecision) -> Decision:
    same = asked.actor_id == asked.first_id
    if asked.verb in _BY_ANOTHER and same:
        return refuse(
            "own_proposal",
            "这是您提出的，要由另一位同事决定。",
            "You asked for this; somebody else must decide it.",
        )
    if asked.verb is CampaignVerb.WITHDRAW and not same:
        return refuse(
            "not_own_proposal",
            "只有提出的人可以撤回。",
            "Only who proposed it may take it back.",
        )
    return ALLOWED


def _not_begun(asked: CampaignDecision) -> Decision:
    if asked.verb is not CampaignVerb.STOP or not asked.posted:
        return ALLOWED
    return refuse(
        "posting_begun",
        "已经开始记入，不能停止；可以在记完后撤销。",
        "Posting has begun. It can be undone when all of it is done.",
    )


def _said_why(asked: CampaignDecision) -> Decision:
    if asked.verb not in _WITH_REASON or asked.reason.strip():
        return ALLOWED
    return refuse("reason_missing", "请写明理由。", "Give the reason.")


def may_take_out(state: CampaignState, line: CampaignLineState, reason: str) -> Decision:
    """Decide on leaving one person out by hand: before the points are posted, with a reason."""
    if state not in (CampaignState.PROPOSED, CampaignState.ON_NOTICE) or (
        line is not CampaignLineState.LISTED
    ):
        return refuse(
            "line_moved_on",
            "这个人已经不在名单里，或者已经记入。",
            "This person is not on the list any more, or is posted already.",
        )
    if not reason.strip():
        return refuse("reason_missing", "请写明理由。", "Give the reason.")
    return ALLOWED


def may_ask_undo(state: CampaignState, reason: str) -> Decision:
    """Decide on asking for the contra-entries of a campaign: all posted, and with a reason."""
    move = moved_campaign(state, CampaignVerb.UNDO)
    if isinstance(move, Decision):
        return move
    if not reason.strip():
        return refuse("reason_missing", "请写明理由。", "Give the reason.")
    return ALLOWED
