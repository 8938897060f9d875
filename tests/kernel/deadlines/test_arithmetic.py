"""Ends of limits against two computations that share nothing with ours.

One writes down, minute by minute, whether a timer runs, over the days off and make-up work
days of the State Council's notices for 2024 to 2026 typed in by hand. The other is
dateutil's recurrence rules, fed with the same days.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from dateutil.rrule import DAILY, FR, HOURLY, MO, TH, TU, WE, rrule, rruleset
from hypothesis import given, settings
from hypothesis import strategies as st

from liuchi.kernel.calendar import Interval, WorkCalendar, WorkingHours
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.deadlines import Change, Deadline, due_at, used
from liuchi.kernel.durations import Duration, TimeUnit

CALENDAR = WorkCalendar()
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


def days(*written: str) -> set[date]:
    """Read ``2024-02-10..17`` and ``2024-01-01``, as the notices write them."""
    found = set()
    for text in written:
        first, _, last = text.partition("..")
        begin = date.fromisoformat(first)
        end = date.fromisoformat(first[:8] + last) if len(last) == 2 else begin
        end = date.fromisoformat(f"{first[:5]}{last}") if len(last) == 5 else end
        found |= {begin + timedelta(n) for n in range((end - begin).days + 1)}
    return found


# 国办发明电〔2023〕7号、〔2024〕12号、〔2025〕7号
OFF = days(
    "2024-01-01", "2024-02-10..17", "2024-04-04..06", "2024-05-01..05", "2024-06-10",
    "2024-09-15..17", "2024-10-01..07",
    "2025-01-01", "2025-01-28..02-04", "2025-04-04..06", "2025-05-01..05", "2025-05-31..06-02",
    "2025-10-01..08",
    "2026-01-01..03", "2026-02-15..23", "2026-04-04..06", "2026-05-01..05", "2026-06-19..21",
    "2026-09-25..27", "2026-10-01..07",
)  # fmt: skip
MADE_UP = days(
    "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14",
    "2024-09-29", "2024-10-12", "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28",
    "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20",
    "2026-10-10",
)  # fmt: skip
ALWAYS = bytes([1]) * 1440
NEVER = bytes(1440)
OFFICE = bytes(8 <= minute // 60 < 12 or 14 <= minute // 60 < 18 for minute in range(1440))
LONGEST = timedelta(days=120)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def is_worked(day: date) -> bool:
    return day in MADE_UP or (day.weekday() < 5 and day not in OFF)


def minutes(start: datetime, unit: TimeUnit, pauses: list[Interval]) -> list[int]:
    """Say of each minute from an instant on whether the timer runs in it: 1 or 0."""
    midnight = start.replace(hour=0, minute=0)
    written = bytearray()
    for n in range(LONGEST.days):
        is_open = unit in (TimeUnit.URGENT_HOURS, TimeUnit.DAYS)
        worked = is_worked((midnight + timedelta(n)).date())
        mask = OFFICE if unit is TimeUnit.WORK_HOURS else ALWAYS
        written += ALWAYS if is_open else mask if worked else NEVER
    for pause in pauses:
        for minute in range((pause.start - midnight) // MINUTE, (pause.end - midnight) // MINUTE):
            if 0 <= minute < len(written):
                written[minute] = 0
    return list(written[(start - midnight) // MINUTE :])


def walk(start: datetime, limit: Duration, pauses: list[Interval]) -> datetime:
    """Return the end of a limit, one minute after the other."""
    left = limit.amount * (60 if "hours" in limit.unit.value else 24 * 60)
    if not left:
        return start
    for passed, runs in enumerate(minutes(start, limit.unit, pauses), start=1):
        left -= runs
        if not left:
            return start + passed * MINUTE
    raise AssertionError(limit)


def test_the_days_are_those_of_the_notices() -> None:
    first = date(2024, 1, 1)
    ours = [CALENDAR.is_work_day(first + timedelta(n)) for n in range(1096)]
    assert ours == [is_worked(first + timedelta(n)) for n in range(1096)]
    assert sum(ours) == 251 + 248 + 248


# Around National Day and Spring Festival of the three years, where others go wrong.
EDGES = ("2024-02-01", "2024-09-12", "2025-01-20", "2025-09-25", "2026-02-09", "2026-09-17")
starts = st.builds(
    lambda edge, minute: at(f"{edge}T00:00") + minute * MINUTE,
    st.sampled_from(EDGES),
    st.integers(0, 21 * 1440),
)
limits = st.builds(Duration, st.integers(0, 12), st.sampled_from(TimeUnit))
pauses = st.builds(
    lambda start, length: Interval(start, start + length * MINUTE), starts, st.integers(0, 9000)
)
changes = st.lists(st.one_of(pauses, limits), max_size=4)


@settings(max_examples=60)
@given(starts, limits, changes)
def test_the_end_is_the_one_a_walk_by_minutes_finds(
    start: datetime, limit: Duration, changes: list[Change]
) -> None:
    cuts = [change for change in changes if isinstance(change, Interval)]
    end = walk(start, limit, cuts)
    for more in changes:
        if isinstance(more, Duration):
            end = walk(end, more, cuts)
    assert due_at(start, limit, CALENDAR, changes=changes) == end


@settings(max_examples=60)
@given(starts, st.integers(0, 30 * 1440), st.sampled_from(TimeUnit), st.lists(pauses, max_size=3))
def test_what_is_used_is_what_a_walk_by_minutes_counts(
    start: datetime, length: int, unit: TimeUnit, cuts: list[Interval]
) -> None:
    ran = sum(minutes(start, unit, cuts)[:length])
    until = start + length * MINUTE
    assert used(start, until, unit, CALENDAR, changes=cuts) == ran * MINUTE


@settings(max_examples=60)
@given(starts, st.integers(0, 10**9), limits, st.lists(pauses, max_size=3))
def test_the_end_is_the_first_instant_by_which_all_is_used(
    start: datetime, microseconds: int, limit: Duration, cuts: list[Interval]
) -> None:
    deadline = Deadline(start + microseconds * TICK, limit, CALENDAR, tuple(cuts))
    due = deadline.due
    assert deadline.used(due) == limit.counted
    assert limit.amount == 0 or deadline.used(due - TICK) < limit.counted
    assert (deadline.is_overdue(due), deadline.is_overdue(due + TICK)) == (False, True)
    half = deadline.warn_at(50)
    assert deadline.used(half) == limit.counted / 2
    assert deadline.left(half) == limit.counted / 2
    assert (deadline.left(due), deadline.late(due)) == (timedelta(), timedelta())


def recurring(frequency: int, since: datetime, hours: tuple[int, ...]) -> rruleset:
    """Return the worked days, or hours of worked days, as recurrence rules say them."""
    rules = rruleset()
    first = since.replace(tzinfo=None, hour=0, minute=0)
    rules.rrule(rrule(frequency, first, byweekday=(MO, TU, WE, TH, FR), byhour=hours))
    for hour in hours:
        for day in OFF:
            rules.exdate(datetime.combine(day, time(hour)))
        for day in MADE_UP:
            if day >= first.date():
                rules.rdate(datetime.combine(day, time(hour)))
    return rules


@settings(max_examples=20)
@given(st.sampled_from(EDGES), st.integers(0, 21), st.integers(0, 23), st.integers(1, 30))
def test_work_hours_are_those_of_recurrence_rules(
    edge: str, days_on: int, hour: int, amount: int
) -> None:
    start = at(f"{edge}T00:00") + timedelta(days=days_on, hours=hour)
    rules = recurring(HOURLY, start, (8, 9, 10, 11, 14, 15, 16, 17))
    slots = rules.xafter(start.replace(tzinfo=None), count=amount, inc=True)
    end = list(islice(slots, amount))[-1] + timedelta(hours=1)
    limit = Duration(amount, TimeUnit.WORK_HOURS)
    assert due_at(start, limit, CALENDAR) == end.replace(tzinfo=SHANGHAI)


@settings(max_examples=20)
@given(st.sampled_from(EDGES), st.integers(0, 21), st.integers(1, 40))
def test_work_days_are_those_of_recurrence_rules(edge: str, days_on: int, amount: int) -> None:
    start = at(f"{edge}T00:00") + timedelta(days=days_on)
    rules = recurring(DAILY, start, (0,))
    worked = list(rules.xafter(start.replace(tzinfo=None), count=amount, inc=True))
    limit = Duration(amount, TimeUnit.WORK_DAYS)
    end = worked[-1].replace(tzinfo=SHANGHAI) + timedelta(days=1)
    assert due_at(start, limit, CALENDAR) == end


@pytest.mark.parametrize(
    ("started", "limit", "due"),
    [
        ("2026-09-30T16:00", "4 work hours", "2026-10-08T10:00"),
        ("2026-09-30T16:00", "4 urgent hours", "2026-09-30T20:00"),
        ("2026-09-30T16:00", "4 work days", "2026-10-12T16:00"),  # Saturday the 10th is worked
        ("2026-09-30T16:00", "4 days", "2026-10-04T16:00"),
        ("2025-09-30T17:30", "1 work hour", "2025-10-09T08:30"),
        ("2024-09-30T16:00", "5 work days", "2024-10-12T16:00"),
        ("2026-02-14T17:00", "2 work hours", "2026-02-24T09:00"),  # a Saturday before the festival
        ("2025-01-26T17:00", "2 work hours", "2025-01-27T09:00"),  # a Sunday
        ("2024-02-09T17:00", "1 work hour", "2024-02-09T18:00"),
    ],
)
def test_known_ends(started: str, limit: str, due: str) -> None:
    assert due_at(at(started), Duration.parse(limit), CALENDAR) == at(due)


def test_an_extension_runs_on_and_moves_the_warning() -> None:
    start, limit = at("2026-09-30T16:00"), Duration.parse("4 work hours")
    longer = Deadline(start, limit, CALENDAR, (Duration.parse("4 work hours"),))
    assert longer.due == due_at(start, Duration.parse("8 work hours"), CALENDAR)
    assert Deadline(start, limit, CALENDAR).warn_at() == at("2026-10-08T09:00")
    assert longer.warn_at() == at("2026-10-08T12:00")
    other = Deadline(start, limit, CALENDAR, (Duration.parse("2 days"),))
    assert other.due == at("2026-10-10T10:00")
    assert other.warn_at(50) == at("2026-10-09T10:00")


def test_hours_of_the_playbook_outweigh_those_of_the_house() -> None:
    start, limit = at("2026-07-01T11:00"), Duration.parse("2 work hours")
    hours = WorkingHours(((time(8), time(12)), (time(15), time(18))))
    assert due_at(start, limit, CALENDAR, hours) == at("2026-07-01T16:00")
    until = at("2026-07-01T16:00")
    assert used(start, until, limit.unit, CALENDAR, hours=hours) == timedelta(hours=2)


def test_how_late_is_counted_as_the_limit_is() -> None:
    deadline = Deadline(at("2026-09-30T14:00"), Duration.parse("3 work hours"), CALENDAR)
    assert deadline.late(at("2026-10-08T09:00")) == timedelta(hours=2)


def test_an_end_on_unknown_holidays_says_so_and_other_units_need_none() -> None:
    start = at("2026-12-30T09:00")
    for limit, years in (("3 work days", [2027]), ("3 days", []), ("1 work day", [])):
        deadline = Deadline(start, Duration.parse(limit), CALENDAR)
        assert [warning.year for warning in deadline.warnings] == years


@given(starts, limits, st.lists(pauses, max_size=3))
@settings(max_examples=40)
def test_a_pause_never_shortens_and_an_extension_never_either(
    start: datetime, limit: Duration, cuts: list[Interval]
) -> None:
    plain = due_at(start, limit, CALENDAR)
    paused = due_at(start, limit, CALENDAR, changes=cuts)
    longer = due_at(start, limit, CALENDAR, changes=[*cuts, limit])
    assert plain <= paused <= longer
