"""Deciding on a campaign: approve, reject, withdraw, stop, undo, and take single people out.

The parts are locked first, then the campaign, then what they touch: as posting does.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Max

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions import budgets
from liuchi.engines.points.actions.campaigns.proposing import record
from liuchi.engines.points.actions.expiring import dated_until
from liuchi.engines.points.actions.notices import take_places
from liuchi.engines.points.enums import (
    CampaignLineState,
    CampaignState,
    CampaignVerb,
    LeftOutReason,
)
from liuchi.engines.points.models import Campaign, CampaignLine, CampaignPart
from liuchi.engines.points.queries.campaigns import CampaignRow
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, NotFound, Refused
from liuchi.kernel.sentences import Sentence

_DECIDE = "points.claim.review"
_PROPOSE = "points.claim.propose"
_OWN = (CampaignVerb.WITHDRAW,)
_NOT_ASKED = Sentence("还没有人提请撤销。", "Nobody has asked to undo this.")


def decide_campaign(
    *,
    actor: Actor,
    key: str,
    campaign_id: UUID,
    expected_version: int,
    verb: CampaignVerb,
    reason: str = "",
) -> CampaignRow:
    """Approve, reject, withdraw or stop a campaign; approved, it stands on public notice.

    Of an approved one, those are left out who died, moved away or withdrew meanwhile, and
    the household of whoever approves it. Refused where a budget does not hold it.
    """
    actor.may(_PROPOSE if verb in _OWN else _DECIDE).or_refuse()
    body = {"campaign_id": campaign_id, "verb": verb, "version": expected_version}
    with acting_as(actor):
        scope = f"points.decide_campaign:{actor.id}"
        if journal.once(scope, key, {**body, "reason": reason}, campaign_id) is not None:
            return queries.campaign(actor, campaign_id)
        campaign = locked(actor, campaign_id)
        _same_version(campaign, expected_version)
        _decide(actor, campaign, verb, reason)
        campaign.decided_by_id, campaign.decided_at = actor.id, clock.now()
        campaign.decide_reason = reason.strip()
        if verb is CampaignVerb.APPROVE:
            _leave_out(actor, campaign)
            campaign.decided_fact_id = _told(actor, campaign, verb)
            _put_on_notice(actor, campaign)
        else:
            campaign.decided_fact_id = _told(actor, campaign, verb)
        if verb is CampaignVerb.STOP:
            CampaignPart.objects.filter(campaign=campaign).update(points=0)
        _save(campaign, verb)
        return queries.campaign(actor, campaign_id)


def ask_to_undo_campaign(*, actor: Actor, key: str, campaign_id: UUID, reason: str) -> CampaignRow:
    """Ask for the contra-entries of a posted campaign; a second person decides."""
    actor.may(_PROPOSE).or_refuse()
    with acting_as(actor):
        scope = f"points.ask_to_undo_campaign:{actor.id}"
        body = {"campaign_id": campaign_id, "reason": reason}
        if journal.once(scope, key, body, campaign_id) is None:
            campaign = locked(actor, campaign_id)
            rules.may_ask_undo(CampaignState(campaign.state), reason).or_refuse()
            record(actor, facts.CAMPAIGN_DECIDED, campaign, outcome="ask_undo")
            Campaign.objects.filter(pk=campaign_id).update(
                undo_asked_by_id=actor.id,
                undo_asked_at=clock.now(),
                undo_reason=reason.strip(),
                version=F("version") + 1,
            )
        return queries.campaign(actor, campaign_id)


def undo_campaign(
    *, actor: Actor, key: str, campaign_id: UUID, expected_version: int
) -> CampaignRow:
    """Agree to undo a campaign: the worker takes back what is not spent, village by village."""
    actor.may(_DECIDE).or_refuse()
    with acting_as(actor):
        scope = f"points.undo_campaign:{actor.id}"
        body = {"campaign_id": campaign_id, "version": expected_version}
        if journal.once(scope, key, body, campaign_id) is None:
            campaign = locked(actor, campaign_id)
            _same_version(campaign, expected_version)
            _decide(actor, campaign, CampaignVerb.UNDO, campaign.undo_reason)
            _told(actor, campaign, CampaignVerb.UNDO)
            Campaign.objects.filter(pk=campaign_id).update(
                state=CampaignState.UNDONE,
                undone_by_id=actor.id,
                undone_at=clock.now(),
                version=F("version") + 1,
            )
        return queries.campaign(actor, campaign_id)


def take_out(
    *, actor: Actor, key: str, campaign_id: UUID, line_id: UUID, reason: str
) -> CampaignRow:
    """Take one person out before the points are posted; the others stay."""
    actor.may(_PROPOSE).or_refuse()
    with acting_as(actor):
        body = {"campaign_id": campaign_id, "line_id": line_id, "reason": reason}
        scope = f"points.take_out:{actor.id}"
        if journal.once(scope, key, body, line_id) is None:
            campaign = locked(actor, campaign_id)
            line = CampaignLine.objects.filter(campaign=campaign, pk=line_id).first()
            if line is None:
                raise NotFound("campaign_line")
            rules.may_take_out(
                CampaignState(campaign.state), CampaignLineState(line.state), reason
            ).or_refuse()
            without(actor, campaign, line, LeftOutReason.BY_HAND)
        return queries.campaign(actor, campaign_id)


def without(
    actor: Actor,
    campaign: Campaign,
    line: CampaignLine,
    reason: LeftOutReason,
    **columns: Any,
) -> None:
    """Let a locked campaign go on without somebody; its budget gets the points back."""
    CampaignLine.objects.filter(pk=line.pk).update(
        state=CampaignLineState.TAKEN_OUT, reason=reason, **columns
    )
    CampaignPart.objects.filter(pk=line.part_id).update(
        people=F("people") - 1, points=F("points") - campaign.points
    )
    Campaign.objects.filter(pk=campaign.pk).update(people=F("people") - 1, version=F("version") + 1)
    journal.record(
        facts.CAMPAIGN_LEFT,
        actor=actor,
        subject_kind="points.campaign_line",
        subject_id=line.id,
        area_id=line.village_id,
        data=facts.CampaignPersonData(
            person=line.person_id,
            household=line.household_id,
            home_area=line.village_id,
            rule=campaign.rule_code,
            reason=reason,
        ),
        cause_id=campaign.decided_fact_id or campaign.proposed_fact_id,
        playbook_version=campaign.playbook_version,
    )


def locked(actor: Actor, campaign_id: UUID) -> Campaign:
    """Lock the parts of a campaign of the actor's area and itself, or raise NotFound.

    In the order of posting, which holds a part and notes at its end in the campaign how far it
    has come; what is read here is what it has written.
    """
    parts = CampaignPart.objects.select_for_update().filter(campaign_id=campaign_id)
    list(parts.order_by("id").values_list("id"))
    here = Campaign.objects.filter(pk=campaign_id, scope_code__startswith=actor.scope_code)
    campaign = here.select_for_update().first()
    if campaign is None:
        raise NotFound("campaign")
    return campaign


def _decide(actor: Actor, campaign: Campaign, verb: CampaignVerb, reason: str) -> None:
    first = campaign.undo_asked_by_id if verb is CampaignVerb.UNDO else campaign.proposed_by_id
    if first is None:
        raise Conflict("undo_not_asked", _NOT_ASKED)
    rules.may_decide_campaign(
        rules.CampaignDecision(
            state=CampaignState(campaign.state),
            verb=verb,
            first_id=directory.answers_for(first, actor.id, campaign.scope_code),
            actor_id=actor.id,
            reason=reason,
            posted=campaign.posted,
        )
    ).or_refuse()


_LEAVE_OUT = """
UPDATE points_campaign_line AS line SET state = 'left_out', reason = left_out.reason
FROM (
    SELECT line.id, CASE
        WHEN member.household_id = %(household)s OR person.id = %(own)s THEN 'own_household'
        WHEN person.left_on IS NOT NULL OR person.deceased_on IS NOT NULL
             OR person.erased_at IS NOT NULL THEN 'gone'
        WHEN NOT EXISTS (SELECT FROM directory_consent AS consent
                         WHERE consent.person_id = person.id AND consent.withdrawn_at IS NULL)
             THEN 'no_consent' END AS reason
    FROM points_campaign_line AS line
    JOIN directory_person AS person ON person.id = line.person_id
    LEFT JOIN directory_membership AS member
      ON member.person_id = person.id AND member.valid_to IS NULL
    WHERE line.campaign_id = %(campaign)s AND line.state = 'listed'
) AS left_out
WHERE line.id = left_out.id AND left_out.reason IS NOT NULL
"""
_COUNT = """
UPDATE points_campaign_part AS part SET people = listed.people, points = listed.people * %s
FROM (SELECT part.id, count(line.id) AS people FROM points_campaign_part AS part
      LEFT JOIN points_campaign_line AS line ON line.part_id = part.id AND line.state = 'listed'
      WHERE part.campaign_id = %s GROUP BY part.id) AS listed
