"""What is written reads as one tree, or every mistake is named at its place."""

from __future__ import annotations

from datetime import date
from typing import Any as Anything

import pytest

from liuchi.kernel.durations import Period, PeriodUnit
from liuchi.kernel.predicates import (
    All,
    Any,
    Compare,
    Field,
    FieldType,
    Member,
    Missing,
    Names,
    Not,
    Op,
    Predicate,
    PredicateError,
    Within,
    describe,
    fields_of,
    parse,
)
from liuchi.kernel.sentences import Sentence

SCHEMA = {
    "kind": Field(FieldType.TEXT, Sentence("类别", "kind")),
    "grade": Field(
        FieldType.TEXT, Sentence("等级", "grade"), choices=("A", "AA", "AAA"), ordered=True
    ),
    "quantity": Field(FieldType.INTEGER, Sentence("数量", "quantity")),
    "day": Field(FieldType.DATE, Sentence("日期", "day")),
    "paid": Field(FieldType.BOOLEAN, Sentence("已付", "paid")),
}
OPERATORS = "is、at_least、at_most、before、after、in、not_in、within、missing"
NAMES = Names.of(SCHEMA, {"kind": {"testing": Sentence("核酸检测", "testing")}})


@pytest.mark.parametrize(
    ("raw", "tree", "zh", "en"),
    [
        (
            {"kind": {"is": "testing"}},
            Compare("kind", Op.IS, "testing"),
            "类别是“核酸检测”",
            "kind is “testing”",
        ),
        (
            {"grade": {"at_least": "AA"}},
            Compare("grade", Op.AT_LEAST, "AA"),
            "等级不低于“AA”",
            "grade is at least “AA”",
        ),
        (
            {"kind": {"in": ["a", "b"]}, "quantity": {"at_least": 2, "at_most": 5}},
            All(
                (
                    Member("kind", ("a", "b")),
                    All((Compare("quantity", Op.AT_LEAST, 2), Compare("quantity", Op.AT_MOST, 5))),
                )
            ),
            "类别是“a”、“b”之一，且（数量不低于2，且数量不高于5）",
            "kind is one of “a”, “b” and (quantity is at least 2 and quantity is at most 5)",
        ),
        (
            {"any": [{"kind": {"not_in": ["a"]}}, {"not": {"paid": {"is": True}}}]},
            Any((Member("kind", ("a",), inside=False), Not(Compare("paid", Op.IS, value=True)))),
            "类别不是“a”中的任何一个，或不符合“已付是是”",
            "kind is none of “a” or not (paid is yes)",
        ),
        (
            {"all": [{"day": {"before": "2022-05-26"}}, {"day": {"within": "12 months"}}]},
            All(
                (
                    Compare("day", Op.BEFORE, date(2022, 5, 26)),
                    Within("day", Period(12, PeriodUnit.MONTHS)),
                )
            ),
            "日期早于2022-05-26，且日期在最近12个月内",
            "day is before 2022-05-26 and day is within the last 12 months",
        ),
        (
            {"day": {"missing": True}},
            Missing("day"),
            "日期没有填写",
            "day is missing",
        ),
    ],
)
def test_conditions_and_their_words(raw: Anything, tree: Predicate, zh: str, en: str) -> None:
    assert parse(raw, SCHEMA) == tree
    assert describe(tree, NAMES, "zh-hans") == zh
    assert describe(tree, NAMES, "en") == en


@pytest.mark.parametrize(
    ("raw", "path", "en"),
    [
        (
            {"kinds": {"is": "a"}},
            ("kinds",),
            "There is no field 'kinds'. Did you mean 'kind'?",
        ),
        (
            {"kind": {"equals": "a"}},
            ("kind", "equals"),
            f"There is no operator 'equals'. Known: {OPERATORS}.",
        ),
        (
            {"quantity": {"atleast": 3}},
            ("quantity", "atleast"),
            "There is no operator 'atleast'. Did you mean 'at_least'?",
        ),
        (
            {"any": [{"kind": {"is": "a"}}, {"quantity": {"is": "many"}}]},
            ("any", 1, "quantity", "is"),
            "'many' is not a value of type integer.",
        ),
        (
            {"grade": {"is": "AAAA"}},
            ("grade", "is"),
            "There is no value 'AAAA'. Did you mean 'AAA'?",
        ),
        (
            {"kind": {"at_least": "a"}},
            ("kind", "at_least"),
            "'kind' holds text; at_least does not apply to it.",
        ),
        (
            {"kind": "testing"},
            ("kind",),
            f"Write an operator after 'kind', e.g. kind: {{is: value}}. Operators: {OPERATORS}.",
        ),
        ({"kind": {"in": []}}, ("kind", "in"),
         "Write a list of 1 to 1000 values after in, such as [a, b]."),
        ({"day": {"missing": "yes"}}, ("day", "missing"), "Write true or false after missing."),
        ({"quantity": {"is": True}}, ("quantity", "is"), "'True' is not a value of type integer."),
        ({"all": {}}, ("all",), "Write a list of conditions here."),
        ({}, (), "Write a condition as 'field: {operator: value}', e.g. kind: {is: testing}."),
        ({"day": {"within": "a year"}}, ("day", "within"),
         "Write a period after within, such as 12 months or 30 days."),
        ({"kind": {"is": "\x00"}}, ("kind", "is"), "'\x00' is not a value of type text."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_place(
    raw: Anything, path: tuple[str | int, ...], en: str
) -> None:
    with pytest.raises(PredicateError) as caught:
        parse(raw, SCHEMA)
    problems = caught.value.problems
    assert [(p.path, p.sentence.in_language("en")) for p in problems] == [(path, en)]
    assert problems[0].sentence.in_language("zh")


def test_all_mistakes_are_told_at_once() -> None:
    raw = {"kinds": {"is": "a"}, "quantity": {"is": "b", "over": 1}}
    with pytest.raises(PredicateError) as caught:
        parse(raw, SCHEMA)
    assert [p.path for p in caught.value.problems] == [
        ("kinds",),
        ("quantity", "is"),
        ("quantity", "over"),
    ]


def test_depth_is_bounded() -> None:
    raw: Anything = {"kind": {"is": "a"}}
    for _ in range(2000):
        raw = {"not": raw}
    with pytest.raises(PredicateError, match="nested too deeply"):
        parse(raw, SCHEMA)


def test_fields_of_names_what_a_condition_reads() -> None:
    tree = parse({"any": [{"kind": {"is": "a"}}, {"not": {"day": {"missing": True}}}]}, SCHEMA)
    assert list(fields_of(tree)) == ["kind", "day"]
