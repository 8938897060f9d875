"""Proposing a campaign: everybody named is looked at by the rules of a single claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from pydantic_core import to_json

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Subject
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions.entering import Place, check_words, points_used
from liuchi.engines.points.enums import (
    CampaignLineState,
    CampaignSource,
    CampaignState,
    LeftOutReason,
)
from liuchi.engines.points.models import Campaign, CampaignPart
from liuchi.engines.points.queries.campaigns import CampaignRow
from liuchi.engines.points.scope import calendar
from liuchi.engines.points.spec.currency import code_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id, new_ids
from liuchi.kernel.sentences import Sentence

TITLE_CHARACTERS_MAX = 60
_PROPOSE = "points.claim.propose"
_LINES_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a campaign would give, and to whom. ``evidence`` are documents stored before."""

    title: str
    source: CampaignSource
    rule_code: str
    happened_on: date
    quantity: int
    note: str
    evidence: tuple[UUID, ...]
    people: tuple[UUID, ...]


def propose_campaign(
    *,
    actor: Actor,
    key: str,
    area_id: UUID,
    title: str,
    source: CampaignSource,
    rule_code: str,
    happened_on: date,
    person_ids: Iterable[UUID],
    quantity: int = 1,
    note: str = "",
    evidence: Sequence[UUID] = (),
) -> CampaignRow:
    """Propose one item of a playbook for many people; nothing is posted.

    Whoever the rules don't allow it for stands in it as left out, with the reason. Refused
    where the rule, the day or the evidence is wrong for all, or nobody is left. The number of
    statements does not grow with the number of people.
    """
    actor.may(_PROPOSE).or_refuse()
    asked = _Asked(
        title=title.strip(),
        source=source,
        rule_code=rule_code,
        happened_on=happened_on,
        quantity=quantity,
        note=note.strip(),
        evidence=tuple(evidence),
        people=tuple(dict.fromkeys(person_ids)),
    )
    _check(asked)
    campaign_id = new_id()
    body = {
        "area_id": area_id, "title": asked.title, "source": source, "rule_code": rule_code,
        "happened_on": happened_on, "quantity": quantity, "note": asked.note,
        "evidence": asked.evidence, "people": asked.people,
    }  # fmt: skip
    with acting_as(actor):
        earlier = journal.once(f"points.propose_campaign:{actor.id}", key, body, campaign_id)
        if earlier is not None:
            return queries.campaign(actor, earlier)
        area = directory.area(area_id)
        if not actor.covers(area.scope_code):
            raise NotFound("area")
        people = directory.subjects(actor, asked.people)
        if len(people) != len(asked.people):
            raise NotFound("person")
        place = _place(people, asked)
        _check_rule(place, asked)
        lines = _lines(actor, asked, place, people)
        _write(actor, _campaign(actor, campaign_id, area, asked, place), lines, people)
        return queries.campaign(actor, campaign_id)


def _check(asked: _Asked) -> None:
    if not asked.title or len(asked.title) > TITLE_CHARACTERS_MAX:
        raise Invalid(
            "title_unusable",
            Sentence(
                "请写名称，最多{most}字。",
                "Give it a name of at most {most} characters.",
                {"most": TITLE_CHARACTERS_MAX},
            ),
        )
    check_words(asked.note, asked.evidence)
    if not 1 <= len(asked.people) <= rules.CAMPAIGN_PEOPLE_MAX:
        raise Invalid(
            "people_unusable",
            Sentence(
                "名单应有1到{most}人。",
                "A campaign is for 1 to {most} people.",
                {"most": rules.CAMPAIGN_PEOPLE_MAX},
            ),
        )


def _place(people: Mapping[UUID, Subject], asked: _Asked) -> Place:
    """Return the rule most of the people live under; the others' homes have another, or none."""
    found: dict[UUID, Place] = {}
    counted: Counter[UUID] = Counter()
    for village_id, many in Counter(each.village_id for each in people.values()).items():
        for applied, spec in queries.rules_at(village_id, asked.happened_on):
            rule = spec.rule(asked.rule_code)
            if rule is not None:
                found[applied.id] = Place(applied, spec, rule)
                counted[applied.id] += many
                break
    if not counted:
        rules.may_propose(_deed(asked, None)).or_refuse()
    return found[counted.most_common(1)[0][0]]


def _deed(asked: _Asked, place: Place | None, **known: Any) -> rules.Deed:
    within = None if place is None else place.spec.enter_within
    today = clock.today()
    return rules.Deed(
        rule=None if place is None else place.rule,
        quantity=asked.quantity,
        happened_on=asked.happened_on,
        today=today,
        claim_within_days=1 if place is None else place.spec.claim_within_days,
        consented=known.get("consented", True),
        files=len(asked.evidence),
        used_points=known.get("used_points", 0),
        enter_within=within,
        entered_from=None if within is None else rules.earliest_entry(today, within, calendar()),
    )


def _check_rule(place: Place, asked: _Asked) -> None:
    """Refuse what is wrong for everybody: the currency, the day, the quantity, the evidence."""
    rules.may_award_many(place.spec).or_refuse()
    rules.may_propose(_deed(asked, place)).or_refuse()