WHERE part.id = listed.id AND part.people <> listed.people
"""


def _leave_out(actor: Actor, campaign: Campaign) -> None:
    """Leave out who may not have it any more, and whose household approves it."""
    own = actor.person_id
    homes = {} if own is None else directory.household_ids_of([own], clock.today())
    with connection.cursor() as cursor:
        cursor.execute(
            _LEAVE_OUT,
            {
                "campaign": campaign.id,
                "own": own,
                "household": None if own is None else homes.get(own),
            },
        )
        cursor.execute(_COUNT, [campaign.points, campaign.id])
    parts = CampaignPart.objects.filter(campaign=campaign)
    campaign.people = sum(parts.values_list("people", flat=True))
    if not campaign.people:
        raise Refused(
            "nobody_left",
            Sentence("名单里没有人可以记这项积分。", "Nobody on the list may have these points."),
        )


def _put_on_notice(actor: Actor, campaign: Campaign) -> None:
    """Give each village's people the next places on its sheet, under its budget."""
    campaign.expires_on = dated_until(campaign.playbook_version)
    for part in CampaignPart.objects.filter(campaign=campaign, people__gt=0).order_by("village"):
        budget = budgets.room_for(
            campaign.playbook_version, part.village_id, campaign.unit, part.points
        )
        last = CampaignLine.objects.filter(part=part).aggregate(last=Max("place"))["last"]
        sheet, first = take_places(actor, part.village_id, campaign.publicity_work_days, int(last))
        CampaignPart.objects.filter(pk=part.pk).update(
            sheet=sheet, first_place=first, budget=budget
        )


def _told(actor: Actor, campaign: Campaign, verb: CampaignVerb) -> UUID:
    return record(
        actor,
        facts.CAMPAIGN_DECIDED,
        campaign,
        outcome=verb.value,
        cause_id=campaign.proposed_fact_id,
    )


def _same_version(campaign: Campaign, expected: int) -> None:
    if campaign.version != expected:
        raise Conflict(
            "campaign_changed",
            Sentence(
                "名单在您查看之后有变动，请刷新后再办。",
                "The list has changed since you opened it. Load it again.",
            ),
        )


def _save(campaign: Campaign, verb: CampaignVerb) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(
        state=rules.moved_campaign(CampaignState(campaign.state), verb),
        version=F("version") + 1,
        people=campaign.people,
        decided_by_id=campaign.decided_by_id,
        decided_at=campaign.decided_at,
        decided_fact_id=campaign.decided_fact_id,
        decide_reason=campaign.decide_reason,
        expires_on=campaign.expires_on,
    )
