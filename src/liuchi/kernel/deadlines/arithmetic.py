"""The end of a limit and what has been used of it, pauses and extensions applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from liuchi.kernel.calendar import CalendarWarning, Interval, WorkCalendar, WorkingHours
from liuchi.kernel.durations import Duration, TimeUnit

Change = Interval | Duration
"""An approved change: an ``Interval`` in which the timer stood still, or a ``Duration`` more."""

WARN_PERCENT = 75
"""How much of a limit is used when its warning comes, where the playbook says nothing."""

_BY_CALENDAR = (TimeUnit.WORK_HOURS, TimeUnit.WORK_DAYS)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit that runs from an instant, with the changes approved so far.

    Pauses may overlap and stand in any order. Extensions run one after the other behind
    the limit, each in its own unit: ``4 work hours`` and then ``2 work days``.
    """

    started: datetime
    limit: Duration
    calendar: WorkCalendar
    changes: tuple[Change, ...] = ()

    @property
    def pauses(self) -> tuple[Interval, ...]:
        """When the timer stood still."""
        return tuple(change for change in self.changes if isinstance(change, Interval))

    @property
    def extensions(self) -> tuple[Duration, ...]:
        """What was added to the limit."""
        return tuple(change for change in self.changes if isinstance(change, Duration))

    @property
    def due(self) -> datetime:
        """The last instant that is in time."""
        last, begins = self._last_leg()
        return self.calendar.add(begins, last, self.pauses)

    def warn_at(self, percent: int = WARN_PERCENT) -> datetime:
        """Return when so many percent of the limit are used; of the extension, if in another unit.

        An extension moves the warning with the end: what was told before is told anew.
        """
        last, begins = self._last_leg()
        counted = last.counted * percent / 100
        return self.calendar.advance(begins, counted, last.unit, self.pauses)

    def used(self, until: datetime) -> timedelta:
        """Return how much has run by an instant, counted as the limit's unit counts it."""
        return self.calendar.elapsed(self.started, until, self.limit.unit, self.pauses)

    def left(self, at: datetime) -> timedelta:
        """Return how much there is left, in the unit of the last extension; zero once it is due."""
        return self.calendar.elapsed(at, self.due, self._last_leg()[0].unit, self.pauses)

    def late(self, at: datetime) -> timedelta:
        """Return by how much the end was missed, in the same unit; zero while in time."""
        return self.calendar.elapsed(self.due, at, self._last_leg()[0].unit, self.pauses)

    def is_overdue(self, at: datetime) -> bool:
        """Whether the end has passed. What is done at the very instant is in time."""
        return at > self.due

    @property
    def warnings(self) -> tuple[CalendarWarning, ...]:
        """The years this end rests on whose holidays nobody has published or entered.

        Urgent hours and calendar days rest on none.
        """
        if not any(leg.unit in _BY_CALENDAR for leg in (self.limit, *self.extensions)):
            return ()
        return self.calendar.warnings(self.started, self.due)

    def _last_leg(self) -> tuple[Duration, datetime]:
        """Return the last stretch of one unit, and when it begins to run."""
        legs = [self.limit]
        for more in self.extensions:
            if more.unit is legs[-1].unit:
                legs[-1] = Duration(legs[-1].amount + more.amount, more.unit)
            else:
                legs.append(more)
        begins = self.started
        for leg in legs[:-1]:
            begins = self.calendar.add(begins, leg, self.pauses)
        return legs[-1], begins


def due_at(
    started: datetime,
    limit: Duration,
    calendar: WorkCalendar,
    hours: WorkingHours | None = None,
    changes: Sequence[Change] = (),
) -> datetime:
    """Return the last instant that is in time; ``hours`` outweigh the calendar's own."""
    return _deadline(started, limit, calendar, hours, changes).due


def used(
    started: datetime,
    until: datetime,
    unit: TimeUnit,
    calendar: WorkCalendar,
    *,
    hours: WorkingHours | None = None,
    changes: Sequence[Change] = (),
) -> timedelta:
    """Return the counted time between two instants without the pauses among the changes."""
    return _deadline(started, Duration(0, unit), calendar, hours, changes).used(until)


def _deadline(
    started: datetime,
    limit: Duration,
    calendar: WorkCalendar,
    hours: WorkingHours | None,
    changes: Sequence[Change],
) -> Deadline:
    return Deadline(started, limit, calendar.with_hours(hours), tuple(changes))
