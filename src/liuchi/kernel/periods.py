"""Stretches of the calendar that something holds in, or is counted in: this month, this quarter."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from liuchi.kernel.sentences import Sentence

_WEEK = timedelta(days=7)


class Per(StrEnum):
    """A stretch of the calendar."""

    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


PER_WORDS = {
    Per.DAY: Sentence("每天", "a day"),
    Per.WEEK: Sentence("每周", "a week"),
    Per.MONTH: Sentence("每月", "a month"),
    Per.QUARTER: Sentence("每季度", "a quarter"),
    Per.YEAR: Sentence("每年", "a year"),
}
_MONTHS = {Per.MONTH: 1, Per.QUARTER: 3, Per.YEAR: 12}


def period(per: Per, on: date) -> tuple[date, date]:
    """Return the days, from and up to but not including, of the stretch a day lies in."""
    if per is Per.DAY:
        return on, on + timedelta(days=1)
    if per is Per.WEEK:
        first = on - timedelta(days=on.weekday())
        return first, first + _WEEK
    months = _MONTHS[per]
    first = on.replace(month=(on.month - 1) // months * months + 1, day=1)
    beyond = first.month + months
    end = first.replace(year=first.year + (beyond > 12), month=(beyond - 1) % 12 + 1)  # noqa: PLR2004  months
    return first, end
