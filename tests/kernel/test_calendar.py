"""Limits over the working calendar, against an oracle that walks minute by minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuchi.kernel.calendar import (
    EnteredDay,
    Interval,
    WorkCalendar,
    WorkingHours,
)
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.durations import Duration, TimeUnit

CALENDAR = WorkCalendar()
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# The days of the State Council's notice for 2022 (国办发明电〔2021〕11号) around which
# the oracle walks, written out by hand so that it shares nothing with the code.
OFF_2022 = {
    date(2022, 4, 3), date(2022, 4, 4), date(2022, 4, 5),
    date(2022, 4, 30), date(2022, 5, 1), date(2022, 5, 2), date(2022, 5, 3), date(2022, 5, 4),
    date(2022, 6, 3), date(2022, 6, 4), date(2022, 6, 5),
}  # fmt: skip
MADE_UP_2022 = {date(2022, 4, 2), date(2022, 4, 24), date(2022, 5, 7)}


def oracle_runs(minute: datetime, unit: TimeUnit) -> bool:
    """Whether the timer runs during the minute that begins here."""
    day = minute.date()
    worked = day in MADE_UP_2022 or (day.weekday() < 5 and day not in OFF_2022)
    if unit is TimeUnit.WORK_DAYS:
        return worked
    if unit is TimeUnit.WORK_HOURS:
        return worked and (8 <= minute.hour < 12 or 14 <= minute.hour < 18)
    return True


def oracle_add(start: datetime, duration: Duration, pauses: tuple[Interval, ...] = ()) -> datetime:
    left = duration.amount * (60 if "hours" in duration.unit.value else 24 * 60)
    minute = start
    while left:
        paused = any(p.start <= minute < p.end for p in pauses)
        left -= oracle_runs(minute, duration.unit) and not paused
        minute += MINUTE
    return minute


spring = st.integers(0, 60 * 24 * 60).map(lambda m: at("2022-04-01T00:00") + m * MINUTE)
units = st.sampled_from(TimeUnit)
durations = st.builds(Duration, st.integers(0, 8), units)
pauses = st.lists(
    st.tuples(spring, st.integers(0, 3000)).map(lambda p: Interval(p[0], p[0] + p[1] * MINUTE)),
    max_size=3,
).map(tuple)


@given(spring, durations, pauses)
def test_add_agrees_with_the_minute_walk(
    start: datetime, duration: Duration, pauses: tuple[Interval, ...]
) -> None:
    assert CALENDAR.add(start, duration, pauses) == oracle_add(start, duration, pauses)


@given(spring, st.integers(0, 20_000), units, pauses)
def test_elapsed_agrees_with_the_minute_walk(
    start: datetime, minutes: int, unit: TimeUnit, pauses: tuple[Interval, ...]
) -> None:
    walked = sum(
        oracle_runs(minute, unit) and not any(p.start <= minute < p.end for p in pauses)
        for minute in (start + n * MINUTE for n in range(minutes))
    )
    end = start + minutes * MINUTE
    assert CALENDAR.elapsed(start, end, unit, pauses) == walked * MINUTE


@given(spring, durations, pauses)
def test_elapsed_undoes_add(
    start: datetime, duration: Duration, pauses: tuple[Interval, ...]
) -> None:
    end = CALENDAR.add(start, duration, pauses)
    assert CALENDAR.elapsed(start, end, duration.unit, pauses) == duration.counted
    if duration.amount:
        # ...and no earlier instant would do: add returns the first one.
        before = end - MINUTE
        assert CALENDAR.elapsed(start, before, duration.unit, pauses) < duration.counted


@given(spring, spring, durations)
def test_add_keeps_the_order_of_starts(
    first: datetime, second: datetime, duration: Duration
) -> None:
    earlier, later = sorted((first, second))
    assert CALENDAR.add(earlier, duration) <= CALENDAR.add(later, duration)


@given(spring, units, st.integers(0, 8), st.integers(0, 8))
def test_add_grows_with_the_amount(start: datetime, unit: TimeUnit, a: int, b: int) -> None:
    less, more = sorted((a, b))
    assert CALENDAR.add(start, Duration(less, unit)) <= CALENDAR.add(start, Duration(more, unit))


@given(spring, durations, pauses)
def test_a_pause_never_brings_the_end_nearer(
    start: datetime, duration: Duration, pauses: tuple[Interval, ...]
) -> None:
    assert CALENDAR.add(start, duration, pauses) >= CALENDAR.add(start, duration)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2022-04-24", True),  # a Sunday worked for 劳动节
        ("2022-05-07", True),  # a Saturday worked for 劳动节
        ("2022-05-02", False),
        ("2022-05-03", False),
        ("2022-05-04", False),
        ("2022-05-05", True),
        ("2022-05-08", False),  # an ordinary Sunday
        ("2024-02-04", True),
        ("2024-02-12", False),
    ],
)
def test_holidays_and_make_up_days(day: str, worked: bool) -> None:
    assert CALENDAR.is_work_day(date.fromisoformat(day)) is worked


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        # 29 April 2022 is the Friday before the five days off.
        ("2022-04-29T17:00", "2 work hours", "2022-05-05T09:00"),
        ("2022-04-29T17:00", "1 work hour", "2022-04-29T18:00"),
        ("2022-04-29T17:00", "2 urgent hours", "2022-04-29T19:00"),
        ("2022-04-29T17:00", "3 work days", "2022-05-07T17:00"),
        ("2022-04-29T17:00", "3 days", "2022-05-02T17:00"),
        ("2022-05-06T11:00", "4 work hours", "2022-05-06T17:00"),
        ("2022-05-01T03:00", "0 work hours", "2022-05-01T03:00"),
    ],
)
def test_known_limits(start: str, duration: str, end: str) -> None:
    assert CALENDAR.add(at(start), Duration.parse(duration)) == at(end)


@pytest.mark.parametrize(
    ("posted", "over"),
    [
        ("2022-05-13T09:30", "2022-05-21"),  # Friday to the end of the next Friday
        ("2022-04-29T16:00", "2022-05-11"),  # across 劳动节 and the make-up Saturday
        ("2022-04-30T10:00", "2022-05-11"),  # posted on a day off: nothing gained or lost
    ],
)
def test_a_notice_of_five_work_days_leaves_out_the_day_of_posting(posted: str, over: str) -> None:
    end = CALENDAR.end_of_notice(at(posted), Duration.parse("5 work days"))
    assert end == at(f"{over}T00:00")


def test_a_notice_is_not_counted_in_hours() -> None:
    with pytest.raises(ValueError, match="whole days"):
        CALENDAR.end_of_notice(at("2022-05-13T09:30"), Duration.parse("5 work hours"))


def test_a_year_without_a_notice_warns_and_uses_weekdays() -> None:
    start, end = at("2026-12-30T09:00"), at("2031-01-02T09:00")
    years = [warning.year for warning in CALENDAR.warnings(start, end)]
    assert years == [2027, 2028, 2029, 2030, 2031]
    assert CALENDAR.is_work_day(date(2031, 1, 1)) is True
    assert CALENDAR.is_work_day(date(2031, 1, 4)) is False
    assert CALENDAR.warnings(start, start) == ()
    assert CALENDAR.warnings(end, end)[0].sentence.in_language("zh").startswith("2031年")


def test_days_entered_by_hand_outweigh_the_calendar() -> None:
    days = [
        EnteredDay(date(2031, 1, 1), "元旦", is_off_day=True, notice="示例"),
        EnteredDay(date(2031, 1, 4), "元旦调休", is_off_day=False, notice="示例"),
    ]
    calendar = WorkCalendar.with_days(days, complete_years=[2031])
    assert calendar.is_work_day(date(2031, 1, 1)) is False
    assert calendar.is_work_day(date(2031, 1, 4)) is True
    assert calendar.warnings(at("2031-01-01T00:00"), at("2031-12-31T00:00")) == ()


def test_working_hours_are_the_places_own() -> None:
    summer = WorkingHours(((time(8), time(12)), (time(15), time(18))))
    calendar = WorkCalendar(hours=summer)
    assert calendar.add(at("2022-06-20T11:00"), Duration.parse("2 work hours")) == at(
        "2022-06-20T16:00"
    )


@pytest.mark.parametrize(
    "stretches",
    [(), ((time(12), time(8)),), ((time(8), time(12)), (time(11), time(18)))],
)
def test_working_hours_that_make_no_sense_are_refused(
    stretches: tuple[tuple[time, time], ...],
) -> None:
    with pytest.raises(ValueError, match="in order and apart"):
        WorkingHours(stretches)


def test_an_interval_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        Interval(at("2022-06-20T11:00"), at("2022-06-20T10:00"))


def test_a_start_in_another_zone_is_the_same_instant() -> None:
    start = at("2022-05-06T11:00")
    utc = start.astimezone(tz=None)
    duration = Duration.parse("4 work hours")
    assert CALENDAR.add(utc, duration) == CALENDAR.add(start, duration)
