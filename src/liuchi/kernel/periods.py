"""Stretches of the calendar that something holds in, or is counted in: this month, this quarter."""

from __future__ import annotations

import re
from dataclasses import dataclass
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


_CODES = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])))?", re.ASCII
)
_MONTHS_NAMED = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One month, quarter or year of the calendar; ``first`` is its first day."""

    per: Per
    first: date

    @property
    def end(self) -> date:
        """The first day after it."""
        return period(self.per, self.first)[1]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)

    @property
    def previous(self) -> Span:
        """The one of the same length before."""
        return span_of(self.per, self.first - timedelta(days=1))

    @property
    def year_before(self) -> Span:
        """The same stretch of the year before."""
        return Span(self.per, self.first.replace(year=self.first.year - 1))

    @property
    def code(self) -> str:
        """How an address names it: ``2022-05``, ``2022-Q2``, ``2022``."""
        if self.per is Per.MONTH:
            return f"{self.first:%Y-%m}"
        if self.per is Per.QUARTER:
            return f"{self.first:%Y}-Q{self._quarter}"
        return f"{self.first:%Y}"

    @property
    def words(self) -> Sentence:
        """How people say it: 2022年5月, 2022年第二季度, 2022年."""
        year = self.first.year
        if self.per is Per.MONTH:
            name = _MONTHS_NAMED[self.first.month - 1]
            return Sentence(f"{year}年{self.first.month}月", f"{name} {year}")
        if self.per is Per.QUARTER:
            said = _QUARTERS[self._quarter - 1]
            return Sentence(f"{year}年第{said}季度", f"Q{self._quarter} {year}")
        return Sentence(f"{year}年", str(year))

    @property
    def _quarter(self) -> int:
        return (self.first.month + 2) // 3


def span_of(per: Per, on: date) -> Span:
    """Return the month, quarter or year a day lies in."""
    return Span(per, period(per, on)[0])


def read_span(text: str) -> Span | None:
    """Read a :attr:`Span.code`; None for what is none."""
    found = _CODES.fullmatch(text)
    if found is None:
        return None
    year, month, quarter = int(found["year"]), found["month"], found["quarter"]
    if month:
        return Span(Per.MONTH, date(year, int(month), 1))
    if quarter:
        return Span(Per.QUARTER, date(year, int(quarter) * 3 - 2, 1))
    return Span(Per.YEAR, date(year, 1, 1))
