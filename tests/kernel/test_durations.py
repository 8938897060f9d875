"""Lengths of time read and print the same in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from liuchi.kernel.durations import Duration, Period, PeriodUnit, TimeUnit

durations = st.builds(Duration, st.integers(0, 100_000), st.sampled_from(TimeUnit))
periods = st.builds(Period, st.integers(0, 100), st.sampled_from(PeriodUnit))


@given(durations, st.sampled_from(["zh", "en"]))
def test_a_duration_reads_back_what_it_prints(duration: Duration, language: str) -> None:
    assert Duration.parse(duration.sentence.in_language(language)) == duration


@given(periods, st.sampled_from(["zh", "en"]))
def test_a_period_reads_back_what_it_prints(period: Period, language: str) -> None:
    assert Period.parse(period.sentence.in_language(language)) == period


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("5 work days", 5, TimeUnit.WORK_DAYS),
        ("1 work day", 1, TimeUnit.WORK_DAYS),
        ("5个工作日", 5, TimeUnit.WORK_DAYS),
        ("5 个工作日", 5, TimeUnit.WORK_DAYS),
        ("4工作时", 4, TimeUnit.WORK_HOURS),
        ("2个紧急工作时", 2, TimeUnit.URGENT_HOURS),
        ("15自然日", 15, TimeUnit.DAYS),
        ("15天", 15, TimeUnit.DAYS),
    ],
)
def test_writings_of_a_duration(text: str, amount: int, unit: TimeUnit) -> None:
    assert Duration.parse(text) == Duration(amount, unit)


@pytest.mark.parametrize("text", ["", "work days", "-1 days", "5", "5 hours", "5 weeks", "½天"])
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a length of time|the unit is not one of"):
        Duration.parse(text)


@pytest.mark.parametrize(
    ("day", "period", "before"),
    [
        (date(2022, 3, 31), "1 month", date(2022, 2, 28)),
        (date(2024, 2, 29), "1 year", date(2023, 2, 28)),
        (date(2022, 5, 26), "12个月", date(2021, 5, 26)),
        (date(2022, 3, 1), "1 day", date(2022, 2, 28)),
    ],
)
def test_a_period_before_a_day(day: date, period: str, before: date) -> None:
    assert Period.parse(period).before(day) == before


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), periods)
def test_going_back_and_forth_stays_within_a_months_end(day: date, period: Period) -> None:
    returned = period.after(period.before(day))
    assert 0 <= (day - returned).days <= 3


class Limits(BaseModel):
    publicity: Duration
    retain: Period


def test_a_field_reads_text_and_writes_text() -> None:
    limits = Limits.model_validate({"publicity": "5个工作日", "retain": "3 years"})
    assert limits.model_dump() == {"publicity": "5 work days", "retain": "3 years"}
    assert Limits.model_validate(limits.model_dump()) == limits
    assert Limits.model_json_schema()["properties"]["publicity"]["type"] == "string"


def test_a_bare_number_is_not_a_length_of_time() -> None:
    with pytest.raises(ValidationError, match="with its unit"):
        Limits.model_validate({"publicity": 5, "retain": "3 years"})
