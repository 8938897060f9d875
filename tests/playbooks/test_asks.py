"""Which fields are asked twice, where, and how often a rhythm comes round."""

from __future__ import annotations

import pytest

from liuchi.kernel.periods import Per
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import Ask, AskedField, Asking, Rhythm, meaning, within
from liuchi.playbooks.repeats import Repeated, repeats

ROLES = {"visit": frozenset({"grid_worker"}), "post": frozenset({"recorder"})}


def ask(*fields: AskedField, verb: str = "visit", code: str = "one") -> Ask:
    return Ask(code, Sentence("登记", "enter"), verb, fields)


def asking(code: str, *asks: Ask, at: str = "34", counted: tuple[str, ...] = ()) -> Asking:
    return Asking(code, code.upper(), asks, (at,), counted)


def told(*methods: Asking) -> list[tuple[Repeated, str, list[str]]]:
    found = repeats(methods, ROLES)
    return [(each.way, each.title, [where.method for where in each.where]) for each in found]


@pytest.mark.parametrize(
    ("title", "means"),
    [
        ("联系电话", "phone"),
        ("请填写 手机号码", "phone"),
        ("户主姓名", "household"),
        ("身份证号（后四位）", "id_number"),
        ("人数", "people"),
        ("参加人数", ""),
        ("所属网格", "grid"),
        ("金额（元）", ""),
    ],
)
def test_titles_stand_for_words_of_the_field_dictionary(title: str, means: str) -> None:
    assert meaning(title) == means


def test_what_the_directory_holds_is_named_with_all_places_that_ask_it() -> None:
    first = ask(AskedField("tel", "联系电话", of="低保"), AskedField("who", "姓名", tells=True))
    second = ask(AskedField("phone", "手机"), code="two")
    assert told(asking("a", first, second)) == [(Repeated.HELD, "联系电话", ["A", "A"])]


def test_the_same_field_of_two_methods_is_asked_twice() -> None:
    water = AskedField("water", "积水深度")
    one, two = asking("a", ask(water)), asking("b", ask(AskedField("w", "积水 深度：")))
    assert told(one, two) == [(Repeated.BY_TWO, "积水深度", ["A", "B"])]
    assert told(one) == []


def test_it_is_not_asked_twice_elsewhere_of_others_or_about_something_else() -> None:
    water = AskedField("water", "积水深度")
    one = asking("a", ask(water), at="3401")
    assert told(one, asking("b", ask(water), at="3402")) == []
    assert told(one, asking("b", ask(water, verb="post"), at="3401")) == []
    rent, grant = (AskedField("fen", "金额", of=of) for of in ("出租", "补助"))
    assert told(asking("a", ask(rent)), asking("b", ask(grant))) == []
    assert told(asking("a", ask(rent)), asking("b", ask(rent))) == [
        (Repeated.BY_TWO, "金额", ["A", "B"])
    ]
    remarks = AskedField("note", "备注")
    assert told(asking("a", ask(remarks)), asking("b", ask(remarks))) == []


def test_what_another_method_counts_is_not_asked_but_its_own_answers_may_be() -> None:
    ports = ask(AskedField("ports", "新增充电口", of="飞线"))
    assert told(asking("a", ports), asking("b", counted=("新增充电口",))) == [
        (Repeated.COUNTED, "新增充电口", ["A"])
    ]
    assert told(asking("a", ports, counted=("新增充电口",))) == []


def test_places_meet_where_one_lies_in_the_other() -> None:
    assert within(("3401", "3402"), ("34", "34021")) == ("3401", "3402")
    assert within(("3401",), ("3402",)) == ()
    assert within(("34",), ("3401", "340102")) == ("3401",)


def test_a_rhythm_says_how_many_a_week() -> None:
    assert Rhythm(2, Per.WEEK).a_week(3) == 6
    assert round(Rhythm(1, Per.MONTH).a_week(1) * 365.2425 / 7, 6) == 12
    assert round(Rhythm(1, Per.QUARTER).a_week(2) * 365.2425 / 7, 6) == 8
    assert Rhythm(1, Per.DAY).a_week(1) == 7
