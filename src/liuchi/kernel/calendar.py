"""Which days are worked, and how limits run over them.

The four units of a limit (GB/T 30428 family, see :class:`TimeUnit`) differ only
in when their timer runs: always, during working hours, or on whole work days.
So one walk over the open stretches of each day serves ``add`` and ``elapsed``,
and pauses are simply cut out of what is open.

Public holidays and make-up work days (调休) follow the State Council's yearly
notice, as ``chinesecalendar`` carries it. A year it lacks falls back to plain
weekdays and says so (:class:`CalendarWarning`); days can be entered by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import chinese_calendar

from liuchi.kernel.clock import SHANGHAI, local_day, start_of_day
from liuchi.kernel.durations import Duration, TimeUnit
from liuchi.kernel.sentences import Sentence

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_WALK_DAYS_MAX = 400_000
"""A thousand years: reached only where no day is ever worked."""


@dataclass(frozen=True, slots=True)
class EnteredDay:
    """A day entered by hand: it outweighs the published calendar.

    ``notice`` names the paper that orders it, e.g. ``国办发明电〔2021〕11号``.
    """

    date: date
    name: str
    is_off_day: bool
    notice: str = ""


@dataclass(frozen=True, slots=True)
class CalendarWarning:
    """A year whose public holidays nobody has published or entered yet."""

    year: int

    @property
    def sentence(self) -> Sentence:
        """What is missing and what to do."""
        return Sentence(
            "{year}年的放假安排还没有录入，暂按周一至周五为工作日计算。请录入国务院办公厅的放假通知。",
            "The public holidays of {year} are not known yet; Monday to Friday count as work "
            "days. Enter the State Council's holiday notice.",
            {"year": str(self.year)},
        )


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open stretch of time, ``start`` included, ``end`` not; both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse an interval that ends before it starts."""
        if self.end < self.start:
            msg = f"an interval ends before it starts: {self.start} to {self.end}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The stretches of a work day that count, in order and apart."""

    stretches: tuple[tuple[time, time], ...] = ((time(8), time(12)), (time(14), time(18)))

    def __post_init__(self) -> None:
        """Refuse hours that overlap, run backwards or are none at all."""
        bounds = [moment for stretch in self.stretches for moment in stretch]
        if not bounds or any(a >= b for a, b in pairwise(bounds)):
            msg = f"working hours must be in order and apart: {self.stretches}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Work days and working hours of one place, in Asia/Shanghai.

    ``entered`` days outweigh the published ones. ``complete_years`` names the
    years whose notice has been entered in full, which ends their warning.
    """

    hours: WorkingHours = WorkingHours()
    entered: Mapping[date, EnteredDay] = field(default_factory=dict)
    complete_years: frozenset[int] = frozenset()

    @classmethod
    def with_days(
        cls,
        days: Iterable[EnteredDay],
        *,
        hours: WorkingHours | None = None,
        complete_years: Iterable[int] = (),
    ) -> WorkCalendar:
        """Return a calendar with days entered by hand."""
        entered = {day.date: day for day in days}
        return cls(hours or WorkingHours(), entered, frozenset(complete_years))

    def is_work_day(self, day: date) -> bool:
        """Whether people work on this Shanghai calendar day."""
        entered = self.entered.get(day)
        if entered is not None:
            return not entered.is_off_day
        published = _published(day)
        return day.weekday() < _SATURDAY if published is None else published

    def warnings(self, start: datetime, end: datetime) -> tuple[CalendarWarning, ...]:
        """Return a warning per year between two instants that nobody published."""
        years = range(local_day(start).year, local_day(end).year + 1)
        return tuple(
            CalendarWarning(year)
            for year in years
            if year not in self.complete_years and _published(date(year, 1, 1)) is None
        )

    def add(self, start: datetime, duration: Duration, pauses: Sequence[Interval] = ()) -> datetime:
        """Return the earliest instant at which ``duration`` has run since ``start``.

        Four work hours from 08:00 end at 12:00, not at 14:00. A duration of zero
        ends where it starts, also outside working time.
        """
        left = duration.counted
        if not left:
            return start
        for stretch in self._open(start, duration.unit, pauses):
            length = stretch.end - stretch.start
            if length >= left:
                return stretch.start + left
            left -= length
        msg = f"no end found for {duration} from {start}: no day is worked"
        raise ValueError(msg)

    def elapsed(
        self,
        start: datetime,
        end: datetime,
        unit: TimeUnit,
        pauses: Sequence[Interval] = (),
    ) -> timedelta:
        """Return the time that ran between two instants, as ``unit`` counts it.

        Compare it with ``Duration.counted``: one work day is 24 counted hours. Zero
        where ``end`` is not after ``start``.
        """
        total = timedelta()
        for stretch in self._open(start, unit, pauses):
            if stretch.start >= end:
                break
            total += min(stretch.end, end) - stretch.start
        return total

    def end_of_notice(self, start: datetime, duration: Duration) -> datetime:
        """Return when a notice of whole days is over: the midnight after its last day.

        The day it is posted does not count (民法典 第二百零一条); units are whole
        ``WORK_DAYS`` or ``DAYS``. Posted on Friday at any hour, five work days end
        with the next Friday, where no holiday lies between.
        """
        if duration.unit.is_hours:
            msg = f"a notice runs in whole days, not {duration}"
            raise ValueError(msg)
        first = start_of_day(local_day(start) + _ONE_DAY)
        if not duration.amount:
            return first
        return self.add(first, duration)

    def _open(
        self, start: datetime, unit: TimeUnit, pauses: Sequence[Interval]
    ) -> Iterator[Interval]:
        """Yield in order the stretches from ``start`` on in which ``unit`` runs."""
        cuts = sorted(pauses, key=lambda pause: pause.start)
        day = local_day(start)
        for _ in range(_WALK_DAYS_MAX):
            for stretch in self._stretches(day, unit):
                if stretch.end > start:
                    begun = Interval(max(stretch.start, start), stretch.end)
                    yield from _without(begun, cuts)
            day += _ONE_DAY

    def _stretches(self, day: date, unit: TimeUnit) -> tuple[Interval, ...]:
        whole = Interval(start_of_day(day), start_of_day(day + _ONE_DAY))
        if unit in (TimeUnit.URGENT_HOURS, TimeUnit.DAYS):
            return (whole,)
        if not self.is_work_day(day):
            return ()
        if unit is TimeUnit.WORK_DAYS:
            return (whole,)
        return tuple(
            Interval(_at(day, opens), _at(day, closes)) for opens, closes in self.hours.stretches
        )


def _published(day: date) -> bool | None:
    """Whether the day is worked by the published notice; None for a year without one."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=SHANGHAI)


def _without(stretch: Interval, cuts: Sequence[Interval]) -> Iterator[Interval]:
    """Yield what is left of a stretch once the cuts, ordered by start, are taken out."""
    begin = stretch.start
    for cut in cuts:
        if cut.start >= stretch.end:
            break
        if cut.start > begin:
            yield Interval(begin, cut.start)
        begin = max(begin, cut.end)
    if begin < stretch.end:
        yield Interval(begin, stretch.end)


_source: Callable[[], WorkCalendar] = WorkCalendar


def load_from(source: Callable[[], WorkCalendar]) -> None:
    """Say where the calendar in force comes from; the one place that does, at start."""
    global _source  # noqa: PLW0603  set once, when the installation is put together
    _source = source


def in_force() -> WorkCalendar:
    """Return the calendar deadlines run by: the published days and those entered here."""
    return _source()
