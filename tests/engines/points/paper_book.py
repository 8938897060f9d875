"""A paper book as somebody types it: some thousand lines, and faults of twenty kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from random import Random
from typing import Any

HEADERS = ["姓名", "户号", "出生日期", "项目", "日期", "次数", "积分", "备注", "身份证号"]
SOMEBODYS = "11010119900307002X"
"""The identity number of somebody who is on the roster and not in the book."""
Row = list[Any]
Spoil = Callable[[list[Any], date, int], list[Any]]


@dataclass(frozen=True)
class Book:
    """``rows`` with the header; ``faults`` by the row's number as Excel shows it."""

    rows: list[Row]
    faults: dict[int, str]

    @property
    def good(self) -> int:
        return len(self.rows) - 1 - len(self.faults)


def _row(name: str, house: str, day: date, rule: str = "邻里互助", points: Any = 50) -> Row:
    return [name, house, None, rule, day.isoformat(), None, points, None, None]


def _with(**cells: Any) -> Spoil:
    places = {"name": 0, "house": 1, "born": 2, "rule": 3, "day": 4, "quantity": 5}
    places |= {"points": 6, "note": 7, "id": 8}

    def spoil(row: Row, _today: date, _n: int) -> Row:
        for name, value in cells.items():
            row[places[name]] = value
        return row

    return spoil


def _tomorrow(row: Row, today: date, _n: int) -> Row:
    row[4] = (today + timedelta(days=1)).isoformat()
    return row


def _not_yet(row: Row, today: date, n: int) -> Row:
    """A rule of today on a day before."""
    row[3], row[4], row[6] = "夜间巡逻", (today - timedelta(days=n + 1)).isoformat(), 3
    return row


def _no_consent(row: Row, today: date, n: int) -> Row:
    """Somebody who takes no part; another day each time, or it would be one deed twice."""
    row[0], row[1], row[4] = "试未同意", "902", (today - timedelta(days=n)).isoformat()
    return row


FAULTS: dict[str, Spoil] = {
    "name_missing": _with(name=None),
    "person_unknown": _with(name="试无此人"),
    "person_ambiguous": _with(name="试同", house="901"),
    "person_unsure": _with(house=None),
    "id_of_another": _with(id=SOMEBODYS),
    "birth_date_unreadable": _with(born="羊年"),
    "rule_missing": _with(rule=None),
    "rule_unknown": _with(rule="跳广场舞"),
    "rule_not_in_force": _not_yet,
    "day_missing": _with(day=None),
    "day_unreadable": _with(day="上周三"),
    "in_the_future": _tomorrow,
    "too_long_ago_to_enter": _with(day="2026-01-05"),
    "quantity_unreadable": _with(quantity="两次"),
    "quantity_out_of_range": _with(quantity=101, points=None),
    "points_unreadable": _with(points="五十"),
    "points_disagree": _with(points=40),
    "no_consent": _no_consent,
    "evidence_missing": _with(rule="好人称号", points=20),
    "cap_reached": _with(rule="核酸检测志愿服务", quantity=11, points=22),
    "note_too_long": _with(note="长" * 401),
}
"""Every fault but the two that need another row, each as a change to a good row."""


def book(
    people: list[tuple[str, str]], today: date, *, lines: int, faults: int, seed: int = 6
) -> Book:
    """Write a book of good lines with ``faults`` planted among them, of twenty kinds evenly.

    ``people`` are names with house numbers. Of the kinds there are more than twenty; the
    twenty first are taken.
    """
    random = Random(seed)  # noqa: S311  the same book every time
    good = _good(people, today)
    kinds = [*list(FAULTS)[:19], "twice_in_table"]
    planted = [kind for kind, _ in zip(cycle(kinds), range(faults), strict=False)]
    rows: list[tuple[Row, str]] = [(next(good), "") for _ in range(lines - faults)]
    rows += [
        (FAULTS[kind](next(good), today, number // len(kinds)), kind)
        for number, kind in enumerate(planted)
        if kind != "twice_in_table"
    ]
    random.shuffle(rows)
    twins = Counter(planted)["twice_in_table"]
    rows += [(list(row), "twice_in_table") for row, kind in rows if not kind][:twins]
    return Book(
        [HEADERS, *(row for row, _ in rows)],
        {number: kind for number, (_, kind) in enumerate(rows, start=2) if kind},
    )


def _good(people: list[tuple[str, str]], today: date) -> Iterator[Row]:
    """Yield lines no two of which are one deed: everybody once for each day, backwards."""
    for back in range(35):
        for name, house in people:
            yield _row(name, house, today - timedelta(days=back))
