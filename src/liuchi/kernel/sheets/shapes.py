"""What a table looks like to the rest of the house, and how large one may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol

FILE_BYTES_MAX = 30 * 1024 * 1024
EXPANDED_BYTES_MAX = 500 * 1024 * 1024
SHEETS_MAX = 100
COLUMNS_MAX = 200
ROWS_MAX = 250_000


class Flaw(StrEnum):
    """A cell that has no value to read."""

    UNCALCULATED = "uncalculated"  # a formula nobody's Excel has calculated yet
    ERROR = "error"  # #REF!, #DIV/0! and the like


Cell = str | int | float | bool | date | datetime | time | Flaw | None
"""The value of a cell; "" never occurs: an empty cell is None."""


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A sheet of a workbook; ``rows`` counts those with anything in them."""

    name: str
    hidden: bool
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number in the file, from 1, and one cell per header."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(slots=True)
class Table:
    """Headers and the rows below them, as a stream that is read once.

    ``header_rows`` are the first and last row of the header, from 1. ``left_out`` fills
    while ``rows`` is read: numbers of rows that are notes or totals and no data.
    """

    sheet: str
    headers: tuple[str, ...]
    header_rows: tuple[int, int]
    rows: Iterator[Row]
    left_out: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SheetOut:
    """A sheet to write. Rows may be a generator; text is written as text, never run."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Cell]]


RawRow = tuple[int, list[Cell]]
"""A row's number, from 1, and its cells from column A on, as far as they go."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells that were made one: rows from 1, columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


class RawSheet(Protocol):
    """A sheet of any kind of file."""

    @property
    def info(self) -> SheetInfo:
        """Its name and size."""

    @property
    def merges(self) -> Sequence[Merge]:
        """Its merged cells."""

    def read(self) -> Iterator[RawRow]:
        """Return its rows that have anything in them, in order."""


def column_letters(index: int) -> str:
    """Return the letters Excel shows over a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
