"""Entering days off and make-up workdays, by the notice that orders them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from liuchi.engines.directory.facts import (
    CALENDAR_DAY_ENTERED,
    CALENDAR_DAY_REMOVED,
    CALENDAR_YEAR_COMPLETED,
    CalendarDayData,
    CalendarYearData,
)
from liuchi.engines.directory.models import CalendarDay, CalendarYear
from liuchi.engines.directory.queries.calendars import WRITE
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as, changed
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

TEXT_CHARACTERS_MAX = 80
YEARS = range(2000, 2101)


def enter_calendar_day(
    *, day: date, name: str, is_off_day: bool, notice: str, actor: Actor, key: str
) -> UUID:
    """Say that a day is off, or worked, by a notice. Every deadline that runs follows it."""
    actor.may(WRITE).or_refuse()
    name, notice = _words("name", name), _words("notice", notice)
    day_id = new_id()
    body = {"day": str(day), "name": name, "off": is_off_day, "notice": notice}
    with acting_as(actor):
        done = once(f"directory.enter_calendar_day:{actor.id}", key, body, day_id)
        if done is not None:
            return done
        try:
            with transaction.atomic():
                CalendarDay.objects.create(
                    id=day_id,
                    date=day,
                    name=name,
                    is_off_day=is_off_day,
                    notice=notice,
                    entered_at=clock.now(),
                    entered_by=actor.id,
                )
        except IntegrityError as error:
            raise Conflict(
                "calendar_day_entered",
                Sentence("这一天已经录入，请先删除。", "This day is entered; remove it first."),
            ) from error
        changed("calendar")
        data = CalendarDayData(day=day, is_off_day=is_off_day)
        _journal(CALENDAR_DAY_ENTERED.kind, "calendar_day", day_id, data, actor)
    return day_id


def remove_calendar_day(*, day_id: UUID, actor: Actor, key: str) -> None:
    """Take an entered day back: the published calendar holds for it again."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        if once(f"directory.remove_calendar_day:{actor.id}", key, {"day": str(day_id)}, day_id):
            return
        found = CalendarDay.objects.filter(pk=day_id).first()
        # Of two who remove it at once, the second removes nothing.
        if found is None or not CalendarDay.objects.filter(pk=day_id).delete()[0]:
            raise NotFound("calendar_day")
        changed("calendar")
        data = CalendarDayData(day=found.date, is_off_day=found.is_off_day)
        _journal(CALENDAR_DAY_REMOVED.kind, "calendar_day", day_id, data, actor)


def complete_calendar_year(*, year: int, notice: str, actor: Actor, key: str) -> None:
    """Say that a year's notice has been entered in full: its warning ends."""
    actor.may(WRITE).or_refuse()
    notice = _words("notice", notice)
    if year not in YEARS:
        sentence = Sentence("请填写年份，如 2027。", "Give a year, such as 2027.")
        raise Invalid("year_unusable", sentence, (FieldError("year", sentence),))
    subject = new_id()
    body = {"year": year, "notice": notice}
    with acting_as(actor):
        if once(f"directory.complete_calendar_year:{actor.id}", key, body, subject) is not None:
            return
        _year, is_new = CalendarYear.objects.get_or_create(
            year=year,
            defaults={"notice": notice, "entered_at": clock.now(), "entered_by": actor.id},
        )
        if is_new:
            changed("calendar")
            data = CalendarYearData(year=year)
            _journal(CALENDAR_YEAR_COMPLETED.kind, "calendar_year", subject, data, actor)


def _words(field: str, text: str) -> str:
    words = text.strip()
    if not 0 < len(words) <= TEXT_CHARACTERS_MAX:
        sentence = Sentence(
            "请填写，最多 {most} 个字。",
            "Fill this in, with at most {most} characters.",
            {"most": TEXT_CHARACTERS_MAX},
        )
        raise Invalid("text_unusable", sentence, (FieldError(field, sentence),))
    return words


def _journal(
    kind: str,
    subject_kind: str,
    subject_id: UUID,
    data: CalendarDayData | CalendarYearData,
    actor: Actor,
) -> None:
    record(
        kind,
        actor=actor,
        subject_kind=subject_kind,
        subject_id=subject_id,
        area_id=actor.area_id,
        data=data,
    )
