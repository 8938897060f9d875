"""The text of a bulletin: levels, references, numbers without a source, two pairs of eyes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from liuchi.engines.bulletins import rules
from liuchi.engines.bulletins.enums import Level, State
from liuchi.engines.bulletins.rules.layout import level_of
from liuchi.engines.bulletins.rules.sheet import title_lines
from liuchi.engines.bulletins.rules.text import Reference
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import Invalid
from liuchi.kernel.periods import Per, Span

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("一、建机制", Level.FIRST),
        ("十二、附则", Level.FIRST),
        ("（一）议定规则。", Level.SECOND),
        ("1.志愿活动", Level.THIRD),
        ("1．志愿活动", Level.THIRD),
        ("（1）清扫", Level.FOURTH),
        ("1.5倍的增长", Level.TEXT),
        ("一是坚持公开。", Level.TEXT),
        ("今年以来，", Level.TEXT),
    ],
)
def test_levels(line: str, level: Level) -> None:
    assert level_of(line) is level


def test_a_heading_ends_at_its_full_stop() -> None:
    first, second, text = rules.paragraphs("一、建机制\n（一）议定规则。经会议通过。\n\n 正文。 ")
    assert (first.heading, second.heading, text.heading) == ("一、建机制", "（一）议定规则。", "")
    assert text.text == "正文。"


def test_references_are_read_once_each_way_of_writing() -> None:
    there = "{credit.redeemers|area=盛塘社区|as_of=2022-05-26}"
    text = f"有{{credit.redeemers}}人，{there}人，{{credit.redeemers}}"
    assert rules.references(text, "{credit.claims|month=2022-05}") == (
        Reference("{credit.redeemers}", "credit.redeemers"),
        Reference(
            "{credit.redeemers|area=盛塘社区|as_of=2022-05-26}",
            "credit.redeemers",
            "盛塘社区",
            None,
            date(2022, 5, 26),
        ),
        Reference(
            "{credit.claims|month=2022-05}", "credit.claims", "", Span(Per.MONTH, date(2022, 5, 1))
        ),
    )


def test_what_is_written_reads_back() -> None:
    source = rules.written(
        "a.b", area="罗冲社区", span=Span(Per.MONTH, date(2022, 5, 1)), as_of=date(2022, 6, 1)
    )
    assert source == "{a.b|area=罗冲社区|month=2022-05|as_of=2022-06-01}"
    (read,) = rules.references(source)
    assert (read.area, read.span, read.as_of) == (
        "罗冲社区",
        Span(Per.MONTH, date(2022, 5, 1)),
        date(2022, 6, 1),
    )


@pytest.mark.parametrize(
    "wrong",
    ["{}", "{兑换人数}", "{a.b|place=x}", "{a.b|as_of=2022-13-01}", "{a.b|month=2022-5}", "{a b}"],
)
def test_unreadable_references_are_named(wrong: str) -> None:
    with pytest.raises(Invalid) as error:
        rules.references(f"有{wrong}人")
    assert (error.value.code, error.value.errors[0].field) == ("reference_unreadable", "body")
    assert wrong in error.value.sentence.in_language("zh")


def test_figures_take_the_place_of_references() -> None:
    assert rules.filled("有{a.b}人、{c}户", {"{a.b}": "184"}) == "有184人、{c}户"


def test_numbers_without_a_source_are_found_and_dates_are_none() -> None:
    body = (
        "一、2022年5月26日，第3期，〔2022〕7号，拨打12345，8:30开始\n"
        "1.有{a.b}人兑换，比上月多12人，增长8.5%\n"
        "（2）３个社区"
    )
    found = [(each.paragraph, each.number) for each in rules.bare_numbers(body)]
    assert found == [(2, "12"), (2, "8.5%"), (3, "３")]


def test_titles_break_evenly_and_where_their_writer_says() -> None:
    assert title_lines("短标题") == ("短标题",)
    assert title_lines("上半年工作\n情况通报") == ("上半年工作", "情况通报")
    assert [len(line) for line in title_lines("字" * 33)] == [17, 16]
    assert title_lines("字" * 15 + "，" + "字" * 14) == ("字" * 14, "字，" + "字" * 14)


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (rules.may_check(State.DRAFT, ONE, TWO), ""),
        (rules.may_check(State.DRAFT, ONE, ONE), "own_draft"),
        (rules.may_check(State.CHECKED, ONE, TWO), "not_a_draft"),
        (rules.may_edit(State.CHECKED), ""),
        (rules.may_edit(State.ISSUED), "already_issued"),
        (rules.may_issue(State.DRAFT, 0), "not_checked"),
        (rules.may_issue(State.CHECKED, 1), "figures_changed"),
        (rules.may_issue(State.CHECKED, 0), ""),
        (rules.may_issue(State.ISSUED, 0), "not_checked"),
    ],
)
def test_who_may_do_what(decision: Decision, code: str) -> None:
    assert decision.reason_code == code


def test_of_nothing_there_is_no_share_and_no_sign_of_one() -> None:
    text = "立案率{a.rate}%，通过率{a.other}%，{a.unknown}%。"
    held = {"{a.rate}": "—", "{a.other}": "96.8"}
    assert rules.filled(text, held) == "立案率—，通过率96.8%，{a.unknown}%。"
