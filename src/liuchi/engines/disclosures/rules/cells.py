"""What may stand in a cell of a template, in one form each, and what is wrong with it if not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from liuchi.engines.directory.rules import birth_date_of, normal_id_number, normal_name
from liuchi.engines.disclosures.enums import ColumnKind
from liuchi.engines.disclosures.rules.numbers import TAIL, tail
from liuchi.engines.disclosures.spec import ColumnSpec, ItemSpec
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import Cell, date_of, digits_lost, text_of, whole_of

TEXT_CHARACTERS_MAX = 200
NAME_CHARACTERS_MAX = 40
ROWS_MAX = 5_000
_AMOUNT_MAX = Decimal(10) ** 10  # and no number of eleven digits looks like a telephone
_COUNT_MAX = 10**9
_CENT = Decimal("0.01")
_AMOUNT = re.compile(r"[+-]?\d{1,12}(?:\.\d+)?")
_TAIL = re.compile(rf"[0-9Xx]{{{TAIL}}}")
_NUMBER = {
    ColumnKind.PHONE: re.compile(r"\d{7,12}"),
    ColumnKind.CARD: re.compile(r"\d{12,19}"),
}
_LOOSE = re.compile(r"[\s\-—_]")

_MISSING = Sentence("「{column}」要填。", "{column} is missing.")
_LONG = Sentence("太长，最多 {most} 字。", "Too long: {most} characters at most.")
_NO_AMOUNT = Sentence("金额请填数字，最多两位小数。", "An amount is a number, with two decimals.")
_NO_COUNT = Sentence("数量请填整数。", "A count is a whole number.")
_NO_DAY = Sentence("日期请写成 2026-03-01 的样子。", "Write the day like 2026-03-01.")
_NO_ID = Sentence("身份证号不对，请核对。", "Not an identity number. Check it.")
_NO_NUMBER = Sentence("号码位数不对，请核对。", "The number has the wrong length.")
_LOST = Sentence("长号码要存成文本，末几位已丢。", "Keep long numbers as text: digits are lost.")


class CellFault(ValueError):
    """A cell can't be used; ``sentence`` says what to do."""

    def __init__(self, sentence: Sentence) -> None:
        """Keep the sentence."""
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Malformed:
    """What is wrong with a row: which (from 1), in which column, "" for the whole row."""

    row: int
    column: str
    sentence: Sentence


def read_cell(column: ColumnSpec, cell: Cell) -> str:
    """Return a value in its one form; raise :class:`CellFault` for what is none.

    Of a number of papers, telephone or card only the last four characters are kept.
    """
    text = text_of(cell)
    if not text:
        return ""
    if column.kind.keeps_tail_only:
        return _kept(column.kind, cell, text)
    match column.kind:
        case ColumnKind.AMOUNT:
            return _amount(text)
        case ColumnKind.COUNT:
            return _count(cell)
        case ColumnKind.DATE:
            return _day(cell)
    is_name = column.kind is ColumnKind.NAME
    return _within(
        normal_name(text) if is_name else text,
        NAME_CHARACTERS_MAX if is_name else TEXT_CHARACTERS_MAX,
    )


def read_row(
    item: ItemSpec, cells: Mapping[str, Cell]
) -> tuple[dict[str, str], tuple[tuple[str, Sentence], ...]]:
    """Return a row in its one form, and what is wrong with it by column.

    What is required and missing is wrong; columns the item has not are left out.
    """
    row: dict[str, str] = {}
    wrong: list[tuple[str, Sentence]] = []
    for column in item.columns:
        try:
            text = read_cell(column, cells.get(column.code))
        except CellFault as fault:
            wrong.append((column.code, fault.sentence))
            continue
        if text:
            row[column.code] = text
        elif column.required:
            wrong.append((column.code, _missing(column)))
    return row, tuple(wrong)


def malformed(item: ItemSpec, rows: Sequence[Mapping[str, str]]) -> tuple[Malformed, ...]:
    """Return what is incomplete in rows that are held: nothing required, or the same row twice."""
    found: list[Malformed] = []
    keys = [column.code for column in item.columns if column.key]
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in enumerate(rows, start=1):
        found += [
            Malformed(number, column.code, _missing(column))
            for column in item.columns
            if column.required and not cells.get(column.code)
        ]
        told = tuple(cells.get(code, "") for code in keys)
        if keys and seen.setdefault(told, number) != number:
            twice = Sentence("和第 {row} 行重复。", "The same as row {row}.", {"row": seen[told]})
            found.append(Malformed(number, "", twice))
    return tuple(found)


def _missing(column: ColumnSpec) -> Sentence:
    return Sentence(_MISSING.zh, _MISSING.en, {"column": column.title})


def _within(text: str, most: int) -> str:
    if len(text) > most:
        raise CellFault(Sentence(_LONG.zh, _LONG.en, {"most": most}))
    return text


def _amount(text: str) -> str:
    bare = text.replace(",", "").replace("，", "").removesuffix("元").lstrip("¥￥ ").strip()
    if not _AMOUNT.fullmatch(bare):
        raise CellFault(_NO_AMOUNT)
    try:
        value = Decimal(bare)
    except InvalidOperation:  # pragma: no cover  the form above is a number
        raise CellFault(_NO_AMOUNT) from None
    rounded = value.quantize(_CENT)
    # Excel's own sums carry a ten-billionth more; a third decimal somebody typed is wrong.
    if abs(value) >= _AMOUNT_MAX or abs(value - rounded) > Decimal("1e-6"):
        raise CellFault(_NO_AMOUNT)
    return f"{rounded:f}"


def _count(cell: Cell) -> str:
    try:
        value = whole_of(cell)
    except (ValueError, OverflowError):
        raise CellFault(_NO_COUNT) from None
    if value is None or not 0 <= value <= _COUNT_MAX:
        raise CellFault(_NO_COUNT)
    return str(value)


def _day(cell: Cell) -> str:
    try:
        day = date_of(cell)
    except (ValueError, OverflowError):
        raise CellFault(_NO_DAY) from None
    return "" if day is None else day.isoformat()


def _kept(kind: ColumnKind, cell: Cell, text: str) -> str:
    if digits_lost(cell):
        raise CellFault(_LOST)
    bare = _LOOSE.sub("", text).lstrip("*")
    if _TAIL.fullmatch(bare):
        return bare.upper()
    if kind is ColumnKind.ID_NUMBER:
        if birth_date_of(normal_id_number(bare)) is None:
            raise CellFault(_NO_ID)
        return tail(normal_id_number(bare))
    if not _NUMBER[kind].fullmatch(bare):
        raise CellFault(_NO_NUMBER)
    return tail(bare)
