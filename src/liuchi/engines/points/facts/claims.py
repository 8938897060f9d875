"""Claims, from the deed to the review; what one person asks and another decides."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from liuchi.engines.points.facts.shape import CLAIM, POINTS, Data
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class ClaimData(Data):
    """A deed of a resident under a rule."""

    person: UUID
    household: UUID | None
    home_area: UUID
    rule: str
    rule_class: str
    happened_on: date
    quantity: int
    currency: str = ""


class ProposedData(ClaimData):
    """A deed that was claimed: in which capacity, on whose asking, from which book or list."""

    capacity: str = "recorder"
    asked_by: UUID | None = None
    batch: UUID | None = None


class RaisedData(ClaimData):
    """A deed that goes to the town office: ``no_second_person`` or ``overdue``."""

    reason: str


class ApprovalData(Data):
    """What somebody asked a second person for: ``correction`` or ``gift``."""

    person: UUID
    home_area: UUID
    matter: str
    claim: UUID | None


class ReviewData(ClaimData):
    """A deed and what its review came to: ``approve``, ``forward``, ``reject`` or ``return``."""

    outcome: str
    step: int = 1


class ClaimAppealData(ClaimData):
    """A rejected claim whose claimant has appealed; ``outcome`` is "" until it is decided."""

    appeal: UUID
    via: str
    outcome: str = ""


_APPROVAL = {
    "person": DimensionType.PERSON,
    "home_area": DimensionType.AREA,
    "matter": DimensionType.TEXT,
}
CLAIM_PROPOSED = "points.claim_proposed"
CLAIM_REVIEWED = "points.claim_reviewed"
APPEAL_ASKED = "points.appeal_asked"
APPEAL_WITHDRAWN = "points.appeal_withdrawn"
APPEAL_DECIDED = "points.appeal_decided"
CLAIM_RAISED = "points.claim_raised"
APPROVAL_ASKED = "points.approval_asked"
APPROVAL_GIVEN = "points.approval_given"
APPROVAL_DECLINED = "points.approval_declined"
APPROVAL_TAKEN_BACK = "points.approval_taken_back"
CLAIM_WITHDRAWN = "points.claim_withdrawn"
CLAIM_STOPPED = "points.claim_stopped"
CLAIM_CORRECTED = "points.claim_corrected"

KINDS = (
    FactKind(
        CLAIM_PROPOSED,
        Sentence("积分申报", "claim made"),
        ProposedData,
        {**CLAIM, "capacity": DimensionType.TEXT},
        POINTS,
    ),
    FactKind(
        CLAIM_RAISED,
        Sentence("转镇街评议", "claim gone to the town office"),
        RaisedData,
        {**CLAIM, "reason": DimensionType.TEXT},
        POINTS,
    ),
    *(
        FactKind(
            kind,
            title,
            ClaimAppealData,
            {**CLAIM, "via": DimensionType.TEXT, "outcome": DimensionType.TEXT},
            POINTS,
        )
        for kind, title in (
            (APPEAL_ASKED, Sentence("申请复议", "appeal made")),
            (APPEAL_WITHDRAWN, Sentence("撤回复议", "appeal withdrawn")),
            (APPEAL_DECIDED, Sentence("复议决定", "appeal decided")),
        )
    ),
    FactKind(
        CLAIM_REVIEWED,
        Sentence("积分评议", "claim reviewed"),
        ReviewData,
        {**CLAIM, "outcome": DimensionType.TEXT},
        POINTS,
    ),
    FactKind(APPROVAL_ASKED, Sentence("提请核准", "second person asked"), ApprovalData, _APPROVAL),
    FactKind(APPROVAL_GIVEN, Sentence("核准同意", "second person agreed"), ApprovalData, _APPROVAL),
    FactKind(
        APPROVAL_DECLINED,
        Sentence("核准未同意", "second person declined"),
        ApprovalData,
        _APPROVAL,
    ),
    FactKind(
        APPROVAL_TAKEN_BACK, Sentence("撤回提请", "request taken back"), ApprovalData, _APPROVAL
    ),
    FactKind(CLAIM_WITHDRAWN, Sentence("申报撤回", "claim withdrawn"), ClaimData, CLAIM, POINTS),
    FactKind(
        CLAIM_STOPPED, Sentence("公示后不记入", "stopped on objection"), ClaimData, CLAIM, POINTS
    ),
    FactKind(
        CLAIM_CORRECTED,
        Sentence("公示后更正", "corrected on objection"),
        ClaimData,
        CLAIM,
        POINTS,
    ),
)
