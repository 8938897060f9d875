"""A small engine of the tests' own, so that playbooks are tested without any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field, JsonValue, RootModel

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import (
    AMOUNT,
    DimensionType,
    ExampleRunner,
    FactKind,
    FlowTarget,
    Measure,
    MeasureOp,
    Registry,
    Section,
)


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Currency(Shape):
    code: str
    shown_per: str = "person"


class Rule(Shape):
    code: str
    title: str
    class_: Annotated[str, Field(alias="class")]
    award: Annotated[int, Field(ge=1)]
    evidence: list[str] = []


class Goods(Shape):
    code: str
    title: str
    value_fen: int = 0


class Points(Shape):
    currency: Currency
    rules: list[Rule]
    goods: list[Goods] = []


class Indicator(Shape):
    code: str
    title: str
    of: str
    measure: JsonValue
    by: list[str] = []
    where: JsonValue = None
    order: str = ""


class Indicators(RootModel[list[Indicator]]):
    pass


class Redeemed(BaseModel):
    person: str
    home_area: str
    goods: str
    quantity: int


class Claim(Shape):
    rule: str


def award(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    points = Points.model_validate(section.model_dump(by_alias=True))
    rule = next((r for r in points.rules if r.code == when["rule"]), None)
    if rule is None:
        return {"refused": "no_such_rule"}
    return {"points": rule.award * int(str(when.get("sessions", 1)))}


@pytest.fixture(autouse=True)
def toy() -> Iterator[Registry]:
    toys = Registry()
    toys.add_section(Section("points", Points, Sentence("积分", "Points")))
    toys.add_section(Section("indicators", Indicators, Sentence("指标", "Indicators")))
    toys.add_fact_kind(
        FactKind(
            "points.redeemed",
            Sentence("兑换", "redemption"),
            Redeemed,
            {
                "person": DimensionType.PERSON,
                "home_area": DimensionType.AREA,
                "goods": DimensionType.TEXT,
                "quantity": DimensionType.INTEGER,
            },
            amount=Sentence("积分", "points"),
        )
    )
    toys.add_measures(
        Measure("points.redeemed", MeasureOp.COUNT),
        Measure("points.redeemed", MeasureOp.COUNT_DISTINCT, "person"),
        Measure("points.redeemed", MeasureOp.SUM, AMOUNT),
    )
    toys.add_example_runner(ExampleRunner("points.award", Sentence("加分", "award"), award))
    toys.add_flow_target(FlowTarget("points.claim", Sentence("申报", "claim"), Claim))
    with registry.using(toys):
        yield toys


GOOD = """\
playbook: test-method
title: 试点做法
places: [甲社区, 乙社区]
in_force: {from: 2022-04-01, approved_by: 居民代表会议}
purposes:
  credit: {title: 积分, legal_basis: consent, fields: [name], retain: 3 years}
points:
  currency: {code: credit}
  rules:
    - {code: testing, title: 核酸检测, class: 志愿, award: 2, evidence: [attendance]}
    - {code: patrol, title: 巡防, class: 治安, award: 1}
  goods:
    - {code: gift-pack, title: 大礼包, value_fen: 19800}
flows:
  - {when: points.redeemed, where: {goods: {is: towel}}, then: points.claim, with: {rule: testing}}
indicators:
  - {code: redeemers, title: 兑换居民数, of: points.redeemed, measure: {count_distinct: person}}
published:
  s4.2-01: {count_of: points.rules}
  s4.2-03: {value_of: "points.goods[gift-pack].value_fen", divide_by: 100, interval: [180, 200]}
  s4.3-01: {indicator: redeemers, area: 甲社区, as_of: 2022-05-26}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Write a playbook's files and return its folder."""

    def write(text: str = GOOD, **files: str) -> Path:
        (tmp_path / "playbook.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "examples").mkdir(exist_ok=True)
        for name, content in files.items():
            place = tmp_path / name.replace("__", "/")
            place.with_suffix(".yaml").write_text(content, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def good() -> str:
    """The text of a playbook that is right."""
    return GOOD
