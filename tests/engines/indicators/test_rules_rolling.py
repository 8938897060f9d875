"""What is kept of a percentile and of a stock, and how a stock is made of its moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engines.indicators.examples import KINDS, indicator
from liuchi.engines.indicators.rules.opening import companions, threshold
from liuchi.engines.indicators.rules.rolling import can_be_kept, digest
from liuchi.engines.indicators.rules.standing import added_up
from liuchi.engines.indicators.rules.terms import Term, terms
from liuchi.engines.indicators.spec import PublicFigureSpec
from liuchi.kernel.periods import Per
from liuchi.playbooks.registry import DimensionType, MeasureOp

THERE = {"stock": {"leaves": [{"of": "probe.returned"}]}}


def term(measure: object) -> Term:
    return terms(indicator(measure=measure), KINDS)[0]


def percentile(at: int, over: str = "amount") -> Term:
    return term({"percentile": {"at": at, "over": over}})


def test_the_median_and_the_ninetieth_of_one_thing_are_kept_once() -> None:
    assert digest(percentile(50), ()) == digest(percentile(90), ())
    assert digest(percentile(50), ()) != digest(percentile(50, "quantity"), ())


@pytest.mark.parametrize(
    ("moved", "per", "last", "there"),
    [
        ({}, Per.MONTH, date(2022, 6, 20), {}),
        (
            {date(2022, 4, 1): 3, date(2022, 6, 1): -2},
            Per.MONTH,
            date(2022, 7, 1),
            {date(2022, 4, 1): 3, date(2022, 5, 1): 3, date(2022, 6, 1): 1, date(2022, 7, 1): 1},
        ),
        ({date(2021, 1, 1): 1}, Per.YEAR, date(2022, 12, 31), {
            date(2021, 1, 1): 1, date(2022, 1, 1): 1
        }),
    ],
)  # fmt: skip
def test_what_is_there_is_what_came_less_what_went(
    moved: dict[date, int], per: Per, last: date, there: dict[date, int]
) -> None:
    told = {day: Decimal(moves) for day, moves in moved.items()}
    assert added_up(told, per, last) == there


def test_a_stock_is_about_the_people_who_are_there() -> None:
    ((people, there),) = companions([term(THERE)], KINDS)
    assert (people.op, people.over) == (MeasureOp.COUNT_DISTINCT, "person")
    assert there == term(THERE)
    assert [can_be_kept(each) for each in (people, there)] == [False, True]


def test_a_percentile_of_few_is_held_back_whatever_it_is_about() -> None:
    public = PublicFigureSpec.model_validate(
        {"indicator": "a.b", "per": "month", "from": "2022-04-01"}
    )
    nobody = {
        name: replace(kind, dimensions={"quantity": DimensionType.INTEGER}, owned=None)
        for name, kind in KINDS.items()
    }
    ((_, numbers),) = companions([percentile(50)], nobody)
    assert (numbers.op, numbers.spread) == (MeasureOp.COUNT, percentile(50).spread)
    assert threshold(public, [percentile(50)], nobody) == 5
