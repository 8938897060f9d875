"""A deadline in one sentence that a person can check with a wall calendar and a finger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from liuchi.kernel.calendar import Interval, WorkCalendar
from liuchi.kernel.clock import SHANGHAI, local_day, start_of_day
from liuchi.kernel.deadlines.arithmetic import Deadline
from liuchi.kernel.durations import TimeUnit
from liuchi.kernel.sentences import Sentence

SHOWN_MAX = 6
"""How many holidays, make-up days and pauses are named; past them the rest are counted."""

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_WEEKDAYS_ZH = "一二三四五六日"
_CONTINUOUS = {
    TimeUnit.URGENT_HOURS: ("昼夜不停", "day and night"),
    TimeUnit.DAYS: ("含休息日", "days off included"),
}


@dataclass(frozen=True, slots=True)
class _Part:
    """One thing that moved the end: when it begins, and its words."""

    begins: datetime
    zh: str
    en: str
    weekend_days: int = 0


def explain(deadline: Deadline) -> Sentence:
    """Say why a deadline is when it is.

    ``4个工作时：9月30日 16:00 起，10月1日至7日放假，10月8日 10:00 到期`` and
    ``4 work hours: from 30 Sep 16:00; 1–7 Oct off; due 8 Oct 10:00``. Where the end rests
    on a year whose holidays are unknown, a second sentence says so.
    """
    started, due = deadline.started, deadline.due
    year = local_day(started).year
    said = [_Part(started, f"{_zh(started, year)} 起", f"from {_en(started, year)}")]
    said += _told(sorted(_parts(deadline), key=lambda part: part.begins))
    for more in deadline.extensions:
        said.append(_Part(due, f"延长{more.sentence.zh}", f"{more.sentence.en} more"))
    if local_day(started) == local_day(due):
        said.append(_Part(due, f"当天 {_time(due)} 到期", f"due the same day at {_time(due)}"))
    else:
        said.append(_Part(due, f"{_zh_end(due, year)} 到期", f"due {_en_end(due, year)}"))
    limit = deadline.limit.sentence
    zh = f"{limit.zh}：" + "，".join(part.zh for part in said)
    en = f"{limit.en}: " + "; ".join(part.en for part in said)
    for warning in deadline.warnings:
        zh += f"。{warning.year}年放假安排未录入，暂按周一至周五计"
        en += f". The holidays of {warning.year} are not known: counted Monday to Friday"
    return Sentence(zh, en)


def spell(counted: timedelta, unit: TimeUnit) -> Sentence:
    """Say counted time: ``3小时20分`` for the two kinds of hours, ``2天5小时`` for days.

    Whole work days are said without the hours over: they are hours of the clock, not of work.
    """
    minutes = int(counted.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    if unit.is_hours:
        parts = [(hours, "小时", "hour"), (minutes, "分", "minute")]
    else:
        days, hours = divmod(hours, 24)
        word = ("个工作日", "work day") if unit is TimeUnit.WORK_DAYS else ("天", "day")
        over = 0 if days and unit is TimeUnit.WORK_DAYS else hours
        parts = [(days, *word), (over, "小时", "hour")]
    shown = [part for part in parts if part[0]] or parts[-1:]
    return Sentence(
        "".join(f"{amount}{zh}" for amount, zh, _ in shown),
        " ".join(f"{amount} {en}{'' if amount == 1 else 's'}" for amount, _, en in shown),
    )


def _parts(deadline: Deadline) -> Iterator[_Part]:
    """Yield what a person must know to count along, in no order."""
    started, due = deadline.started, deadline.due
    year, unit = local_day(started).year, deadline.limit.unit
    units = {unit, *(more.unit for more in deadline.extensions)}
    if unit in _CONTINUOUS:
        yield _Part(started, *_CONTINUOUS[unit])
    if units - set(_CONTINUOUS):
        yield from _days(deadline.calendar, local_day(started), local_day(due), year)
    if unit is TimeUnit.WORK_HOURS and deadline.limit.amount:
        yield from _later_start(deadline)
    for pause in deadline.pauses:
        if pause.start < due and pause.end > started:
            yield _paused(pause, year)


def _later_start(deadline: Deadline) -> Iterator[_Part]:
    """Say when the timer first runs, where it was started outside working hours."""
    tick = timedelta(microseconds=1)
    begins = deadline.calendar.advance(deadline.started, tick, TimeUnit.WORK_HOURS) - tick
    if begins > deadline.started:
        year = local_day(deadline.started).year
        yield _Part(begins, f"{_zh(begins, year)} 起算", f"counted from {_en(begins, year)}")


def _paused(pause: Interval, year: int) -> _Part:
    return _Part(
        pause.start,
        f"{_zh(pause.start, year)} 至 {_zh(pause.end, year)} 暂停",
        f"paused {_en(pause.start, year)} to {_en(pause.end, year)}",
    )


def _days(calendar: WorkCalendar, first: date, last: date, year: int) -> Iterator[_Part]:
    """Yield runs of days off and the make-up days between two days, both included."""
    run: list[date] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 2):
        day = date.fromordinal(ordinal)
        is_worked = day > last or calendar.is_work_day(day)
        if not is_worked:
            run.append(day)
            continue
        if run:
            yield _off(calendar, run[0], run[-1], year)
            run = []
        if day <= last and day.weekday() >= _SATURDAY:
            zh = f"{_zh_day(day, year)}（周{_WEEKDAYS_ZH[day.weekday()]}）上班"
            yield _Part(start_of_day(day), zh, f"{day:%a} {_en_day(day, year)} worked")


def _off(calendar: WorkCalendar, first: date, last: date, year: int) -> _Part:
    days = [first + n * _ONE_DAY for n in range((last - first).days + 1)]
    is_weekend = not any(calendar.is_holiday(day) for day in days)
    zh, en = _zh_day(first, year), _en_day(first, year)
    if is_weekend and first == last:
        zh, en = f"{zh}（周{_WEEKDAYS_ZH[first.weekday()]}）", f"{first:%a} {en}"
    elif first != last and (first.year, first.month) == (last.year, last.month):
        zh, en = f"{zh}至{last.day}日", f"{first.day}–{_en_day(last, year)}"
    elif first != last:
        zh, en = f"{zh}至{_zh_day(last, year)}", f"{en} – {_en_day(last, year)}"
    word = "休息" if is_weekend else "放假"
    return _Part(start_of_day(first), f"{zh}{word}", f"{en} off", len(days) if is_weekend else 0)


def _told(parts: list[_Part]) -> Iterator[_Part]:
    """Yield the parts as they are said: many weekends as their days, and not too many in all."""
    weekends = [part.weekend_days for part in parts if part.weekend_days]
    named = [part for part in parts if not part.weekend_days or len(weekends) == 1]
    yield from named[:SHOWN_MAX]
    if len(named) > SHOWN_MAX:
        rest = len(named) - SHOWN_MAX
        yield _Part(named[-1].begins, f"其余{rest}项放假、调休从略", f"{rest} more not named")
    if len(weekends) > 1:
        off = sum(weekends)
        yield _Part(parts[-1].begins, f"其间周末休息{off}天", f"{off} weekend days off")


def _time(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%H:%M}"


def _zh_day(day: date, year: int) -> str:
    return ("" if day.year == year else f"{day.year}年") + f"{day.month}月{day.day}日"


def _en_day(day: date, year: int) -> str:
    return f"{day.day} {day:%b}" + ("" if day.year == year else f" {day.year}")


def _zh(instant: datetime, year: int) -> str:
    return f"{_zh_day(local_day(instant), year)} {_time(instant)}"


def _en(instant: datetime, year: int) -> str:
    return f"{_en_day(local_day(instant), year)} {_time(instant)}"


def _zh_end(instant: datetime, year: int) -> str:
    """Midnight as an end is the 24:00 of the day before: that is how people say it."""
    if instant == start_of_day(local_day(instant)):
        return f"{_zh_day(local_day(instant) - _ONE_DAY, year)} 24:00"
    return _zh(instant, year)


def _en_end(instant: datetime, year: int) -> str:
    if instant == start_of_day(local_day(instant)):
        return f"{_en_day(local_day(instant) - _ONE_DAY, year)} 24:00"
    return _en(instant, year)
