"""The shape of a definition."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from engines.indicators.examples import indicator
from liuchi.engines.indicators.spec import (
    CountDistinct,
    IndicatorsSpec,
    PublicFiguresSpec,
    Ratio,
    Sum,
    TargetsSpec,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("count", "count"),
        ({"count_distinct": "person"}, CountDistinct(count_distinct="person")),
        ({"sum": "amount"}, Sum(sum="amount")),
    ],
)
def test_a_measure_is_read(written: object, read: object) -> None:
    assert indicator(measure=written).measure == read


def test_a_ratio_is_two_measures() -> None:
    spec = indicator(measure={"ratio": {"numerator": {}, "denominator": {"of": "probe.returned"}}})
    assert isinstance(spec.measure, Ratio)
    assert spec.measure.ratio.numerator.of is None
    assert spec.measure.ratio.denominator.of == "probe.returned"
    assert spec.measure.ratio.per == 100


def test_a_ratio_of_ratios_is_refused() -> None:
    inner = {"ratio": {"numerator": {}, "denominator": {}}}
    with pytest.raises(ValidationError):
        indicator(measure={"ratio": {"numerator": {"measure": inner}, "denominator": {}}})


@pytest.mark.parametrize(
    ("changes", "dimension"),
    [
        ({}, "home_area"),
        ({"by": ["month"]}, "place"),
        ({"area": "place"}, "place"),
        ({"by": [], "area": "home_area"}, "home_area"),
    ],
)
def test_home_area_places_a_fact_where_by_names_it(
    changes: dict[str, object], dimension: str
) -> None:
    assert indicator(**changes).area_dimension == dimension


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"colour": "red"}, ("colour",)),
        ({"measure": "average"}, ("measure", "count")),
        ({"measure": {"median": "amount"}}, ("measure", "ratio", "ratio")),
        ({"of": "Redeemed"}, ("of",)),
        ({"by": ["month", "month"]}, ()),
        ({"decimals": 9}, ("decimals",)),
    ],
)
def test_a_slip_is_refused_at_its_place(changes: dict[str, object], at: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        indicator(**changes)
    assert caught.value.errors()[0]["loc"] == at


def test_a_code_is_used_once() -> None:
    with pytest.raises(ValidationError, match=r"credit\.redeemers is used twice"):
        IndicatorsSpec((indicator(), indicator()))


def test_find() -> None:
    section = IndicatorsSpec((indicator(),))
    assert section.find("credit.redeemers") == indicator()
    assert section.find("credit.other") is None


TARGET = {"indicator": "a.b", "per": "month", "at_least": 3, "from": "2022-04-01", "source": "计划"}


@pytest.mark.parametrize(
    "targets",
    [
        [{**TARGET, "at_most": 4}],
        [{**TARGET, "at_least": None}],
        [{**TARGET, "per": "week"}],
        [{**TARGET, "source": ""}],
        [TARGET, {**TARGET, "at_least": 5}],
        [{**TARGET, "areas": ["甲村", "乙村"]}, {**TARGET, "areas": ["乙村"]}],
    ],
    ids=["two bounds", "no bound", "by weeks", "no source", "the same twice", "one place twice"],
)
def test_a_target_that_says_too_little_or_too_much_is_refused(targets: list[object]) -> None:
    with pytest.raises(ValidationError):
        TargetsSpec.model_validate(targets)


def test_the_same_figure_is_not_public_by_months_and_by_quarters() -> None:
    one = {"indicator": "a.b", "per": "month", "from": "2022-04-01"}
    with pytest.raises(ValidationError):
        PublicFiguresSpec.model_validate([one, {**one, "per": "quarter"}])
