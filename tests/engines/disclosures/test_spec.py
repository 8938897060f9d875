"""What a playbook may say of disclosures, and how it is said again."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from engines.disclosures.section import SECTION, item, spec
from liuchi.engines.disclosures.enums import Sensitivity
from liuchi.engines.disclosures.spec import CHECKS, LINTS, DisclosuresSpec, explain
from liuchi.playbooks.registry import Context

ITEM = ("disclosures", "items", 0)


def found(change: Any, **raw: Any) -> list[tuple[str, tuple[Any, ...]]]:
    section = deepcopy(SECTION)
    change(section)
    context = Context({"disclosures": section, **raw})
    return [(lint.code, each.path) for lint in LINTS for each in lint.check(context)]


def checked(change: Any, **raw: Any) -> list[tuple[Any, ...]]:
    section = deepcopy(SECTION)
    change(section)
    context = Context({"disclosures": section, **raw})
    return [each.path for check in CHECKS for each in check(context)]


def test_the_section_of_these_tests_breaks_nothing() -> None:
    assert (found(lambda _: None), checked(lambda _: None)) == ([], [])


@pytest.mark.parametrize("kind", ["id_number", "phone", "card", "address"])
def test_a_number_is_never_shown_whole(kind: str) -> None:
    column = {"code": "x", "title": "号码", "kind": kind, "sensitivity": "shown"}
    assert found(lambda s: s["items"][0]["columns"].append(column)) == [
        ("disclosure-number-shown", (*ITEM, "columns", 6, "sensitivity"))
    ]


def test_a_heading_of_numbers_needs_its_kind() -> None:
    column = {"code": "x", "title": "联系电话", "kind": "text"}
    assert found(lambda s: s["items"][0]["columns"].append(column)) == [
        ("disclosure-number-shown", (*ITEM, "columns", 6, "kind"))
    ]


def test_names_of_children_and_the_ill_are_not_shown() -> None:
    def change(section: Any) -> None:
        section["items"][1]["names_by"] = "公示要求"
        section["items"][1]["columns"][0]["sensitivity"] = "shown"

    path = ("disclosures", "items", 1, "columns", 0, "sensitivity")
    assert found(change) == [("disclosure-guarded-names", path)]
    # Whatever it says, the names of such an item are masked.
    whole = item("disabled", names_by="公示要求")
    assert whole.shown_as(whole.columns[0]) is Sensitivity.MASKED


def test_full_names_need_a_ground() -> None:
    def change(section: Any) -> None:
        section["items"][0]["names_by"] = " "
        section["items"][0]["columns"][0]["sensitivity"] = "shown"

    path = (*ITEM, "columns", 0, "sensitivity")
    assert found(change) == [("disclosure-names-without-ground", path)]


def test_illness_is_no_column() -> None:
    column = {"code": "x", "title": "残疾等级"}
    change = lambda s: s["items"][1]["columns"].append(column)  # noqa: E731
    path = ("disclosures", "items", 1, "columns", 4)
    assert found(change) == [("disclosure-illness", path)]
    column["sensitivity"] = "omitted"
    assert found(change) == []


def test_everything_is_taken_down_in_time() -> None:
    assert found(lambda s: s["items"][0].pop("takes_down_after")) == [
        ("disclosure-never-down", ITEM)
    ]


@pytest.mark.parametrize(
    ("place", "changed", "refused"),
    [
        (0, {"frequency": "yearly"}, True),
        (0, {"frequency": "monthly"}, False),
        (2, {"frequency": "quarterly"}, True),
        (2, {"frequency": "quarterly", "sparse": "一年只有两三笔"}, False),
        (2, {"frequency": "yearly", "sparse": "一年只有两三笔"}, True),
        (3, {"frequency": "quarterly"}, True),
    ],
)
def test_no_item_is_posted_more_seldom_than_the_law_asks(
    place: int, changed: dict[str, str], refused: bool
) -> None:
    expected = [("disclosure-too-seldom", ("disclosures", "items", place, "frequency"))]
    assert found(lambda s: s["items"][place].update(changed)) == (expected if refused else [])


def test_nobody_is_ranked_by_what_is_posted() -> None:
    def change(section: Any) -> None:
        section["ranking"] = "villages"
        section["spot_checks"]["score"] = 5

    assert found(change) == [
        ("disclosure-ranked", ("disclosures", "ranking")),
        ("disclosure-ranked", ("disclosures", "spot_checks", "score")),
    ]


def test_what_an_item_names_is_there() -> None:
    source = {"figures": ["points.sum"], "columns": {"lost": "title", "use": "lost"}}

    def change(section: Any) -> None:
        section["items"][0] |= {"group": "nobody", "from": source}
        section["items"][1]["code"] = "relief"
        section["complain_type"] = "row"

    assert checked(change, cases={"types": [{"code": "ask"}]}) == [
        ("disclosures", "items", 1, "code"),
        (*ITEM, "group"),
        ("disclosures", "complain_type"),
        (*ITEM, "from", "figures", 0),
        (*ITEM, "from", "columns", "lost"),
        (*ITEM, "from", "columns", "use"),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"columns": [{"code": "a", "title": "甲"}, {"code": "a", "title": "乙"}]},
        {"columns": [{"code": "a", "title": "甲"}, {"code": "b", "title": "甲"}]},
        {"procedure": [{"code": "a", "who": "村", "does": "办", "then": [{"to": "b"}]}]},
        {"due_day": 31},
    ],
)
def test_what_does_not_hang_together_is_no_item(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        item("relief", **changed)


def test_what_the_public_reads_follows_from_what_stands_there() -> None:
    shown = {c.code: str(item("relief").shown_as(c)) for c in item("relief").columns}
    assert shown == {
        "name": "shown",
        "group": "shown",
        "amount": "shown",
        "use": "shown",
        "id": "omitted",
        "card": "masked",
    }


def test_the_section_is_told_in_both_languages() -> None:
    zh, en = explain(spec(), "zh-hans"), explain(spec(), "en")
    assert zh[0] == (
        "临时救助（基本事项）：每季度公开，村民委员会负责，镇纪委监督；姓名（公开）、村民组（公开）、"
        "金额（公开）、事由（公开）、身份证号（不公开）、银行卡号（隐去部分）。"
    )
    assert en[4:6] == [
        (
            "Model villages: 2 in each of 老峰镇、菱北办事处, named by the town, for others to "
            "come and see how they post; nobody is ranked by it."
        ),
        "Spot checks: 50 % of what was released, by a seed told beforehand.",
    ]
    assert zh[6] == "村务监督委员会：选举产生 3 人，任期5年；每月 1 次会，由村民委员会召集。"
    assert zh[7] == "民主决策：议一议 → 公开"


def test_a_compiled_section_reads_back() -> None:
    held = spec().model_dump(mode="json", by_alias=True)
    assert DisclosuresSpec.model_validate(held) == spec()
