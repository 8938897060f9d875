"""How a clock stands, in working time, and why it ends when it does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuchi.engines.cases.enums import ChangeKind, ClockKind
from liuchi.engines.cases.rules.clocks import how_it_stands, may_ask_time, standing, why
from liuchi.engines.cases.spec import Limit
from liuchi.kernel.calendar import Interval, WorkCalendar
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.deadlines import Change, Deadline


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def ends(limit: str, *changes: Change, start: str = "2026-09-30T16:00") -> Deadline:
    return Deadline(at(start), Limit.parse(limit), WorkCalendar(), changes)


@pytest.mark.parametrize(
    ("now", "zh", "en"),
    [
        ("2026-09-30T17:30", "还剩2小时30分", "2 hours 30 minutes left"),
        ("2026-10-04T12:00", "还剩2小时", "2 hours left"),
        ("2026-10-08T10:00", "还剩0分", "0 minutes left"),
        ("2026-10-08T15:20", "已超时3小时20分", "late by 3 hours 20 minutes"),
    ],
)
def test_how_it_stands_is_said_in_working_time(now: str, zh: str, en: str) -> None:
    held = ends("4 work hours")
    said = how_it_stands(standing(held, at(now)), held)
    assert (said.in_language("zh"), said.in_language("en")) == (zh, en)


def test_while_it_stands_still_nothing_is_late() -> None:
    held = ends("4 work hours")
    found = standing(held, at("2026-10-12T09:00"), is_paused=True)
    assert (found.is_overdue, how_it_stands(found, held).zh) == (False, "暂停计时")


def test_a_clock_says_why_it_ends_when_it_does() -> None:
    words = why(ClockKind.HANDLING, ends("4 work hours"))
    assert words.in_language("zh") == (
        "处置时限 4个工作时：9月30日 16:00 起，10月1日至7日放假，10月8日 10:00 到期"
    )
    assert words.in_language("en") == (
        "Limit for handling: 4 work hours: from 30 Sep 16:00; 1–7 Oct off; due 8 Oct 10:00"
    )


@pytest.mark.parametrize(
    ("limit", "provisional"), [("4 work hours", True), ("12 urgent hours", False)]
)
def test_an_end_on_a_year_nobody_has_published_is_provisional(
    limit: str, provisional: bool
) -> None:
    held = ends(limit, start="2026-12-31T17:00")
    assert standing(held, at("2026-12-31T17:00")).is_provisional is provisional


PAUSE = Interval(at("2026-10-08T09:00"), at("2026-10-09T09:00"))
MORE = Limit.parse("4 work hours")


@given(st.lists(st.sampled_from([PAUSE, MORE]), max_size=4), st.integers(0, 40_000))
def test_what_is_used_and_left_add_up_to_what_was_given(
    changes: list[Change], minutes: int
) -> None:
    now = at("2026-09-30T16:00") + timedelta(minutes=minutes)
    found = standing(ends("4 work hours", *changes), now)
    given_hours = 4 + 4 * changes.count(MORE)
    assert found.used + found.left - found.late == timedelta(hours=given_hours)


def test_more_time_is_asked_for_before_the_end() -> None:
    held = ends("4 work hours")
    assert may_ask_time(ChangeKind.EXTENSION, held, at("2026-10-08T10:00")).allowed
    late = may_ask_time(ChangeKind.EXTENSION, held, at("2026-10-08T10:01"))
    assert (late.allowed, late.reason_code) == (False, "limit_passed")
    assert may_ask_time(ChangeKind.SUSPENSION, held, at("2026-10-08T10:01")).allowed
