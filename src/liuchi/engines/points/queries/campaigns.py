"""Campaigns as the desk, the worker and the public read them. Inside ``acting_as(actor)``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import (
    CampaignLineState,
    CampaignSource,
    CampaignState,
    LeftOutReason,
    Per,
    TransferKind,
)
from liuchi.engines.points.models import Campaign, CampaignLine, CampaignPart, Entry
from liuchi.engines.points.queries.places import last_day
from liuchi.engines.points.scope import number_cursor, page_size, require_any, uuid_cursor
from liuchi.engines.points.spec import PER_WORDS
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence

_READ = ("points.claim.read", "points.claim.review")
CAMPAIGN_KINDS = (TransferKind.CAMPAIGN, TransferKind.CAMPAIGN_REVERSAL)


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign as lists show it. ``points`` is for one person, ``points_total`` for all in it.

    ``people`` of ``asked`` are in; ``posted`` and ``reversed`` say how far the worker has come.
    """

    id: UUID
    area_id: UUID
    area_name: str
    title: str
    source: CampaignSource
    rule_title: str
    rule_class: str
    per: str
    award: int
    quantity: int
    points: int
    points_total: int
    happened_on: date
    publicity_work_days: int
    note: str
    evidence: tuple[UUID, ...]
    asked: int
    people: int
    state: CampaignState
    version: int
    proposed_by_id: UUID
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    decide_reason: str
    posted: int
    posted_at: datetime | None
    undo_asked_by_id: UUID | None
    undo_asked_by_name: str
    undo_reason: str
    undone_by_name: str
    reversed: int


@dataclass(frozen=True, slots=True)
class CampaignPartRow:
    """A village's people of a campaign, and the last day of its notice, once it is on one."""

    village_id: UUID
    village_name: str
    village_code: str
    people: int
    points: int
    sheet_id: UUID | None
    sheet_code: str
    notice_until: date | None
    posted: bool


@dataclass(frozen=True, slots=True)
class CampaignLineRow:
    """One person. ``reason`` says why somebody is not in it, "" for who is."""

    id: UUID
    person_id: UUID
    person_name: str
    household_label: str
    village_name: str
    points: int
    state: CampaignLineState
    reason: LeftOutReason | None
    claim_id: UUID | None


@dataclass(frozen=True, slots=True)
class DuePart:
    """A village's people whose notice is over, to be posted."""

    id: UUID
    sheet_id: UUID


@dataclass(frozen=True, slots=True)
class NoticeCampaign:
    """A campaign as one entry of a sheet, with the places its people have there."""

    id: UUID
    title: str
    rule_title: str
    per: str
    quantity: int
    points: int
    first_place: int
    last_place: int
    people: int


@dataclass(frozen=True, slots=True)
class NoticePerson:
    """Somebody on a campaign's list; the name is masked, empty where none is shown."""

    place: int
    masked_name: str


def campaign(actor: Actor, campaign_id: UUID) -> CampaignRow:
    """Return a campaign of the actor's area, or raise NotFound."""
    require_any(actor, *_READ, "points.claim.propose")
    require(actor)
    found = Campaign.objects.filter(pk=campaign_id, scope_code__startswith=actor.scope_code)
    rows = _rows(list(found))
    if not rows:
        raise NotFound("campaign")
    return rows[0]


def campaigns(
    actor: Actor, *, after: str | UUID | None = None, limit: int = 50
) -> Page[CampaignRow]:
    """Return the campaigns of the actor's area, newest first; two statements."""
    require_any(actor, *_READ)
    require(actor)
    most, start = page_size(limit), uuid_cursor(after)
    found = Campaign.objects.filter(scope_code__startswith=actor.scope_code).order_by("-id")
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(rows[:most]), next_after)


def campaign_parts(actor: Actor, campaign_id: UUID) -> tuple[CampaignPartRow, ...]:
    """Return a campaign's villages by code."""
    require_any(actor, *_READ)
    require(actor)
    found = list(CampaignPart.objects.select_related("sheet").filter(campaign_id=campaign_id))
    places = directory.areas({each.village_id for each in found})
    rows = (
        CampaignPartRow(
            village_id=each.village_id,
            village_name=places[each.village_id].name,
            village_code=places[each.village_id].code,
            people=each.people,
            points=each.points,
            sheet_id=each.sheet_id,
            sheet_code="" if each.sheet is None else f"{each.sheet.year}-{each.sheet.number}",
            notice_until=None if each.sheet is None else last_day(each.sheet.ends_at),
            posted=each.posted_at is not None,
        )
        for each in sorted(found, key=lambda each: each.scope_code)
    )
    return tuple(rows)


