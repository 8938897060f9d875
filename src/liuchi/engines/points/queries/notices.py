"""Public notices, as anybody may read them. No name in full; none at all once one is over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow, Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import ObjectionState
from liuchi.engines.points.models import NoticeSheet as Sheet
from liuchi.engines.points.models import Objection, PublicName
from liuchi.engines.points.queries.campaigns import NoticeCampaign, campaigns_on_notice
from liuchi.engines.points.queries.places import last_day
from liuchi.engines.points.scope import (
    page_size,
    require_any,
    uuid_cursor,
    village_of,
)
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import cursor_unusable

_CODE = re.compile(r"([0-9]{4})-([0-9]{1,6})")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One item of a sheet. ``place`` is its number on it and on paper, for good.

    ``masked_name`` is empty where the person appears without a name, and on every item of
    a notice that is over.
    """

    place: int
    masked_name: str
    anonymous: bool
    rule_code: str
    rule_title: str
    per: str
    quantity: int
    points: int


@dataclass(frozen=True, slots=True)
class NoticeCount:
    """What a sheet came to under one class of rules; ``posted``: items that became points."""

    rule_class: str
    items: int
    points: int
    posted: int


@dataclass(frozen=True, slots=True)
class NoticeSheetRow:
    """A numbered notice (公示) as lists show one.

    It runs from ``first_day`` to ``until``, both included; from ``down_on`` its names are
    gone from every public page and the paper is to be taken down. ``code`` is ``2026-12``,
    the twelfth of the year. ``full``: its day is over, nothing more comes onto it.
    """

    id: UUID
    village_id: UUID
    code: str
    year: int
    number: int
    issued_on: date
    first_day: date
    until: date
    down_on: date
    work_days: int
    items_count: int
    running: bool
    full: bool


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """A notice with its items and sums. ``taken_down`` are places whose item was withdrawn.

    A campaign is one entry; its people, who may be many, are read page by page.
    """

    row: NoticeSheetRow
    village: AreaRow
    items: tuple[NoticeItem, ...]
    taken_down: tuple[int, ...]
    points: int
    counts: tuple[NoticeCount, ...]
    campaigns: tuple[NoticeCampaign, ...] = ()

    def campaign_at(self, place: int) -> NoticeCampaign | None:
        """Return the campaign that has somebody at a place, if any does."""
        return next(
            (each for each in self.campaigns if each.first_place <= place <= each.last_place), None
        )


@dataclass(frozen=True, slots=True)
class NoticeOnDesk:
    """A notice as staff list it; ``objections`` are those to its items still to be answered."""

    id: UUID
    sheet: NoticeSheetRow
    village_name: str
    village_code: str
    objections: int


def notice(sheet_id: UUID) -> NoticeSheet:
    """Return a notice for reading and printing; anybody may. NotFound for an unknown id."""
    found = Sheet.objects.filter(pk=sheet_id).first()
    if found is None:
        raise NotFound("notice")
    return _sheet(found)


def notice_by_code(village_id: UUID, code: str) -> NoticeSheet:
    """Return a village's notice by its code (``2026-12``), or raise NotFound."""
    year, number = _numbers(code) or (0, 0)
    found = Sheet.objects.filter(village_id=village_id, year=year, number=number).first()
    if found is None:
        raise NotFound("notice")
    return _sheet(found)


def notice_sheets(
    village_id: UUID, *, running: bool | None = None, after: str | None = None, limit: int = 50
) -> Page[NoticeSheetRow]:
    """Return a village's notices, newest first: all, or those that run, or those over."""
    most, found = page_size(limit), Sheet.objects.filter(village_id=village_id)
    if running is not None:
        now = clock.now()
        found = found.filter(ends_at__gt=now) if running else found.filter(ends_at__lte=now)
    if after is not None:
        start = _numbers(after)
        if start is None:
            raise cursor_unusable()
        year, number = start
        found = found.filter(year__lt=year) | found.filter(year=year, number__lt=number)
    rows = [sheet_row(each) for each in found.order_by("-year", "-number")[: most + 1]]
    return Page(tuple(rows[:most]), rows[most - 1].code if len(rows) > most else None)


