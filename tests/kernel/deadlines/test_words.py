"""A deadline as one sentence: what a person needs to count along, no more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from liuchi.kernel.calendar import Interval, WorkCalendar
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.deadlines import Change, Deadline, explain, spell
from liuchi.kernel.durations import Duration, TimeUnit

EXPLAINED = """
2026-09-30T16:00 4 work hours
4个工作时：9月30日 16:00 起，10月1日至7日放假，10月8日 10:00 到期
4 work hours: from 30 Sep 16:00; 1–7 Oct off; due 8 Oct 10:00

2026-09-30T20:00 2 work hours
2个工作时：9月30日 20:00 起，10月1日至7日放假，10月8日 08:00 起算，10月8日 10:00 到期
2 work hours: from 30 Sep 20:00; 1–7 Oct off; counted from 8 Oct 08:00; due 8 Oct 10:00

2026-09-28T11:00 4 work hours
4个工作时：9月28日 11:00 起，当天 17:00 到期
4 work hours: from 28 Sep 11:00; due the same day at 17:00

2026-09-30T16:00 4 urgent hours
4个紧急工作时：9月30日 16:00 起，昼夜不停，当天 20:00 到期
4 urgent hours: from 30 Sep 16:00; day and night; due the same day at 20:00

2026-09-30T16:00 7 days
7个自然日：9月30日 16:00 起，含休息日，10月7日 16:00 到期
7 days: from 30 Sep 16:00; days off included; due 7 Oct 16:00

2026-09-18T16:00 3 work days
3个工作日：9月18日 16:00 起，9月19日（周六）休息，9月20日（周日）上班，9月22日 16:00 到期
3 work days: from 18 Sep 16:00; Sat 19 Sep off; Sun 20 Sep worked; due 22 Sep 16:00

2025-01-24T09:00 8 work days
8个工作日：1月24日 09:00 起，1月26日（周日）上班，1月28日至2月4日放假，2月8日（周六）上班，其间周末休息2天，2月11日 09:00 到期
8 work days: from 24 Jan 09:00; Sun 26 Jan worked; 28 Jan – 4 Feb off; Sat 8 Feb worked; 2 weekend days off; due 11 Feb 09:00

2026-10-03T12:00 1 work day
1个工作日：10月3日 12:00 起，10月3日至7日放假，10月8日 24:00 到期
1 work day: from 3 Oct 12:00; 3–7 Oct off; due 8 Oct 24:00

2026-12-30T16:00 2 work days
2个工作日：12月30日 16:00 起，2027年1月1日 16:00 到期。2027年放假安排未录入，暂按周一至周五计
2 work days: from 30 Dec 16:00; due 1 Jan 2027 16:00. The holidays of 2027 are not known: counted Monday to Friday

2026-01-05T09:00 150 work days
150个工作日：1月5日 09:00 起，2月14日（周六）上班，2月15日至23日放假，2月28日（周六）上班，4月4日至6日放假，5月1日至5日放假，5月9日（周六）上班，其余1项放假、调休从略，其间周末休息50天，8月13日 09:00 到期
150 work days: from 5 Jan 09:00; Sat 14 Feb worked; 15–23 Feb off; Sat 28 Feb worked; 4–6 Apr off; 1–5 May off; Sat 9 May worked; 1 more not named; 50 weekend days off; due 13 Aug 09:00
"""  # noqa: E501  each sentence as it reads on a page


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def said(started: str, limit: str, *changes: Change) -> list[str]:
    words = explain(Deadline(at(started), Duration.parse(limit), WorkCalendar(), changes))
    return [words.in_language("zh"), words.in_language("en")]


@pytest.mark.parametrize("block", EXPLAINED.strip().split("\n\n"))
def test_why_a_deadline_is_when_it_is(block: str) -> None:
    asked, *sentences = block.split("\n")
    assert said(*asked.split(" ", 1)) == sentences


def test_pauses_and_extensions_are_named() -> None:
    pause = Interval(at("2026-10-08T09:00"), at("2026-10-09T09:00"))
    zh, en = said("2026-09-30T16:00", "4 work hours", pause, Duration.parse("2 work days"))
    assert zh == (
        "4个工作时：9月30日 16:00 起，10月1日至7日放假，10月8日 09:00 至 10月9日 09:00 暂停，"
        "10月10日（周六）上班，10月11日（周日）休息，延长2个工作日，10月12日 10:00 到期"
    )
    assert en == (
        "4 work hours: from 30 Sep 16:00; 1–7 Oct off; paused 8 Oct 09:00 to 9 Oct 09:00; "
        "Sat 10 Oct worked; Sun 11 Oct off; 2 work days more; due 12 Oct 10:00"
    )


@pytest.mark.parametrize(
    ("counted", "unit", "zh", "en"),
    [
        (timedelta(hours=3, minutes=20), TimeUnit.WORK_HOURS, "3小时20分", "3 hours 20 minutes"),
        (timedelta(minutes=1), TimeUnit.URGENT_HOURS, "1分", "1 minute"),
        (timedelta(), TimeUnit.WORK_HOURS, "0分", "0 minutes"),
        (timedelta(hours=49), TimeUnit.DAYS, "2天1小时", "2 days 1 hour"),
        (timedelta(days=1, hours=15), TimeUnit.WORK_DAYS, "1个工作日", "1 work day"),
        (timedelta(hours=15), TimeUnit.WORK_DAYS, "15小时", "15 hours"),
    ],
)
def test_counted_time_in_words(counted: timedelta, unit: TimeUnit, zh: str, en: str) -> None:
    words = spell(counted, unit)
    assert (words.in_language("zh"), words.in_language("en")) == (zh, en)
