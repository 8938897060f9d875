"""Comparing a published figure with the computed one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from liuchi.engines.indicators.enums import Qualifier, Verdict
from liuchi.engines.indicators.rules.published import (
    Interval,
    Published,
    judge,
    of_entries,
    read,
)
from liuchi.kernel.errors import Invalid


def figure(value: int, qualifier: Qualifier = Qualifier.EXACT, id_: str = "s4.3-01") -> Published:
    return Published(id_, "…", Decimal(value), "位", "computed", qualifier, "", "", "")


def interval(low: int, high: int) -> Interval:
    return Interval(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("computed", "verdict"), [(49, Verdict.EQUAL), (48, Verdict.MISMATCH), (None, Verdict.MISMATCH)]
)
def test_exact(computed: int | None, verdict: Verdict) -> None:
    value = None if computed is None else Decimal(computed)
    assert judge(figure(49), value, None).verdict is verdict


def test_exact_is_not_met_by_an_interval() -> None:
    assert judge(figure(49), Decimal(49), interval(40, 60)).verdict is Verdict.MISMATCH


@pytest.mark.parametrize(
    ("qualifier", "low", "high", "computed", "verdict"),
    [
        (Qualifier.AT_LEAST, 70, 80, 70, Verdict.WITHIN),
        (Qualifier.AT_LEAST, 70, 80, 79, Verdict.WITHIN),
        (Qualifier.AT_LEAST, 70, 80, 80, Verdict.MISMATCH),
        (Qualifier.AT_LEAST, 70, 80, 69, Verdict.MISMATCH),
        (Qualifier.AT_LEAST, 60, 80, 75, Verdict.MISMATCH),  # says "60 at least"
        (Qualifier.NEARLY, 190, 200, 195, Verdict.WITHIN),
        (Qualifier.NEARLY, 190, 220, 195, Verdict.MISMATCH),
        (Qualifier.NEARLY, 0, 200, 195, Verdict.MISMATCH),  # 3 is not nearly 200
        (Qualifier.AT_MOST, 0, 71, 70, Verdict.WITHIN),
        (Qualifier.AT_MOST, 0, 80, 30, Verdict.MISMATCH),
        (Qualifier.OVER, 71, 80, 75, Verdict.WITHIN),
        (Qualifier.OVER, 69, 80, 75, Verdict.MISMATCH),
        (Qualifier.APPROX, 65, 75, 74, Verdict.WITHIN),
        (Qualifier.APPROX, 70, 75, 74, Verdict.MISMATCH),
        (Qualifier.APPROX, 0, 150, 74, Verdict.MISMATCH),
    ],
)
def test_inexact(
    qualifier: Qualifier, low: int, high: int, computed: int, verdict: Verdict
) -> None:
    published = figure(200 if qualifier is Qualifier.NEARLY else 70, qualifier)
    assert judge(published, Decimal(computed), interval(low, high)).verdict is verdict


def test_inexact_needs_an_interval() -> None:
    assert judge(figure(70, Qualifier.AT_LEAST), Decimal(70), None).verdict is Verdict.MISMATCH


ROW = {
    "id": "s4.2-02",
    "doc_file": "004_827183e65e715b29.txt",
    "place": "盛唐/盛塘社区 Shengtang Community",
    "period": "26 May 2022",
    "quantity_en": "points of one long-serving volunteer",
    "value": "70",
    "unit": "points (分)",
    "definition_note": "kind=computed; qualifier=at-least(余/多/至少); "
    "source phrase=信用积分已经有70多分了; balance of one account",
}


def test_a_row_is_read() -> None:
    assert read(ROW, 2) == Published(
        "s4.2-02",
        "信用积分已经有70多分了",
        Decimal(70),
        "points (分)",
        "computed",
        Qualifier.AT_LEAST,
        "盛唐/盛塘社区 Shengtang Community",
        "26 May 2022",
        "points of one long-serving volunteer",
        "004_827183e65e715b29",
    )
    assert read(ROW, 2).entry == "s4.2"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": "seventy"}, "7.value"),
        ({"definition_note": "balance of one account"}, "7.definition_note"),
        ({"definition_note": "kind=a; qualifier=roughly; source phrase=b"}, "7.definition_note"),
        ({"unit": None}, "7.unit"),
    ],
)
def test_a_bad_row_is_refused_with_line_and_column(changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read({**ROW, **changes}, 7)
    assert [error.field for error in caught.value.errors] == [field]


def test_entries_are_chosen_whole() -> None:
    figures = [figure(1, id_=i) for i in ("s4.1-01", "s4.10-01", "s4.2-01", "s4.2-02")]
    assert [f.id for f in of_entries(figures, ["s4.1"])] == ["s4.1-01"]
    assert [f.id for f in of_entries(figures, ["s4.2-02"])] == ["s4.2-02"]
    assert of_entries(figures, []) == tuple(figures)