def notices_of_area(
    actor: Actor, *, after: str | UUID | None = None, limit: int = 50
) -> Page[NoticeOnDesk]:
    """Return the notices of the actor's area, newest first. Refused without a claim's verbs."""
    require_any(actor, "points.claim.read", "points.objection.answer")
    require(actor)
    most, start, found = page_size(limit), uuid_cursor(after), _in_area(actor)
    found = found if start is None else found.filter(id__lt=start)
    rows = list(found.order_by("-id")[: most + 1])
    places = directory.areas({each.village_id for each in rows})
    waiting = dict(
        Objection.objects.filter(sheet__in=rows[:most], state=ObjectionState.OPEN)
        .values_list("sheet_id")
        .annotate(count=Count("id"))
    )
    on_desk = tuple(
        NoticeOnDesk(
            id=each.id,
            sheet=sheet_row(each),
            village_name=places[each.village_id].name,
            village_code=places[each.village_id].code,
            objections=waiting.get(each.id, 0),
        )
        for each in rows[:most]
    )
    return Page(on_desk, str(rows[most - 1].id) if len(rows) > most else None)


def notice_in_area(actor: Actor, sheet_id: UUID) -> NoticeSheet:
    """Return a notice of the actor's area, or raise NotFound."""
    require(actor)
    found = _in_area(actor).filter(pk=sheet_id).first()
    if found is None:
        raise NotFound("notice")
    return _sheet(found)


def _in_area(actor: Actor) -> QuerySet[Sheet]:
    village = village_of(actor)
    if village is not None:
        return Sheet.objects.filter(village_id=village)
    return Sheet.objects.filter(village__scope_code__startswith=actor.scope_code)


def notice_of(sheet_id: UUID | None) -> NoticeSheetRow | None:
    """Return the notice a claim stands on, None for a claim that never stood on one."""
    found = None if sheet_id is None else Sheet.objects.filter(pk=sheet_id).first()
    return None if found is None else sheet_row(found)


def is_anonymous(actor: Actor, person_id: UUID) -> bool:
    """Whether a person in scope appears without a name in public."""
    require(actor)
    return PublicName.objects.filter(pk=person_id, anonymous=True).exists()


def _numbers(code: str) -> tuple[int, int] | None:
    found = _CODE.fullmatch(code)
    return None if found is None else (int(found[1]), int(found[2]))


def sheet_row(sheet: Sheet) -> NoticeSheetRow:
    """Return a sheet as it stands at this moment."""
    now: datetime = clock.now()
    until = last_day(sheet.ends_at)
    return NoticeSheetRow(
        id=sheet.id,
        village_id=sheet.village_id,
        code=f"{sheet.year}-{sheet.number}",
        year=sheet.year,
        number=sheet.number,
        issued_on=sheet.issued_on,
        first_day=sheet.issued_on + _ONE_DAY,
        until=until,
        down_on=until + _ONE_DAY,
        work_days=sheet.work_days,
        items_count=sheet.items,
        running=sheet.ends_at > now,
        full=clock.local_day(now) > sheet.issued_on,
    )


def _sheet(sheet: Sheet) -> NoticeSheet:
    row = sheet_row(sheet)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_notice_items(%s, %s)", [sheet.id, clock.now()])
        items = tuple(
            NoticeItem(place, name or "", row.running and not name, code, title, per, many, points)
            for place, name, code, title, per, many, points in cursor.fetchall()
        )
        cursor.execute("SELECT * FROM points_notice_counts(%s)", [sheet.id])
        counts = tuple(NoticeCount(*each) for each in cursor.fetchall())
    there = {item.place for item in items}
    # Only a campaign leaves a gap of places, or what was taken down: most sheets have neither.
    campaigns = campaigns_on_notice(sheet.id) if len(there) < sheet.items else ()
    for each in campaigns:
        there.update(range(each.first_place, each.last_place + 1))
    return NoticeSheet(
        row=row,
        village=directory.area(sheet.village_id),
        items=items,
        taken_down=tuple(n for n in range(1, sheet.items + 1) if n not in there),
        points=sum(item.points for item in items)
        + sum(each.points * each.people for each in campaigns),
        counts=counts,
        campaigns=campaigns,
    )
