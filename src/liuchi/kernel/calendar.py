"""Which days are worked, and how limits run over them.

The four units of a limit (GB/T 30428 family, see :class:`TimeUnit`) differ only
in when their timer runs: always, during working hours, or on whole work days.
So the spans in which one work day runs serve ``add`` and ``elapsed`` of every unit,
whole days between are counted in a list of the year's work days, and pauses are
cut out. Filing a case sets four limits: each costs microseconds, however far its end.

Public holidays and make-up work days (调休) follow the State Council's yearly
notice, as ``chinesecalendar`` carries it. A year it lacks falls back to plain
weekdays and says so (:class:`CalendarWarning`); days can be entered by hand.
What is asked of a limit beside its end stands in :mod:`liuchi.kernel.deadlines`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import chinese_calendar

from liuchi.kernel.clock import SHANGHAI, local_day, start_of_day
from liuchi.kernel.durations import Duration, TimeUnit
from liuchi.kernel.sentences import Sentence

_NOTHING = timedelta()
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_CONTINUOUS = (TimeUnit.URGENT_HOURS, TimeUnit.DAYS)


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
    _years: dict[int, tuple[int, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

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

    def with_hours(self, hours: WorkingHours | None) -> WorkCalendar:
        """Return the same days with other working hours; this calendar where None is given."""
        if hours is None or hours == self.hours:
            return self
        made = replace(self, hours=hours)
        object.__setattr__(made, "_years", self._years)  # days are the same in both
        return made

    def is_work_day(self, day: date) -> bool:
        """Whether people work on this Shanghai calendar day."""
        worked, ordinal = self._worked(day.year), day.toordinal()
        place = bisect_left(worked, ordinal)
        return place < len(worked) and worked[place] == ordinal

    def is_holiday(self, day: date) -> bool:
        """Whether a notice, or an entry by hand, makes this a day off: no plain weekend."""
        if self.is_work_day(day):
            return False
        return day in self.entered or day.weekday() < _SATURDAY or _published(day.year).names(day)

    def warnings(self, start: datetime, end: datetime) -> tuple[CalendarWarning, ...]:
        """Return a warning per year between two instants that nobody published."""
        years = range(local_day(start).year, local_day(end).year + 1)
        return tuple(
            CalendarWarning(year)
            for year in years
            if year not in self.complete_years and not _published(year).is_known
        )

    def add(self, start: datetime, duration: Duration, pauses: Sequence[Interval] = ()) -> datetime:
        """Return the earliest instant at which ``duration`` has run since ``start``.

        Four work hours from 08:00 end at 12:00, not at 14:00. A duration of zero
        ends where it starts, also outside working time.
        """
        return self.advance(start, duration.counted, duration.unit, pauses)

    def advance(
        self, start: datetime, counted: timedelta, unit: TimeUnit, pauses: Sequence[Interval] = ()
    ) -> datetime:
        """Do what ``add`` does for any counted time: three quarters of a limit, say."""
        left, begin = counted, start
        if not left:
            return start
        for pause in _merged(pauses):
            ran = self._ran(begin, pause.start, unit)
            if ran >= left:
                break
            left, begin = left - ran, max(begin, pause.end)
        return self._after(begin, left, unit)

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
        ran = self._ran(start, end, unit)
        for pause in _merged(pauses):
            ran -= self._ran(max(start, pause.start), min(end, pause.end), unit)
        return ran

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

    def _after(self, start: datetime, left: timedelta, unit: TimeUnit) -> datetime:
        """Return when ``left``, more than nothing, has run since ``start``, pauses apart."""
        if unit in _CONTINUOUS:
            return start + left
        spans = _spans(self.hours, unit)
        day, since = _split(start)
        today = _run_by(spans, _ONE_DAY) - _run_by(spans, since)
        if not self.is_work_day(day) or left > today:
            left -= today if self.is_work_day(day) else _NOTHING
            whole = _run_by(spans, _ONE_DAY)
            # What fills a day ends with it: it is not carried to the morning of the next.
            days = -(-left // whole)
            day, since, left = self._work_day_after(day, days), _NOTHING, left - (days - 1) * whole
        return start_of_day(day) + _reached(spans, left + _run_by(spans, since))

    def _ran(self, start: datetime, end: datetime, unit: TimeUnit) -> timedelta:
        """Return what ran between two instants, pauses apart."""
        if end <= start:
            return _NOTHING
        if unit in _CONTINUOUS:
            return end - start
        spans = _spans(self.hours, unit)
        (first, since), (last, until) = _split(start), _split(end)
        ran = self._work_days(first, last) * _run_by(spans, _ONE_DAY)
        if self.is_work_day(first):
            ran -= _run_by(spans, since)
        if self.is_work_day(last):
            ran += _run_by(spans, until)
        return ran

    def _worked(self, year: int) -> tuple[int, ...]:
        """Return the work days of a year in order, as ``date.toordinal`` numbers them."""
        worked = self._years.get(year)
        if worked is None:
            worked = _published(year).worked
            entered = [day for day in self.entered.values() if day.date.year == year]
            if entered:
                off = {day.date.toordinal() for day in entered if day.is_off_day}
                made_up = {day.date.toordinal() for day in entered if not day.is_off_day}
                worked = tuple(sorted((set(worked) | made_up) - off))
            self._years[year] = worked
        return worked

    def _work_day_after(self, day: date, count: int) -> date:
        """Return the ``count``-th work day after a day, ``count`` at least 1."""
        worked = self._worked(day.year)
        place = bisect_left(worked, day.toordinal() + 1) + count - 1
        for year in range(day.year + 1, MAXYEAR):
            if place < len(worked):
                return date.fromordinal(worked[place])
            place -= len(worked)
            worked = self._worked(year)
        msg = f"no end found: {count} work days after {day} there is no day that is worked"
        raise ValueError(msg)

    def _work_days(self, first: date, last: date) -> int:
        """Return how many work days there are from ``first`` on, ``last`` not included."""
        before = bisect_left(self._worked(first.year), first.toordinal())
        whole = sum(len(self._worked(year)) for year in range(first.year, last.year))
        return whole + bisect_left(self._worked(last.year), last.toordinal()) - before


@dataclass(frozen=True, slots=True)
class _Year:
    """A year as published: its work days and holidays by ordinal; weekdays where unknown."""

    worked: tuple[int, ...]
    holidays: frozenset[int]
    is_known: bool

    def names(self, day: date) -> bool:
        """Whether the notice names this day as part of a holiday."""
        return day.toordinal() in self.holidays


@cache
def _published(year: int) -> _Year:
    """Return a year by the published notice; one it lacks has its weekdays and no holidays."""
    first, following = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1
    days = [date.fromordinal(ordinal) for ordinal in range(first, following)]
    try:
        worked = tuple(day.toordinal() for day in days if chinese_calendar.is_workday(day))
        named = [day for day in days if chinese_calendar.get_holiday_detail(day)[1] is not None]
    except NotImplementedError:
        worked = tuple(day.toordinal() for day in days if day.weekday() < _SATURDAY)
        return _Year(worked, frozenset(), is_known=False)
    return _Year(worked, frozenset(day.toordinal() for day in named), is_known=True)


Span = tuple[timedelta, timedelta]


@cache
def _spans(hours: WorkingHours, unit: TimeUnit) -> tuple[Span, ...]:
    """Return when the timer of a unit runs on a work day, as offsets from its midnight."""
    if unit is TimeUnit.WORK_DAYS:
        return ((_NOTHING, _ONE_DAY),)
    midnight = datetime.combine(date.min, time())
    return tuple(
        (
            datetime.combine(date.min, opens) - midnight,
            datetime.combine(date.min, closes) - midnight,
        )
        for opens, closes in hours.stretches
    )


def _run_by(spans: Sequence[Span], moment: timedelta) -> timedelta:
    """Return what has run of a work day by an offset from its midnight."""
    ran = _NOTHING
    for opens, closes in spans:
        if moment > opens:
            ran += min(moment, closes) - opens
    return ran


def _reached(spans: Sequence[Span], ran: timedelta) -> timedelta:
    """Return the earliest offset from midnight by which so much of a work day has run."""
    left = ran
    for opens, closes in spans:
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    msg = f"{ran} is more than a work day has"
    raise ValueError(msg)


def _split(instant: datetime) -> tuple[date, timedelta]:
    """Return the Shanghai day of an instant and how long that day has lasted by then."""
    local = instant.astimezone(SHANGHAI)
    return local.date(), local - start_of_day(local.date())


def _merged(pauses: Sequence[Interval]) -> Iterator[Interval]:
    """Yield pauses in order and apart: what two of them share is one pause."""
    held: Interval | None = None
    for pause in sorted(pauses, key=lambda each: each.start):
        if held is not None and pause.start <= held.end:
            held = Interval(held.start, max(held.end, pause.end))
            continue
        if held is not None:
            yield held
        held = pause
    if held is not None:
        yield held


_source: Callable[[], WorkCalendar] = WorkCalendar


def load_from(source: Callable[[], WorkCalendar]) -> None:
    """Say where the calendar in force comes from; the one place that does, at start."""
    global _source  # noqa: PLW0603  set once, when the installation is put together
    _source = source


def in_force() -> WorkCalendar:
    """Return the calendar deadlines run by: the published days and those entered here."""
    return _source()
