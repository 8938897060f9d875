"""Numbers that were cut in pieces: over neighbouring cells of a row, or over rows of a column.

A table out of another system, or a column that was too narrow, leaves ``340803`` beside
``195001011231``. Each piece is nobody's. Put together they are looked at more strictly than in one
cell, since two numbers that happen to stand side by side must alarm nobody: an identity number
begins with a county there is or was, holds a day and ends in its check digit. Eleven digits are
soon together, so a mobile number fills its cells alone, is cut where one is said (138 0556 0001),
holds no day, and the same cells of no other row hold numbers that make none: then they are of
something else. Cells of money, counts and days take no part, nor do numbers written as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from stdnum import numdb
from stdnum.cn import ric

from liuchi.engines.disclosures.enums import FoundKind
from liuchi.engines.disclosures.rules.numbers import (
    GAP,
    PHONE_WORDS,
    Found,
    Plain,
    digits,
    is_day,
    plain,
)

CELLS_MAX = 4
_LONGEST = 18
_RUN = rf"\d(?:{GAP}\d){{0,{_LONGEST}}}(?:{GAP}[Xx])?"
_LAST = re.compile(rf"(?<!\d)(?:{_RUN})$")
_FIRST = re.compile(rf"^(?:{_RUN}|[Xx])(?![\dXx.元万])")
_WHOLE = re.compile(rf"^(?:{_RUN}|[Xx])$")
_MOBILE = re.compile(r"1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}")
_ID = re.compile(r"[1-8]\d{16}[\dX]")
_DIGIT = re.compile(r"\d|^\s*[XxＸｘ]")
_SAID = frozenset({3, 7})  # where a mobile number is cut when it is said
_NOTHING = Plain("", ())


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a number: the row (from 1) and column of its cell, and where in it."""

    row: int
    column: str
    found: Found


@dataclass(frozen=True, slots=True)
class _Cell:
    row: int
    column: str
    plain: Plain


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with its pieces. ``told``: a word before it says what it is."""

    kind: FoundKind
    pieces: tuple[Piece, ...]
    told: bool


def split_numbers(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> tuple[Piece, ...]:
    """Return every piece of a number that stands in several cells, in order of row and column.

    ``columns`` are the codes of those that are looked at, as they stand beside each other. Empty
    cells between the pieces part nothing. The cost is that of the cells.
    """
    across = [
        [
            _Cell(number, code, plain(text) if _DIGIT.search(text) else _NOTHING)
            for code in columns
            if (text := cells.get(code, ""))
        ]
        for number, cells in enumerate(rows, start=1)
    ]
    held: dict[str, list[_Cell]] = {code: [] for code in columns}
    for line in across:
        for cell in line:
            held[cell.column].append(cell)
    found = list(_among_rows([number for line in across for number in _in_line(line)], held))
    for down in held.values():
        found += _along([*_in_line(down)], down)
    order = {code: place for place, code in enumerate(columns)}
    pieces = {piece for number in found for piece in number.pieces}
    return tuple(sorted(pieces, key=lambda each: (each.row, order[each.column], each.found.start)))


def _among_rows(
    numbers: Sequence[_Number], held: Mapping[str, Sequence[_Cell]]
) -> Iterator[_Number]:
    """Yield numbers whose cells hold no other numbers in other rows."""
    wanted = {tuple(p.column for p in each.pieces) for each in numbers if _is_by_chance(each)}
    digits_of: dict[str, dict[int, str]] = {
        code: {cell.row: digits(cell.plain.text) for cell in held[code] if _is_whole(cell)}
        for code in {code for codes in wanted for code in codes}
    }
    other = {
        codes
        for codes in wanted
        for row in set.intersection(*(set(digits_of[code]) for code in codes))
        if not _MOBILE.fullmatch("".join(digits_of[code][row] for code in codes))
    }
    for each in numbers:
        if not (_is_by_chance(each) and tuple(p.column for p in each.pieces) in other):
            yield each


def _along(numbers: Sequence[_Number], down: Sequence[_Cell]) -> Iterator[_Number]:
    """Yield numbers of a column that holds no other numbers."""
    of_numbers = {piece.row for each in numbers for piece in each.pieces}
    is_mixed = any(_is_whole(cell) and cell.row not in of_numbers for cell in down)
    for each in numbers:
        if not (is_mixed and _is_by_chance(each)):
            yield each


def _is_by_chance(number: _Number) -> bool:
    return number.kind is FoundKind.MOBILE and not number.told


def _is_whole(cell: _Cell) -> bool:
    return _WHOLE.match(cell.plain.text) is not None


def without_pieces(
    rows: Sequence[Mapping[str, str]], pieces: Iterable[Piece]
) -> list[dict[str, str]]:
    """Return rows with the pieces cut out, the last of each cell first."""
    told = [dict(cells) for cells in rows]
    for each in sorted(pieces, key=lambda each: each.found.start, reverse=True):
        text = told[each.row - 1][each.column]
        told[each.row - 1][each.column] = f"{text[: each.found.start]}****{text[each.found.end :]}"
    return told


def _in_line(line: Sequence[_Cell]) -> Iterator[_Number]:
    """Yield the numbers in cells that follow each other."""
    for start, cell in enumerate(line):
        first = _LAST.search(cell.plain.text)
        if first is not None:
            found = _longest(cell, first, line[start + 1 : start + CELLS_MAX])
            if found is not None:
                yield found


def _longest(cell: _Cell, first: re.Match[str], behind: Sequence[_Cell]) -> _Number | None:
    """Return the longest number that begins at the end of a cell and goes on in those behind."""
    spans, many = [(cell, first.start(), first.end())], len(digits(first[0]))
    told = PHONE_WORDS.search(cell.plain.text) is not None
    found = None
    for after in behind:
        begun = _FIRST.match(after.plain.text)
        if begun is None or (many := many + len(digits(begun[0]))) > _LONGEST:
            break
        spans.append((after, 0, begun.end()))
        kind = _kind(spans, told=told)
        if kind is not None:
            pieces = (
                Piece(each.row, each.column, each.plain.found(kind, low, high))
                for each, low, high in spans
            )
            found = _Number(kind, tuple(pieces), told)
        if not _is_whole(after):
            break
    return found


def _kind(spans: Sequence[tuple[_Cell, int, int]], *, told: bool) -> FoundKind | None:
    """Return what pieces come to, put together; None where they are nobody's."""
    pieces = [digits(cell.plain.text[low:high]).upper() for cell, low, high in spans]
    number = "".join(pieces)
    if _is_id(number):
        return FoundKind.ID_NUMBER
    (first, low, high), (last, _start, end) = spans[0], spans[-1]
    alone = (told or len(first.plain.text) == high - low) and len(last.plain.text) == end
    cuts = set(accumulate(map(len, pieces[:-1])))
    if not (alone and cuts <= _SAID and _MOBILE.fullmatch(number)):
        return None
    return FoundKind.MOBILE if told or not any(map(_is_day, pieces)) else None


def _is_day(number: str) -> bool:
    return len(number) == len("20261122") and is_day(number)


def _is_id(number: str) -> bool:
    formed = _ID.fullmatch(number) is not None and is_day(number[6:14])
    return formed and ric.calc_check_digit(number) == number[-1] and _is_county(number[:6])


def _is_county(code: str) -> bool:
    """Whether a county has or had this code; people keep the codes of counties long merged."""
    return any("county" in told for _part, told in numdb.get("cn/loc").info(code))
