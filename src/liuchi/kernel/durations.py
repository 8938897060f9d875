"""Lengths of time as offices write them: ``5 work days``, ``4个工作时``, ``12 months``.

:class:`Duration` is a limit in one of the four units that run over the working
calendar; :class:`Period` is a stretch of the plain calendar (retention, "within
12 months"). Both are whole numbers and read and print Chinese and English.
"""

from __future__ import annotations

import calendar as plain_calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from liuchi.kernel.sentences import Sentence

AMOUNT_MAX = 100_000
"""Far past any limit an office sets; keeps every walk over days bounded."""


class TimeUnit(StrEnum):
    """The four units of limits in 网格化城市管理 (GB/T 30428 family).

    ``URGENT_HOURS`` 紧急工作时 run through nights and holidays; ``WORK_HOURS``
    工作时 count working time only; ``WORK_DAYS`` 工作日 stand still on days
    off; ``DAYS`` 自然日 are continuous.
    """

    URGENT_HOURS = "urgent hours"
    WORK_HOURS = "work hours"
    WORK_DAYS = "work days"
    DAYS = "days"

    @property
    def is_hours(self) -> bool:
        """Whether one unit is an hour; otherwise it is a day of 24 counted hours."""
        return self in (TimeUnit.URGENT_HOURS, TimeUnit.WORK_HOURS)


class PeriodUnit(StrEnum):
    """Units of the plain calendar."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


# Two tables: members of a StrEnum with equal text are one key of a dict.
_UNIT_ZH = {
    TimeUnit.URGENT_HOURS: "个紧急工作时",
    TimeUnit.WORK_HOURS: "个工作时",
    TimeUnit.WORK_DAYS: "个工作日",
    TimeUnit.DAYS: "个自然日",
}
_PERIOD_ZH = {
    PeriodUnit.DAYS: "天",
    PeriodUnit.MONTHS: "个月",
    PeriodUnit.YEARS: "年",
}
_WRITTEN = re.compile(r"\s*(\d{1,6})\s*(\D+?)\s*")


def _normal(words: str) -> str:
    """Bring a unit as written to the form units are kept in: plural, no measure word."""
    words = re.sub(r"\s+", " ", words.strip().lower()).removeprefix("个")
    return words if words.endswith("s") or not words.isascii() else f"{words}s"


def _split(text: str, example: str) -> tuple[int, str]:
    match = _WRITTEN.fullmatch(text)
    if match is None or int(match[1]) > AMOUNT_MAX:
        msg = f"{text!r} is not a length of time; write it like {example!r}"
        raise ValueError(msg)
    return int(match[1]), _normal(match[2])


@dataclass(frozen=True, slots=True)
class Duration:
    """A limit: a whole number of one of the four units.

    Use it as a pydantic field: it reads ``"5 work days"`` or ``"5个工作日"`` and
    writes the English form.
    """

    amount: int
    unit: TimeUnit

    def __post_init__(self) -> None:
        """Refuse a negative or absurd amount."""
        if not 0 <= self.amount <= AMOUNT_MAX:
            msg = f"a duration has an amount from 0 to {AMOUNT_MAX}, not {self.amount}"
            raise ValueError(msg)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``4 work hours``, ``4工作时`` or ``4个工作时``; ValueError otherwise."""
        amount, words = _split(text, "5 work days")
        for unit in TimeUnit:
            if words in (unit.value, _UNIT_ZH[unit].removeprefix("个")):
                return cls(amount, unit)
        if words in ("天", "日"):
            return cls(amount, TimeUnit.DAYS)
        units = "、".join([*TimeUnit, *(_UNIT_ZH[unit].removeprefix("个") for unit in TimeUnit)])
        msg = f"{text!r}: the unit is not one of {units}"
        raise ValueError(msg)

    @property
    def counted(self) -> timedelta:
        """Counted time; a day of either kind is 24 counted hours."""
        return timedelta(hours=self.amount if self.unit.is_hours else 24 * self.amount)

    @property
    def sentence(self) -> Sentence:
        """The words in both languages: ``5个工作日`` / ``5 work days``."""
        return _sentence(self.amount, self.unit, _UNIT_ZH[self.unit])

    def __str__(self) -> str:
        """Return the English form, which :meth:`parse` reads back."""
        return self.sentence.in_language("en")

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read from text, write as text."""
        return _text_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell editors what to write."""
        return {"type": "string", "examples": ["5 work days", "4 work hours", "15 days"]}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the plain calendar: ``30 days``, ``12 months``, ``3 years``."""

    amount: int
    unit: PeriodUnit

    def __post_init__(self) -> None:
        """Refuse a negative amount or one longer than anything kept on file."""
        if not 0 <= self.months <= 12 * 100 or not 0 <= self.amount <= AMOUNT_MAX:
            msg = f"a period is at most 100 years, not {self.amount} {self.unit.value}"
            raise ValueError(msg)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``12 months``, ``12个月``, ``3年``; ValueError otherwise."""
        amount, words = _split(text, "12 months")
        for unit in PeriodUnit:
            if words in (unit.value, _PERIOD_ZH[unit].removeprefix("个")):
                return cls(amount, unit)
        msg = f"{text!r}: the unit is not one of days、months、years、天、个月、年"
        raise ValueError(msg)

    @property
    def months(self) -> int:
        """Whole months of it; 0 for a period counted in days."""
        return self.amount * {"days": 0, "months": 1, "years": 12}[self.unit.value]

    def before(self, day: date) -> date:
        """Return the day this long before ``day``.

        Months keep the day of the month where it exists and otherwise end on
        the month's last day: one month before 31 March 2022 is 28 February.
        """
        if self.unit is PeriodUnit.DAYS:
            return day - timedelta(days=self.amount)
        return _shift_months(day, -self.months)

    def after(self, day: date) -> date:
        """Return the day this long after ``day``, by the same rule."""
        if self.unit is PeriodUnit.DAYS:
            return day + timedelta(days=self.amount)
        return _shift_months(day, self.months)

    @property
    def sentence(self) -> Sentence:
        """The words in both languages."""
        return _sentence(self.amount, self.unit, _PERIOD_ZH[self.unit])

    def __str__(self) -> str:
        """Return the English form, which :meth:`parse` reads back."""
        return self.sentence.in_language("en")

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read from text, write as text."""
        return _text_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell editors what to write."""
        return {"type": "string", "examples": ["12 months", "3 years", "30 days"]}


def _sentence(amount: int, unit: StrEnum, zh: str) -> Sentence:
    english = unit.value if amount != 1 else unit.value.removesuffix("s")
    return Sentence(f"{amount}{zh}", f"{amount} {english}")


def _shift_months(day: date, months: int) -> date:
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = plain_calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def _text_schema(kind: type[Duration | Period]) -> CoreSchema:
    def read(value: object) -> Duration | Period:
        if isinstance(value, kind):
            return value
        if isinstance(value, str):
            return kind.parse(value)
        msg = f"write a length of time as text with its unit, not {value!r}"
        raise ValueError(msg)

    return core_schema.no_info_plain_validator_function(
        read, serialization=core_schema.plain_serializer_function_ser_schema(str)
    )
