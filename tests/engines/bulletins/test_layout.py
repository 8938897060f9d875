"""Numbers the machine gives, points counted on, tables and charts of figures, what is inserted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from liuchi.engines.bulletins import rules
from liuchi.engines.bulletins.enums import Insert, Level, Stress
from liuchi.engines.bulletins.rules import Chosen
from liuchi.engines.bulletins.rules.layout import cells, numeral
from liuchi.kernel.errors import Invalid
from liuchi.kernel.periods import Per, Span

YEAR = Span(Per.YEAR, date(2022, 1, 1))
TODAY = date(2022, 7, 4)


def texts(body: str, *, numbered: bool = True) -> list[str]:
    return [each.text for each in rules.paragraphs(body, numbered=numbered)]


def test_headings_are_numbered_whatever_was_typed() -> None:
    body = "# 建机制\n（三）议定\n## 公示\n三、见成效\n## 兑换\n### 登记\n### 核对\n#### 当面"
    assert texts(body) == [
        "一、建机制",
        "（一）议定",
        "（二）公示",
        "二、见成效",
        "（一）兑换",
        "1.登记",
        "2.核对",
        "（1）当面",
    ]
    assert texts("# 建机制\n## 公示", numbered=False) == ["建机制", "（一）公示"]


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")]
)
def test_numerals(number: int, written: str) -> None:
    assert numeral(number) == written


def test_points_are_counted_within_a_section_and_set_apart() -> None:
    first, second = rules.paragraphs("# 共治。一是分工。到人。三是统筹。\n# 共享。五是村社统建。")
    assert first.text == "一、共治。一是分工。到人。二是统筹。"
    assert [(piece.text, piece.stress) for piece in first.pieces] == [
        ("一、共治。", Stress.HEADING),
        ("一是分工。", Stress.POINT),
        ("到人。", Stress.TEXT),
        ("二是统筹。", Stress.POINT),
    ]
    assert second.text == "二、共享。一是村社统建。"
    assert texts("这是第一是的。其一是好。") == ["这是第一是的。其一是好。"]


def test_a_table_takes_the_rows_below_it_and_its_number() -> None:
    table, text, chart = rules.paragraphs(
        "表：情况\n| 社区 | 件 |\n| 罗冲 | {a.b|area=罗冲社区} |\n说明。\n柱图：图\n|x|1|"
    )
    assert (table.level, table.text) == (Level.TABLE, "表1　情况")
    assert table.rows == (("社区", "件"), ("罗冲", "{a.b|area=罗冲社区}"))
    assert (text.level, text.text) == (Level.TEXT, "说明。")
    assert (chart.level, chart.text, chart.rows) == (Level.BARS, "图1　图", (("x", "1"),))
    assert cells("| a | | c |") == ("a", "", "c")


def test_numbers_typed_into_a_table_are_pointed_out() -> None:
    found = rules.bare_numbers("表：情况\n| 社区 | 件 |\n| 罗冲 | 12 |\n| 盛塘 | {a.b} |")
    assert [each.number for each in found] == ["12"]


@pytest.mark.parametrize(
    "body",
    [
        "柱图：空",
        "柱图：只有列名\n| a | b |",
        "折线图：不齐\n| a | b |\n| x | 1 | 2 |",
        "柱图：太多\n| a | b |" + "\n| x | 1 |" * 13,
        "表：不齐\n| a | b |\n| x |",
        "表：空",
    ],
)
def test_what_cannot_be_drawn_is_named(body: str) -> None:
    (paragraph,) = rules.paragraphs(body)
    with pytest.raises(Invalid) as error:
        rules.refuse_unless_drawable([paragraph])
    assert error.value.code == "not_drawable"
    assert paragraph.text in error.value.sentence.in_language("zh")


def test_a_drawing_says_each_value_and_escapes_what_was_typed() -> None:
    (chart,) = rules.paragraphs(
        "折线图：<x>\n| 月 | 件 | 次 |\n| 3月 | 12 | 1,500 |\n| 4月 | — | 9 |"
    )
    drawing = rules.chart_svg(chart)
    assert "<title>图1　&lt;x&gt;</title>" in drawing
    assert [drawing.count(f">{words}</text>") for words in ("12", "1,500", "9", "—")] == [
        1,
        1,
        1,
        0,
    ]
    assert drawing.count("<line") == 2  # the axis, and one stretch with a figure at both ends
    assert "style=" not in drawing


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(12, 10, "增长20.0%"), (9, 12, "下降25.0%"), (5, 5, "持平"), (5, 0, "—"), (None, 3, "—")],
)
def test_growth_is_said_as_documents_do(now: int | None, before: int, said: str) -> None:
    value = None if now is None else Decimal(now)
    assert rules.growth(value, Decimal(before))[1] == said


def chosen(**changes: object) -> Chosen:
    given = {
        "code": "a.b",
        "title": "件数",
        "unit": "件",
        "area": "菱北",
        "below": ("罗冲", "盛塘"),
        "span": YEAR,
        "as_of": None,
    }
    return Chosen(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "text"),
    [
        (Insert.NUMBER, "{a.b|area=菱北|period=2022}"),
        (Insert.GROWTH, "{a.b|area=菱北|period=2022|than=2021}"),
        (
            Insert.TABLE,
            (
                "\n表：件数（件）\n| 地方 | 件数 |\n| 罗冲 | {a.b|area=罗冲|period=2022} |\n"
                "| 盛塘 | {a.b|area=盛塘|period=2022} |\n"
            ),
        ),
    ],
)
def test_what_a_press_inserts(how: Insert, text: str) -> None:
    assert rules.inserted(chosen(), how, TODAY) == text


def test_a_line_goes_as_far_as_the_period_has_come() -> None:
    months = rules.inserted(chosen(), Insert.LINES, TODAY)
    assert [line.split(" ")[1] for line in months.splitlines()[3:]] == [
        f"{n}月" for n in range(1, 8)
    ]
    last = rules.inserted(chosen(span=None), Insert.LINES, TODAY)
    assert "month=2022-02" in last
    assert "month=2022-01" not in last
    for text in (months, last):
        rules.references(text)
