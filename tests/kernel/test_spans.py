"""Months, quarters and years of the calendar, as they are named, said and compared."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuchi.kernel.periods import Per, Span, read_span, span_of

SPANS = st.builds(
    span_of,
    st.sampled_from([Per.MONTH, Per.QUARTER, Per.YEAR]),
    st.dates(date(1901, 1, 1), date(2098, 12, 31)),
)


@given(SPANS)
def test_its_code_is_read_back(span: Span) -> None:
    assert read_span(span.code) == span


@given(SPANS)
def test_the_one_before_ends_where_it_begins(span: Span) -> None:
    assert span.previous.end == span.first
    assert span_of(span.per, span.end).previous == span
    assert span.year_before.end.replace(year=span.end.year) == span.end


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("2022-05", "2022年5月", "May 2022"),
        ("2022-Q2", "2022年第二季度", "Q2 2022"),
        ("2022", "2022年", "2022"),
    ],
)
def test_it_is_said_as_people_say_it(code: str, zh: str, en: str) -> None:
    span = read_span(code)
    assert span is not None
    assert (span.words.in_language("zh"), span.words.in_language("en")) == (zh, en)


@pytest.mark.parametrize("code", ["", "2022-13", "2022-Q5", "22", "2022-5", "٢٠٢٢", "2022-05-01"])
def test_what_is_no_span_is_none(code: str) -> None:
    assert read_span(code) is None