def campaign_lines(
    actor: Actor,
    campaign_id: UUID,
    *,
    left_out: bool = False,
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[CampaignLineRow]:
    """Return who is in a campaign, or who is not and why; two statements."""
    require_any(actor, *_READ)
    require(actor)
    most, start = page_size(limit), uuid_cursor(after)
    out = (CampaignLineState.LEFT_OUT, CampaignLineState.TAKEN_OUT)
    found = CampaignLine.objects.select_related("campaign").filter(campaign_id=campaign_id)
    found = found.filter(state__in=out) if left_out else found.exclude(state__in=out)
    if start is not None:
        found = found.filter(id__gt=start)
    rows = list(found.order_by("id")[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    people = directory.people_of(actor, [row.person_id for row in rows[:most]])
    return Page(tuple(_line(row, people.get(row.person_id)) for row in rows[:most]), next_after)


def left_out_counts(actor: Actor, campaign_id: UUID) -> dict[LeftOutReason, int]:
    """Return how many are not in a campaign, by the reason."""
    require(actor)
    found = CampaignLine.objects.filter(campaign_id=campaign_id).exclude(reason="")
    counted = found.values_list("reason").annotate(many=Count("id")).order_by("-many")
    return {LeftOutReason(reason): many for reason, many in counted}


def campaigns_waiting(actor: Actor) -> QuerySet[Campaign]:
    """Return the actor's area's campaigns that wait for a second person. For this engine."""
    asked = Q(state=CampaignState.PROPOSED) & ~Q(proposed_by_id=actor.id)
    undo = Q(state=CampaignState.POSTED, undo_asked_by__isnull=False)
    waiting = asked | undo & ~Q(undo_asked_by_id=actor.id)
    return Campaign.objects.filter(waiting, scope_code__startswith=actor.scope_code)


def due_campaign_parts(actor: Actor, now: datetime) -> tuple[DuePart, ...]:
    """Return the parts whose notice is over by ``now`` and whose people are not all posted."""
    require(actor)
    due = CampaignPart.objects.filter(
        sheet__ends_at__lte=now,
        posted_at__isnull=True,
        campaign__state=CampaignState.ON_NOTICE,
        scope_code__startswith=actor.scope_code,
    ).order_by("id")
    return tuple(DuePart(*row) for row in due.values_list("id", "sheet_id"))


def undone_campaign_parts(actor: Actor) -> tuple[UUID, ...]:
    """Return the parts of undone campaigns that nobody has looked at to their end."""
    require(actor)
    found = CampaignPart.objects.filter(
        campaign__state=CampaignState.UNDONE,
        undone_through__lt=F("through"),
        scope_code__startswith=actor.scope_code,
    )
    return tuple(found.order_by("id").values_list("id", flat=True))


def campaigns_on_notice(sheet_id: UUID) -> tuple[NoticeCampaign, ...]:
    """Return the campaigns of a sheet, each one entry; anybody may read them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_notice_campaigns(%s)", [sheet_id])
        return tuple(NoticeCampaign(*row) for row in cursor.fetchall())


def campaign_people(
    sheet_id: UUID, campaign_id: UUID, *, now: datetime, after: str | None = None, limit: int = 50
) -> Page[NoticePerson]:
    """Return a campaign's people on a sheet by their places, names masked; anybody may."""
    most, start = page_size(limit), number_cursor(after) or 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM points_notice_people(%s, %s, %s, %s, %s)",
            [sheet_id, campaign_id, start, most + 1, now],
        )
        rows = [NoticePerson(place, name or "") for place, name in cursor.fetchall()]
    return Page(tuple(rows[:most]), str(rows[most - 1].place) if len(rows) > most else None)


def given_by_campaigns(entries: Sequence[Entry]) -> dict[UUID, CampaignLine]:
    """Return what entries of one person come from, by transfer; no query without a campaign's."""
    wanted = [each for each in entries if each.transfer.kind in CAMPAIGN_KINDS]
    if not wanted:
        return {}
    ids = {each.transfer_id for each in wanted}
    lines = CampaignLine.objects.select_related("campaign").filter(
        Q(transfer_id__in=ids) | Q(reversal_id__in=ids),
        person_id__in={each.person_id for each in wanted},
    )
    return {
        transfer_id: line
        for line in lines
        for transfer_id in (line.transfer_id, line.reversal_id)
        if transfer_id in ids and transfer_id is not None
    }


def who_gave(lines: Iterable[CampaignLine]) -> set[UUID]:
    """Return who proposed, approved and undid what lines come from."""
    return {
        id_
        for line in lines
        for id_ in (
            line.campaign.proposed_by_id,
            line.campaign.decided_by_id,
            line.campaign.undone_by_id,
        )
        if id_
    }


def explain_campaign(line: CampaignLine, names: Mapping[UUID, str]) -> Sentence:
    """Say why somebody has a campaign's points: the rule as it stood, and who decided."""
    of = line.campaign
    per = PER_WORDS[Per(of.per)]
    return Sentence(
        "{title}（批量记分，{day}），{rule_class}·{rule}："
        + per.zh
        + "{award}分，计{quantity}次，共{points}分。{proposed}由{proposer}提出，"
        "{decided}由{decider}审核通过，公示{days}个工作日，期满记入。",
        "{title} (for many at once, {day}), {rule_class} · {rule}: {award} "
        + per.en
        + ", times {quantity}, makes {points}. Proposed by {proposer} on {proposed}, approved by "
        "{decider} on {decided}, then {days} work days on notice.",
        {
            "title": of.title,
            "day": str(of.happened_on),
            "rule_class": of.rule_class,
            "rule": of.rule_title,
            "award": of.award,
            "quantity": of.quantity,
            "points": of.points,
            "proposed": str(clock.local_day(of.proposed_at)),
            "proposer": names.get(of.proposed_by_id, "—"),
            "decided": str(clock.local_day(of.decided_at)) if of.decided_at else "—",
            "decider": names.get(of.decided_by_id, "—") if of.decided_by_id else "—",
            "days": of.publicity_work_days,
        },
    )


def taken_back(line: CampaignLine, names: Mapping[UUID, str]) -> Sentence | None:
    """Say when and why a campaign's points were taken back, None where they were not."""
    of = line.campaign
    if line.reversal_id is None or of.undone_at is None:
        return None
    return Sentence(
        "{title}：{day}由{who}核准撤销，理由：{reason}。",
        "{title}: taken back on {day}, agreed by {who}: {reason}.",
        {
            "title": of.title,
            "day": str(clock.local_day(of.undone_at)),
            "who": names.get(of.undone_by_id, "—") if of.undone_by_id else "—",
            "reason": of.undo_reason,
        },
    )


def _line(row: CampaignLine, person: directory.PersonRow | None) -> CampaignLineRow:
    return CampaignLineRow(
        id=row.id,
        person_id=row.person_id,
        person_name=person.name if person else "—",
        household_label=person.household_label if person else "",
        village_name=person.village_name if person else "",
        points=row.campaign.points,
        state=CampaignLineState(row.state),
        reason=LeftOutReason(row.reason) if row.reason else None,
        claim_id=row.claim_id,
    )


def _rows(rows: Sequence[Campaign]) -> tuple[CampaignRow, ...]:
    if not rows:
        return ()
    who = accounts.names_of(
        id_
        for row in rows
        for id_ in (row.proposed_by_id, row.decided_by_id, row.undo_asked_by_id, row.undone_by_id)
        if id_
    )
    areas = directory.areas({row.area_id for row in rows})
    return tuple(
        CampaignRow(
            id=row.id,
            area_id=row.area_id,
            area_name=areas[row.area_id].name,
            title=row.title,
            source=CampaignSource(row.source),
            rule_title=row.rule_title,
            rule_class=row.rule_class,
            per=row.per,
            award=row.award,
            quantity=row.quantity,
            points=row.points,
            points_total=row.points * row.people,
            happened_on=row.happened_on,
            publicity_work_days=row.publicity_work_days,
            note=row.note,
            evidence=tuple(row.evidence),
            asked=row.asked,
            people=row.people,
            state=CampaignState(row.state),
            version=row.version,
            proposed_by_id=row.proposed_by_id,
            proposed_by_name=who.get(row.proposed_by_id, ""),
            proposed_at=row.proposed_at,
            decided_by_name=who.get(row.decided_by_id, "") if row.decided_by_id else "",
            decided_at=row.decided_at,
            decide_reason=row.decide_reason,
            posted=row.posted,
            posted_at=row.posted_at,
            undo_asked_by_id=row.undo_asked_by_id,
            undo_asked_by_name=who.get(row.undo_asked_by_id, "") if row.undo_asked_by_id else "",
            undo_reason=row.undo_reason,
            undone_by_name=who.get(row.undone_by_id, "") if row.undone_by_id else "",
            reversed=row.reversed,
        )
        for row in rows
    )
