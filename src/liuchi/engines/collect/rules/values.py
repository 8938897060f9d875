"""What may stand in a cell, in one form each; and a table brought as a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from liuchi.engines.collect.enums import ColumnKind
from liuchi.engines.collect.rules.columns import Column
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import (
    Cell,
    Flaw,
    SheetOut,
    Table,
    date_of,
    header_of,
    open_workbook,
    text_of,
)

TEXT_CHARACTERS_MAX = 500
ROWS_MAX = 500
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,4})?")
_MISSING = Sentence("要填。", "This is missing.")
_LONG = Sentence("最多500字。", "At most 500 characters.")
_NO_NUMBER = Sentence("请填数字。", "A number, please.")
_NO_DAY = Sentence("日期请写成 2026-03-01 的样子。", "Write the day like 2026-03-01.")
_NO_CHOICE = Sentence("请从选项里选。", "Choose one of those offered.")
_FLAWED = Sentence("这一格是公式错误，请改成值。", "This cell holds an error of a formula.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a row (from 1, or its number in the file), in which column."""

    row: int
    title: str
    code: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Read:
    """Rows in their one form, and what is wrong with some of them."""

    rows: tuple[Mapping[str, str], ...]
    problems: tuple[Problem, ...]


def too_many_rows(count: int, most: int) -> Invalid:
    """Return the error for more rows than a table takes."""
    sentence = Sentence(
        "有 {count} 行，这张表最多 {most} 行。",
        "There are {count} rows; this table takes {most} at most.",
        {"count": count, "most": most},
    )
    return Invalid("too_many_rows", sentence, (FieldError("file", sentence),))


def checked(columns: Sequence[Column], rows: Iterable[Mapping[str, Cell]]) -> Read:
    """Read rows of what units fill in; rows where nothing stands are none."""
    numbered = ((number, row) for number, row in enumerate(rows, start=1))
    return _read([column for column in columns if column.asked], numbered)


def read_workbook(columns: Sequence[Column], content: bytes, filename: str) -> Read:
    """Read a workbook or CSV by its headings, without those the machine fills in.

    Invalid("columns_missing") names asked columns that are not there, and ``kernel.sheets``
    says what it cannot read. Nothing of the file is kept.
    """
    asked = [column for column in columns if column.asked]
    with open_workbook(content, filename) as book:
        sheet = next(each for each in book.sheets if each.rows)
        table = book.table(sheet.name, words=[header_of(column.title) for column in columns])
        places = _places(asked, table)
        rows = [
            (line.number, {code: line.cells[place] for code, place in places.items()})
            for line in table.rows
        ]
    return _read(asked, rows)


def template(title: str, columns: Sequence[Column], rows: Iterable[Mapping[str, str]]) -> SheetOut:
    """Return the table to fill in: what is held already stands in it."""
    return SheetOut(
        title,
        [column.title for column in columns],
        [[row.get(column.code) for column in columns] for row in rows],
    )


def _places(asked: Sequence[Column], table: Table) -> dict[str, int]:
    heads = {header_of(header): place for place, header in enumerate(table.headers)}
    lacking = [column.title for column in asked if header_of(column.title) not in heads]
    if lacking:
        sentence = Sentence(
            "表头缺少：{columns}。请用下载的模板填。",
            "Headings are missing: {columns}. Use the template.",
            {"columns": "、".join(lacking)},
        )
        raise Invalid("columns_missing", sentence, (FieldError("file", sentence),))
    return {column.code: heads[header_of(column.title)] for column in asked}


def _read(asked: Sequence[Column], rows: Iterable[tuple[int, Mapping[str, Cell]]]) -> Read:
    good, problems = list[Mapping[str, str]](), list[Problem]()
    for number, given in rows:
        if all(cell is None or cell == "" for cell in given.values()):
            continue
        row = {}
        for column in asked:
            value, wrong = _value(column, given.get(column.code))
            row[column.code] = value
            if wrong is not None:
                problems.append(Problem(number, column.title, column.code, wrong))
        good.append(row)
    return Read(tuple(good), tuple(problems))


def _value(column: Column, cell: Cell) -> tuple[str, Sentence | None]:
    """Return a value in its one form, or what was typed with what is wrong about it."""
    if isinstance(cell, Flaw):
        return "", _FLAWED
    text = text_of(cell).strip()
    if not text:
        return "", _MISSING if column.required else None
    if len(text) > TEXT_CHARACTERS_MAX:
        return text[:TEXT_CHARACTERS_MAX], _LONG
    return _of_kind(column, cell, text)


def _of_kind(column: Column, cell: Cell, text: str) -> tuple[str, Sentence | None]:
    match column.kind:
        case ColumnKind.NUMBER:
            plain = text.replace(",", "").replace("，", "")
            return (plain, None) if _NUMBER.fullmatch(plain) else (text, _NO_NUMBER)
        case ColumnKind.DATE:
            try:
                day = date_of(cell)
            except ValueError:
                return text, _NO_DAY
            return ("" if day is None else day.isoformat()), None
        case _:
            other = column.kind is ColumnKind.CHOICE and text not in column.choices
            return text, _NO_CHOICE if other else None
