"""Campaigns: one item to many people. Each person's award has a fact of its own besides."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.points.facts.shape import PERSON, POINTS, Data
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class CampaignData(Data):
    """What a campaign comes to: how many ``people``, by which rule. The amount is in all."""

    home_area: UUID
    rule: str
    rule_class: str
    people: int
    currency: str


class CampaignDecidedData(CampaignData):
    """What somebody decided about a campaign: a verb, or ``ask_undo``."""

    outcome: str


class CampaignPersonData(Data):
    """Somebody who was taken out of a campaign before it was posted, and why."""

    person: UUID
    household: UUID | None
    home_area: UUID
    rule: str
    reason: str


_CAMPAIGN = {
    "home_area": DimensionType.AREA,
    "rule": DimensionType.TEXT,
    "rule_class": DimensionType.TEXT,
    "people": DimensionType.INTEGER,
    "currency": DimensionType.TEXT,
}
CAMPAIGN_PROPOSED = "points.campaign_proposed"
CAMPAIGN_DECIDED = "points.campaign_decided"
CAMPAIGN_POSTED = "points.campaign_posted"
CAMPAIGN_UNDONE = "points.campaign_undone"
CAMPAIGN_LEFT = "points.campaign_left"

KINDS = (
    *(
        FactKind(kind, title, CampaignData, _CAMPAIGN, POINTS)
        for kind, title in (
            (CAMPAIGN_PROPOSED, Sentence("提出批量记分", "campaign proposed")),
            (CAMPAIGN_POSTED, Sentence("批量记分记入", "campaign posted")),
            (CAMPAIGN_UNDONE, Sentence("批量记分冲正", "campaign undone")),
        )
    ),
    FactKind(
        CAMPAIGN_DECIDED,
        Sentence("批量记分决定", "campaign decided"),
        CampaignDecidedData,
        {**_CAMPAIGN, "outcome": DimensionType.TEXT},
        POINTS,
    ),
    FactKind(
        CAMPAIGN_LEFT,
        Sentence("移出批量记分", "taken out of a campaign"),
        CampaignPersonData,
        {**PERSON, "rule": DimensionType.TEXT, "reason": DimensionType.TEXT},
    ),
)
