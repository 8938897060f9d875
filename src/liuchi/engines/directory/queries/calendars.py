"""The working calendar in force, and the days entered into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.directory.models import CalendarDay, CalendarYear
from liuchi.engines.directory.queries.people import Page, bounded
from liuchi.engines.directory.scope import require_read
from liuchi.engines.journal.scope import Kept
from liuchi.kernel.actors import Actor
from liuchi.kernel.calendar import EnteredDay, WorkCalendar
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import day_after

WRITE = "directory.calendar.write"


@dataclass(frozen=True, slots=True)
class CalendarDayRow:
    """A day entered by hand, by the notice that orders it."""

    id: UUID
    date: date
    name: str
    is_off_day: bool
    notice: str


def _calendar() -> WorkCalendar:
    return WorkCalendar.with_days(
        [
            EnteredDay(row.date, row.name, row.is_off_day, row.notice)
            for row in CalendarDay.objects.order_by("date")
        ],
        complete_years=CalendarYear.objects.values_list("year", flat=True),
    )


_CALENDAR = Kept("calendar", _calendar)


def work_calendar() -> WorkCalendar:
    """Return the published days and those entered here. ``kernel.calendar`` loads it."""
    return _CALENDAR.get()


def calendar_days(
    actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[CalendarDayRow]:
    """Return the days entered by hand, the latest first."""
    require_read(actor, WRITE)
    most, found = bounded(limit), CalendarDay.objects.order_by("-date")
    if after is not None:
        found = found.filter(date__lt=day_after(after))
    rows = [_row(each) for each in found[: most + 1]]
    next_after = rows[most - 1].date.isoformat() if len(rows) > most else None
    return Page(tuple(rows[:most]), next_after)


def calendar_day(actor: Actor, day_id: UUID) -> CalendarDayRow:
    """Return one entered day, or raise NotFound."""
    require_read(actor, WRITE)
    found = CalendarDay.objects.filter(pk=day_id).first()
    if found is None:
        raise NotFound("calendar_day")
    return _row(found)


def _row(found: CalendarDay) -> CalendarDayRow:
    return CalendarDayRow(found.id, found.date, found.name, found.is_off_day, found.notice)
