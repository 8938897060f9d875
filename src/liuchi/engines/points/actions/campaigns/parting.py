"""Whoever is objected to leaves the campaign and is a claim of its own from then on.

So everything holds that holds for a claim: the points wait for the answer and some days
more, an objection upheld ends it, a smaller quantity goes on a new notice. The others of the
campaign are posted on their day.
"""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.points.actions.campaigns.deciding import locked, without
from liuchi.engines.points.actions.claim_writing import insert_granted
from liuchi.engines.points.enums import (
    CampaignLineState,
    CampaignState,
    Capacity,
    ClaimState,
    LeftOutReason,
)
from liuchi.engines.points.models import Campaign, CampaignLine, CampaignPart, Claim
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


def part_from_campaign(actor: Actor, sheet_id: UUID, place: int) -> bool:
    """Make a claim on notice of whoever a campaign has at a place; False where it has nobody.

    Inside ``acting_as(actor)``. Refused once the points are posted: then it is the whole
    campaign that can be undone.
    """
    part = (
        CampaignPart.objects.select_related("sheet")
        .filter(sheet_id=sheet_id, first_place__lte=place)
        .order_by("-first_place")
        .first()
    )
    if part is None or part.first_place is None:
        return False
    campaign = locked(actor, part.campaign_id)
    line = CampaignLine.objects.filter(part=part, place=place - part.first_place + 1).first()
    if line is None:
        return False
    if line.state == CampaignLineState.POSTED:
        raise Refused(
            "campaign_posted",
            Sentence(
                "这一批已经记入，请到社区服务窗口提出。",
                "This list is posted already. Please tell the community's office.",
            ),
        )
    if line.state != CampaignLineState.LISTED or campaign.state != CampaignState.ON_NOTICE:
        return False
    claim = _claim(campaign, part, line)
    insert_granted([claim])
    without(actor, campaign, line, LeftOutReason.OBJECTION, claim_id=claim.id)
    approved = Claim.objects.filter(pk=claim.id)
    # First its budget, then the state: what joins the notice is committed under it.
    approved.update(budget_id=part.budget_id)
    approved.update(
        state=ClaimState.ON_NOTICE,
        version=2,
        reviewed_by_id=campaign.decided_by_id,
        reviewed_at=campaign.decided_at,
        reviewed_fact_id=campaign.decided_fact_id,
        notice_ends_at=None if part.sheet is None else part.sheet.ends_at,
        sheet_id=sheet_id,
        sheet_place=place,
        name_hidden=line.name_hidden,
    )
    return True


def _claim(campaign: Campaign, part: CampaignPart, line: CampaignLine) -> Claim:
    return Claim(
        id=new_id(),
        person_id=line.person_id,
        masked_name=line.masked_name,
        household_id=line.household_id,
        village_id=part.village_id,
        scope_code=line.scope_code,
        playbook_version=campaign.playbook_version,
        unit=campaign.unit,
        rule_code=campaign.rule_code,
        rule_title=campaign.rule_title,
        rule_class=campaign.rule_class,
        award=campaign.award,
        per=campaign.per,
        quantity=campaign.quantity,
        points=campaign.points,
        publicity_work_days=campaign.publicity_work_days,
        happened_on=campaign.happened_on,
        note=campaign.note,
        evidence=list(campaign.evidence),
        proposed_by_id=campaign.proposed_by_id,
        proposed_at=campaign.proposed_at,
        proposed_fact_id=campaign.proposed_fact_id,
        waiting_since=campaign.proposed_at,
        state=ClaimState.PROPOSED,
        version=1,
        capacity=Capacity.RECORDER,
    )
