"""A number in pieces over cells is found and cut; numbers that stand side by side alarm nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.disclosures.section import SECTION
from engines.disclosures.test_rules import ID, MOBILE
from liuchi.engines.disclosures import rules
from liuchi.engines.disclosures.spec import DisclosuresSpec

_TEXTS = ("name", "group", "use", "more")
_ITEM = SECTION["items"][0] | {
    "code": "texts",
    "columns": [{"code": code, "title": code, "kind": "text"} for code in _TEXTS],
}
ITEM = DisclosuresSpec.model_validate(SECTION | {"items": [_ITEM]}).items[0]
SEED = 20261122
ROWS, TABLE_ROWS = 20_000, 5


@st.composite
def pieces(draw: st.DrawFn) -> list[str]:
    """An identity number cut anywhere, a mobile where one is said."""
    number = draw(st.sampled_from([ID, "340803195001011232", "340803198802291231"]))
    places = st.integers(1, len(number) - 1)
    if draw(st.booleans()):
        number, places = draw(st.sampled_from([MOBILE, "19912345678"])), st.sampled_from([3, 7])
    cuts = sorted(draw(st.sets(places, min_size=1, max_size=2)))
    return [number[low:high] for low, high in pairwise([0, *cuts, len(number)])]


def row(cells: Sequence[str], start: int) -> dict[str, str]:
    return dict(zip(_TEXTS[start : start + len(cells)], cells, strict=True))


def places(rows: list[dict[str, str]]) -> set[tuple[int, str]]:
    return {(each.row, each.column) for each in rules.scan_posting(ITEM, rows) if each.is_final}


def told(rows: list[dict[str, str]]) -> str:
    return "".join("".join(cells) for cells in rules.public_form(ITEM, rows).rows)


@given(pieces(), st.integers(0, 1))
def test_over_neighbouring_cells(cells: list[str], start: int) -> None:
    rows = [{"more": "已核"}, row(cells, start), {"name": "已付"}]
    assert places(rows) == {(2, column) for column in row(cells, start)}
    assert told(rows) == "已核" + "****" * len(cells) + "已付"
    assert rules.scan_posting(ITEM, rules.without_numbers(ITEM, rows)) == ()


@given(pieces())
def test_over_rows_of_a_column(cells: list[str]) -> None:
    rows = [{"name": "甲", "use": "误工"}, *({"name": "乙", "use": each} for each in cells)]
    assert places(rows) == {(number, "use") for number in range(2, len(cells) + 2)}
    assert told(rows) == "甲误工" + "乙****" * len(cells)


@pytest.mark.parametrize(
    ("cells", "left"),
    [
        (["证号340803", "", "195001011232已核"], "证号********已核"),
        (["３４０８０３", "1950 0101", "1232"], "************"),
        (["电话138", "0556", "0001"], "电话************"),
        (["1301", "0219500", "1011239"], "************"),  # its first eleven look like a mobile
    ],
)
def test_also_with_words_around_and_holes_between(cells: list[str], left: str) -> None:
    assert told([row(cells, 0)]) == left


@pytest.mark.parametrize(
    "cells",
    [
        ["2024", "0312345"],  # a year and a number of papers
        ["138元", "05560001"],
        ["1号", "3805560001"],
        ["12", "600000000"],
        ["138", "05560001元"],
        ["340803", "199913011231"],  # a month there is not
        ["990803", "195001011231"],  # a county there is not
        ["合同340803", "20240501"],
        ["138", "0556000"],
        ["1", "38055600012"],
    ],
)
def test_what_stands_side_by_side_by_chance(cells: list[str]) -> None:
    assert told([row(cells, 0)]) == "".join(cells)


def ledgers(draw: random.Random) -> Iterator[list[str]]:
    """Yield rows as offices write them: numbers of papers, plots, meters, months, quantities."""
    kinds = (
        lambda: f"{draw.randint(2015, 2026)}{draw.randint(1, 12):02}",
        lambda: f"{draw.randint(1, 400):03}",
        lambda: f"{draw.randint(1, 9999)}",
        lambda: f"340803{draw.randint(100, 999)}{draw.randint(1, 300):03}",  # of a village, a group
        lambda: f"{draw.randint(10_000_000, 99_999_999)}",  # of an invoice
        lambda: f"{draw.randint(246000, 246999)}",  # of a post office
        lambda: f"{draw.randint(2015, 2026)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}",
        lambda: f"皖政秘〔{draw.randint(2015, 2026)}〕{draw.randint(1, 300)}号",
        lambda: f"{draw.randint(1, 500)}.{draw.randint(0, 99):02}",
        lambda: f"{draw.randint(1, 90)}户{draw.randint(1, 300)}人",
    )
    for number in range(ROWS):
        if number % TABLE_ROWS == 0:
            columns = [draw.choice(kinds) for _cell in _TEXTS]
        yield [each() for each in columns]


def test_the_ledgers_of_an_office_raise_hardly_an_alarm() -> None:
    """Four thousand small tables and a long one; who masks what is nobody's learns to click."""
    draw = random.Random(SEED)  # noqa: S311  the same rows every time
    rows = [row(cells, 0) for cells in ledgers(draw)]
    tables = [rows[start : start + TABLE_ROWS] for start in range(0, ROWS, TABLE_ROWS)]
    alarmed = [table for table in tables if rules.split_numbers(table, _TEXTS)]
    assert (rules.split_numbers(rows, _TEXTS), len(alarmed)) == ((), 0), alarmed[:3]