def _lines(
    actor: Actor, asked: _Asked, place: Place, people: Mapping[UUID, Subject]
) -> list[dict[str, Any]]:
    """Return everybody's line: listed with a place in the own village, or left out and why."""
    born = directory.present(actor, asked.people)
    used = points_used(place, asked.happened_on, people.values())
    points = rules.award_points(place.rule, asked.quantity)
    room = rules.room_under_cap(place.rule, 0)
    same = _villages_under(place, people, asked.happened_on)
    today, places = clock.today(), Counter[UUID]()
    lines = []
    for line_id, person_id in zip(new_ids(len(asked.people)), asked.people, strict=True):
        person = people[person_id]
        reason = ""
        if person_id not in born:
            reason = LeftOutReason.GONE
        elif person.village_id not in same:
            reason = LeftOutReason.OTHER_METHOD
        elif not person.consented:
            reason = LeftOutReason.NO_CONSENT
        elif room is not None and used.get(person_id, 0) + points > room:
            reason = LeftOutReason.CAP_REACHED
        else:
            places[person.village_id] += 1
        lines.append(
            {
                "id": line_id,
                "person_id": person_id,
                "household_id": person.household_id,
                "village_id": person.village_id,
                "scope_code": person.scope_code,
                "masked_name": person.masked_name,
                "name_hidden": rules.hides_name(
                    place.rule.name_on_notice, born.get(person_id), today
                ),
                "place": None if reason else places[person.village_id],
                "state": CampaignLineState.LEFT_OUT if reason else CampaignLineState.LISTED,
                "reason": reason,
            }
        )
    return lines


def _villages_under(place: Place, people: Mapping[UUID, Subject], day: date) -> set[UUID]:
    return {
        village_id
        for village_id in {each.village_id for each in people.values()}
        if any(applied.id == place.applied.id for applied, _ in queries.rules_at(village_id, day))
    }


def _campaign(
    actor: Actor, campaign_id: UUID, area: directory.AreaRow, asked: _Asked, place: Place
) -> Campaign:
    return Campaign(
        id=campaign_id,
        area_id=area.id,
        scope_code=area.scope_code,
        title=asked.title,
        source=asked.source,
        playbook_version=place.applied.id,
        unit=place.unit,
        rule_code=place.rule.code,
        rule_title=place.rule.title,
        rule_class=place.rule.class_,
        award=place.rule.award,
        per=place.rule.per.value,
        quantity=asked.quantity,
        points=rules.award_points(place.rule, asked.quantity),
        publicity_work_days=place.rule.publicity_work_days,
        happened_on=asked.happened_on,
        note=asked.note,
        evidence=list(asked.evidence),
        asked=len(asked.people),
        proposed_by_id=actor.id,
        proposed_at=clock.now(),
        state=CampaignState.PROPOSED,
    )


def _write(
    actor: Actor,
    campaign: Campaign,
    lines: Sequence[dict[str, Any]],
    people: Mapping[UUID, Subject],
) -> None:
    listed = Counter(each["village_id"] for each in lines if each["place"] is not None)
    campaign.people = listed.total()
    if not campaign.people:
        raise Refused(
            "nobody_left",
            Sentence(
                "名单里没有人可以记这项积分，请核对同意和上限。",
                "Nobody on the list may have these points: look at consents and caps.",
            ),
        )
    campaign.proposed_fact_id = record(actor, facts.CAMPAIGN_PROPOSED, campaign)
    campaign.save(force_insert=True)
    homes = {each.village_id: each.scope_code for each in people.values()}
    parts = {
        village_id: CampaignPart(
            id=new_id(),
            campaign=campaign,
            village_id=village_id,
            scope_code=directory.area(village_id).scope_code,
            people=listed[village_id],
            points=listed[village_id] * campaign.points,
        )
        for village_id in sorted(homes, key=lambda each: homes[each])
    }
    CampaignPart.objects.bulk_create(parts.values())
    with connection.cursor() as cursor:
        for start in range(0, len(lines), _LINES_AT_ONCE):
            rows = [
                {
                    **each,
                    "campaign_id": campaign.id,
                    "part_id": parts[each["village_id"]].id,
                }
                for each in lines[start : start + _LINES_AT_ONCE]
            ]
            cursor.execute(_INSERT, [to_json(rows).decode()])


_NAMES = (
    "id, campaign_id, part_id, person_id, household_id, village_id, scope_code, masked_name, "
    "name_hidden, place, state, reason"
)
_INSERT = (
    f"INSERT INTO points_campaign_line ({_NAMES}) SELECT {_NAMES} "  # noqa: S608  the names above
    "FROM jsonb_populate_recordset(NULL::points_campaign_line, %s)"
)


def record(
    actor: Actor,
    kind: str,
    campaign: Campaign,
    *,
    outcome: str = "",
    cause_id: UUID | None = None,
) -> UUID:
    """Journal what happened to a campaign as a whole; the amount is all its points."""
    data: dict[str, Any] = {
        "home_area": campaign.area_id,
        "rule": campaign.rule_code,
        "rule_class": campaign.rule_class,
        "people": campaign.people,
        "currency": code_of(campaign.unit),
    }
    return journal.record(
        kind,
        actor=actor,
        subject_kind="points.campaign",
        subject_id=campaign.id,
        area_id=campaign.area_id,
        data=facts.CampaignDecidedData(**data, outcome=outcome)
        if outcome
        else facts.CampaignData(**data),
        amount=campaign.people * campaign.points,
        cause_id=cause_id,
        playbook_version=campaign.playbook_version,
    )
