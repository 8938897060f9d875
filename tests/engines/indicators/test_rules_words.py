"""A definition in plain words, a ratio, a number as text, and an address."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from engines.indicators.examples import KINDS, indicator
from liuchi.engines.indicators.rules.words import address, definition, quotient, text_of

AREA = UUID("018091e1-0000-7000-8000-000000000001")


def first_line(language: str, **changes: object) -> str:
    return definition(indicator(**changes), KINDS).lines[0].in_language(language)


def test_distinct_people_by_home() -> None:
    said = first_line("zh-hans")
    assert said == "有“兑换”的居民数，同一居民只计一次，按当时的居住区域归集。"
    assert first_line("en") == (
        "number of different people with 'redemption', each counted once, "
        "by where the person lived then."
    )


def test_a_sum_with_a_condition() -> None:
    said = first_line(
        "zh", measure={"sum": "amount"}, where={"quantity": {"at_least": 2}}, by=["month"]
    )
    assert said == "“兑换”的积分合计（数量不低于2），按上述记录所在区域归集。"


def test_a_percentile_says_of_what_in_what_and_which_rule() -> None:
    took = {"percentile": {"at": 90, "since": {"of": "probe.returned"}, "in": "days"}}
    spec = indicator(measure=took, by=[])
    lines = definition(spec, KINDS).lines
    assert lines[0].in_language("zh") == (
        "“兑换”距“退回”的时间（按天计，不足一天算一天）的第 90 百分位，按上述记录所在区域归集。"
    )
    assert lines[0].in_language("en") == (
        "percentile 90 of the time from 'return' to 'redemption' "
        "(in days, of which one begun is one), by where it happened."
    )
    assert "percentile p" in lines[1].in_language("en").casefold()
    assert spec.unit_shown == "天"
    half = first_line("zh", measure={"percentile": {"at": 50, "over": "quantity"}}, by=[])
    assert half == "“兑换”的数量的中位数，按上述记录所在区域归集。"


def test_a_stock_says_what_puts_in_and_what_takes_out() -> None:
    left = {"of": "probe.returned", "where": {"quantity": {"at_least": 2}}}
    changes = {"measure": {"stock": {"leaves": [left]}}, "by": []}
    assert first_line("zh", **changes) == (
        "期末（没过完的到当天）还在的数：最后一条是“兑换”、其后没有“退回”（数量不低于2）的，"
        "每个只算一个，按上述记录所在区域归集。"
    )
    assert first_line("en", **changes) == (
        "number there at the end of the stretch (of the present one: that day): those whose last "
        "such fact is 'redemption' with no 'return' (quantity is at least 2) after it, "
        "each counted once, by where it happened."
    )


def test_braces_in_a_condition_are_just_text() -> None:
    said = first_line("zh", measure="count", where={"goods": {"is": "{a}"}}, by=[])
    assert said == "“兑换”的件数（商品是“{a}”），按上述记录所在区域归集。"


def test_a_ratio_says_both_sides_and_what_an_empty_denominator_shows() -> None:
    spec = indicator(
        measure={"ratio": {"numerator": {"of": "probe.returned"}, "denominator": {}}}, by=[]
    )
    assert [line.in_language("zh") for line in definition(spec, KINDS).lines][:3] == [
        "分子：“退回”的件数，按上述记录所在区域归集。",
        "分母：“兑换”的件数，按上述记录所在区域归集。",
        "数值 = 分子 ÷ 分母 × 100；分母为零时显示“—”。",
    ]


def test_the_playbooks_own_words_stand_beside() -> None:
    said = definition(
        indicator(words={"counted": "甲", "not_counted": "乙", "source": "丙"}), KINDS
    )
    assert (said.counted, said.not_counted, said.source) == ("甲", "乙", "丙")


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [(859, 892, "96.3"), (398, 418, "95.2"), (0, 3, "0.0"), (1, 0, None), (0, 0, None)],
)
def test_quotient(numerator: int, denominator: int, value: str | None) -> None:
    found = quotient(Decimal(numerator), Decimal(denominator), 100, 1)
    assert found == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (None, 0, "—"),
        (Decimal(49), 0, "49"),
        (Decimal("1277.203500"), None, "1277.2035"),
        (Decimal("1200.000000"), None, "1200"),
        (Decimal("1E+3"), None, "1000"),
        (Decimal("62.50"), 1, "62.5"),
    ],
)
def test_text(value: Decimal | None, decimals: int | None, text: str) -> None:
    assert text_of(value, decimals) == text


def test_address() -> None:
    assert address("a.b", AREA, None, None) == f"/desk/figures/a.b/?area={AREA}"
    assert address("a.b", AREA, date(2022, 5, 1), date(2022, 5, 26), facts=True) == (
        f"/desk/figures/a.b/facts/?area={AREA}&month=2022-05&as_of=2022-05-26"
    )
