"""A clock of a case: only what another person agreed to moves its end, and it says why."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuchi.engines.cases.enums import CaseState, ChangeKind, ClockKind
from liuchi.engines.cases.rules.clocks import (
    Agreed,
    deadline,
    how_it_stands,
    limit_of,
    may_ask_time,
    stage_clock,
    standing,
    why,
)
from liuchi.engines.cases.spec import Limit, LimitsSpec
from liuchi.kernel.calendar import WorkCalendar
from liuchi.kernel.clock import SHANGHAI

CALENDAR = WorkCalendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


BEFORE_THE_HOLIDAY = at("2026-09-30T16:00")
FOUR_HOURS = Limit.parse("4 work hours")
PAUSE = Agreed(ChangeKind.PAUSE, started_at=at("2026-10-08T09:00"), ended_at=at("2026-10-09T09:00"))
MORE = Agreed(ChangeKind.EXTENSION, amount=4)


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ((), "2026-10-08T10:00"),
        ((MORE,), "2026-10-08T16:00"),
        ((PAUSE,), "2026-10-09T10:00"),
        ((PAUSE, MORE), "2026-10-09T16:00"),
        ((MORE, MORE), "2026-10-09T10:00"),
    ],
)
def test_an_end_is_the_limit_and_what_was_agreed(changes: tuple[Agreed, ...], due: str) -> None:
    assert deadline(BEFORE_THE_HOLIDAY, FOUR_HOURS, CALENDAR, changes).due == at(due)


def test_while_it_stands_still_the_end_moves_with_the_day() -> None:
    asked = Agreed(ChangeKind.SUSPENSION, started_at=at("2026-10-08T09:00"))
    for now, due in (
        ("2026-10-08T09:00", "2026-10-08T10:00"),
        ("2026-10-08T11:00", "2026-10-08T12:00"),
        ("2026-10-12T08:00", "2026-10-12T09:00"),
    ):
        ends = deadline(BEFORE_THE_HOLIDAY, FOUR_HOURS, CALENDAR, (asked,), now=at(now))
        found = standing(ends, (asked,), at(now))
        assert (found.due_at, found.used) == (at(due), timedelta(hours=3))
        assert (found.is_paused, found.is_overdue) == (True, False)
        assert how_it_stands(found, ends).in_language("zh") == "暂停计时"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-09-30T17:30", ("还剩2小时30分", "2 hours 30 minutes left")),
        ("2026-10-04T12:00", ("还剩2小时", "2 hours left")),
        ("2026-10-08T10:00", ("还剩0分", "0 minutes left")),
        ("2026-10-08T15:20", ("已超时3小时20分", "late by 3 hours 20 minutes")),
    ],
)
def test_how_it_stands_is_said_in_working_time(now: str, words: tuple[str, str]) -> None:
    ends = deadline(BEFORE_THE_HOLIDAY, FOUR_HOURS, CALENDAR)
    said = how_it_stands(standing(ends, (), at(now)), ends)
    assert (said.in_language("zh"), said.in_language("en")) == words


def test_a_clock_says_why_it_ends_when_it_does() -> None:
    words = why(ClockKind.HANDLING, deadline(BEFORE_THE_HOLIDAY, FOUR_HOURS, CALENDAR))
    assert words.in_language("zh") == (
        "处置时限 4个工作时：9月30日 16:00 起，10月1日至7日放假，10月8日 10:00 到期"
    )
    assert words.in_language("en") == (
        "Limit for handling: 4 work hours: from 30 Sep 16:00; 1–7 Oct off; due 8 Oct 10:00"
    )


def test_a_year_nobody_has_published_is_provisional() -> None:
    ends = deadline(at("2026-12-31T17:00"), FOUR_HOURS, CALENDAR)
    assert standing(ends, (), at("2026-12-31T17:00")).is_provisional is True
    urgent = deadline(at("2026-12-31T17:00"), Limit.parse("12 urgent hours"), CALENDAR)
    assert standing(urgent, (), at("2026-12-31T17:00")).is_provisional is False


@given(st.lists(st.sampled_from([PAUSE, MORE]), max_size=4), st.integers(0, 40_000))
def test_what_is_used_and_left_add_up_to_what_was_given(
    changes: list[Agreed], minutes: int
) -> None:
    now = BEFORE_THE_HOLIDAY + timedelta(minutes=minutes)
    ends = deadline(BEFORE_THE_HOLIDAY, FOUR_HOURS, CALENDAR, changes)
    found = standing(ends, changes, now)
    given_hours = 4 + 4 * changes.count(MORE)
    assert found.used + found.left - found.late == timedelta(hours=given_hours)


def test_an_extension_is_asked_for_in_time() -> None:
    ends = deadline(BEFORE_THE_HOLIDAY, FOUR_HOURS, CALENDAR)
    assert may_ask_time(ChangeKind.EXTENSION, ends, at("2026-10-08T10:00")).allowed
    late = may_ask_time(ChangeKind.EXTENSION, ends, at("2026-10-08T10:01"))
    assert (late.allowed, late.reason_code) == (False, "limit_passed")
    assert may_ask_time(ChangeKind.SUSPENSION, ends, at("2026-10-08T10:01")).allowed


def test_each_state_has_its_clock_and_each_clock_its_limit() -> None:
    assert [stage_clock(state) for state in CaseState] == [
        *[ClockKind.DISPATCH] * 3, *[ClockKind.HANDLING] * 2, *[ClockKind.CHECK] * 2, *[None] * 4,
    ]  # fmt: skip
    limits = LimitsSpec(handling=FOUR_HOURS)
    assert [limit_of(limits, kind) for kind in ClockKind] == [None, FOUR_HOURS, None, None]
