"""Words shared outward."""

from __future__ import annotations

from enum import StrEnum

from liuchi.kernel.periods import Per
from liuchi.kernel.sentences import Sentence


class Part(StrEnum):
    """Which part of a figure a fact belongs to."""

    WHOLE = "whole"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


class By(StrEnum):
    """What a figure may be broken down by."""

    AREA = "area"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def per(self) -> Per:
        """The stretch of the calendar it is by; not for areas."""
        return Per(self.value)


def by_stretch(per: Per) -> By:
    """Return what breaks a figure down by months, quarters or years."""
    return By(per.value)


class TimeUnit(StrEnum):
    """What a length of time is told in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"

    @property
    def seconds(self) -> int:
        """How many seconds one is."""
        return _SECONDS[self]

    @property
    def sentence(self) -> Sentence:
        """The unit as people say it."""
        return _UNITS[self]


_SECONDS = {TimeUnit.MINUTES: 60, TimeUnit.HOURS: 3_600, TimeUnit.DAYS: 86_400}
_UNITS = {
    TimeUnit.MINUTES: Sentence("分钟", "minutes"),
    TimeUnit.HOURS: Sentence("小时", "hours"),
    TimeUnit.DAYS: Sentence("天", "days"),
}


class Reason(StrEnum):
    """Why a figure is another one than on an earlier day."""

    ADDED = "added"  # happened since
    LATE = "late"  # had happened by then, recorded since
    CORRECTED = "corrected"  # put right: the old one out, the new one in
    REMOVED = "removed"  # taken back
    LEFT = "left"  # no more in the state, or in it elsewhere
    EXCLUDED = "excluded"  # left out with its record, or brought back
    OTHERWISE = "otherwise"  # places regrouped, another definition, a look back from today

    @property
    def sentence(self) -> Sentence:
        """The reason as people say it."""
        return _REASONS[self]


_REASONS = {
    Reason.ADDED: Sentence("新发生的", "happened since"),
    Reason.LATE: Sentence("以前发生、后来才记的", "recorded late"),
    Reason.CORRECTED: Sentence("更正的", "put right"),
    Reason.REMOVED: Sentence("撤销的", "taken back"),
    Reason.LEFT: Sentence("已离开、或改到别处的", "left, or elsewhere now"),
    Reason.EXCLUDED: Sentence("剔除或恢复的", "left out or brought back"),
    Reason.OTHERWISE: Sentence("地方归属或算法变了的", "places or rule changed"),
}


class Arrival(StrEnum):
    """How an installation's facts have come to where they are counted."""

    COUNTED = "counted"
    BEHIND = "behind"  # counted, but sealed before the as-of day had ended
    LATE = "late"  # counted, but handed over after it was due
    MISSING = "missing"  # expected, and not there


class Verdict(StrEnum):
    """What comparing a published figure with the computed one comes to."""

    EQUAL = "equal"
    WITHIN = "within interval"
    CONTRADICTION = "CONTRADICTION in source"
    MISMATCH = "MISMATCH"
    NOT_TIED = "not tied yet"
    NOT_COMPUTED = "not computed"

    @property
    def failed(self) -> bool:
        """Whether this verdict makes the check fail."""
        return self is Verdict.MISMATCH


class Qualifier(StrEnum):
    """How exactly the source says a figure; 余、多、近、超、约 are not exact."""

    EXACT = "exact"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    OVER = "over"
    NEARLY = "nearly"
    APPROX = "approx"

    @property
    def sentence(self) -> Sentence:
        """The qualifier as people write it."""
        return _WORDS[self]


_WORDS = {
    Qualifier.EXACT: Sentence("", ""),
    Qualifier.AT_LEAST: Sentence("余、多、至少", "at least"),
    Qualifier.AT_MOST: Sentence("内、前、以下", "at most"),
    Qualifier.OVER: Sentence("超、突破", "more than"),
    Qualifier.NEARLY: Sentence("近", "nearly"),
    Qualifier.APPROX: Sentence("约", "about"),
}
