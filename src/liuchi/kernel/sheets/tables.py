"""From rows of cells to a table: which rows are its header, and what merged cells mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import Protocol, Self

from liuchi.kernel.sheets.faults import fault
from liuchi.kernel.sheets.shapes import Cell, Merge, RawRow, RawSheet, Row, SheetInfo, Table
from liuchi.kernel.sheets.values import header_of, text_of

_LOOKED_AT_ROWS = 40
_HEADER_CHARACTERS_MAX = 60
_HEADER_ROWS_MAX = 4
_TITLE_SHARE = 0.6
_NOTE = re.compile(
    r"^(?:注|备注|说明|填表|制表|审核|审批|负责人|经办人|单位负责人|合计|总计|小计|共计|联系人)"
)
_NOTE_CELLS_MAX = 2


class Closable(Protocol):
    """Something to close: a file, a book."""

    def close(self) -> None:
        """Close it."""


class Workbook:
    """An opened file. Use it as a context: leaving closes what it reads from."""

    def __init__(self, sheets: Sequence[RawSheet], *held: Closable) -> None:
        """Take sheets that have been looked at, and what to close with them."""
        self._sheets = tuple(sheets)
        self._held = held

    def __enter__(self) -> Self:
        """Return the workbook."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file; tables can't be read afterwards."""
        for each in self._held:
            each.close()

    @property
    def sheets(self) -> tuple[SheetInfo, ...]:
        """Its sheets in order, hidden ones too."""
        return tuple(sheet.info for sheet in self._sheets)

    def merged_below(self, sheet: str, row: int, columns: int) -> bool:
        """Whether cells below a row are merged, but for notes of a row that run across a table."""
        raw = next((each for each in self._sheets if each.info.name == sheet), None)
        return raw is not None and any(
            merge.top > row
            and (merge.bottom > merge.top or merge.right - merge.left + 1 < columns * _TITLE_SHARE)
            for merge in raw.merges
        )

    def table(
        self,
        sheet: str,
        header_rows: tuple[int, int] | None = None,
        *,
        words: Collection[str] = (),
    ) -> Table:
        """Return the table of a sheet; rows are read as they are asked for.

        ``header_rows`` are its first and last row, from 1; left out, they are found:
        by ``words`` headers are known to hold (in the form of :func:`header_of`), else
        by looks. Two header rows are joined ("联系方式 手机"), a header that occurs
        twice gets a number, merged cells are filled down. Invalid("no_header").
        """
        raw = next((each for each in self._sheets if each.info.name == sheet), None)
        if raw is None:
            raise fault("no_sheet", sheet=sheet)
        first = list(islice(raw.read(), _LOOKED_AT_ROWS))
        if not first:
            raise fault("no_rows")
        found = header_rows or _find_header(first, raw.merges, frozenset(words))
        if found is None or not 1 <= found[0] <= found[1] < found[0] + _HEADER_ROWS_MAX:
            raise fault("no_header", sheet=sheet)
        headers = _joined(first, raw.merges, found)
        if not any(headers):
            raise fault("no_header", sheet=sheet)
        left_out: list[int] = []
        rows = _below(raw, found[1], len(headers), left_out)
        return Table(sheet, headers, found, rows, left_out)


def _filled(cells: Iterable[Cell]) -> int:
    return sum(cell is not None for cell in cells)


def _find_header(
    rows: Sequence[RawRow], merges: Sequence[Merge], words: frozenset[str]
) -> tuple[int, int] | None:
    widest = max(_filled(cells) for _, cells in rows)
    best, score = None, 0
    for number, cells in rows:
        known = sum(header_of(c) in words for c in cells if isinstance(c, str))
        if known > score:
            best, score = number, known
    if best is None:
        best = next(
            (number for number, cells in rows if _looks_like_header(cells, widest)),
            None,
        )
    return None if best is None else _with_neighbours(best, dict(rows), merges)


def _looks_like_header(cells: Sequence[Cell], widest: int) -> bool:
    held = [cell for cell in cells if cell is not None]
    return (
        len(held) >= min(2, widest)
        and len(held) >= widest * _TITLE_SHARE
        and all(
            isinstance(cell, str)
            and len(cell) <= _HEADER_CHARACTERS_MAX
            and not cell.strip().isdigit()
            for cell in held
        )
    )


def _with_neighbours(
    number: int, rows: dict[int, list[Cell]], merges: Sequence[Merge]
) -> tuple[int, int]:
    """Widen a header row to the rows it is merged with: groups above, parts below.

    A cell merged over most of the width is a title, not a group.
    """
    top = bottom = number
    width = max(len(cells) for cells in rows.values())
    for merge in merges:
        if merge.right - merge.left + 1 >= max(width * _TITLE_SHARE, 2) and width > 2:  # noqa: PLR2004
            continue
        if merge.top <= number <= merge.bottom and merge.bottom > merge.top:
            top, bottom = min(top, merge.top), max(bottom, merge.bottom)
        elif merge.right > merge.left and merge.bottom == number - 1:
            top = min(top, merge.top)
        elif merge.right > merge.left and merge.top == merge.bottom == number:
            below = rows.get(number + 1, [])[merge.left : merge.right + 1]
            if below and all(isinstance(cell, str) for cell in below):
                bottom = max(bottom, number + 1)
    return top, min(bottom, top + _HEADER_ROWS_MAX - 1)


def _joined(
    rows: Sequence[RawRow], merges: Sequence[Merge], header: tuple[int, int]
) -> tuple[str, ...]:
    held = {number: cells for number, cells in rows if header[0] <= number <= header[1]}
    width = max((len(cells) for cells in held.values()), default=0)
    grid = {
        number: [*held.get(number, []), *[None] * (width - len(held.get(number, [])))]
        for number in range(header[0], header[1] + 1)
    }
    for merge in merges:
        if header[0] <= merge.top and merge.bottom <= header[1] and merge.left < width:
            value = grid[merge.top][merge.left]
            for number in range(merge.top, merge.bottom + 1):
                for column in range(merge.left, min(merge.right + 1, width)):
                    grid[number][column] = value
    names: list[str] = []
    for column in range(width):
        parts = dict.fromkeys(text_of(grid[number][column]) for number in grid)
        names.append(_distinct(" ".join(part for part in parts if part), names))
    return tuple(names)


def _distinct(name: str, taken: Sequence[str]) -> str:
    if not name or name not in taken:
        return name
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


def _below(raw: RawSheet, last: int, width: int, left_out: list[int]) -> Iterator[Row]:
    """Read the rows below the header: notes left out, cells filled down where merged."""
    notes = {
        m.top for m in raw.merges if m.top > last and m.right - m.left + 1 >= width * _TITLE_SHARE
    }
    fills = sorted(
        (m for m in raw.merges if m.top > last and m.bottom > m.top and m.left < width),
        key=lambda merge: merge.top,
        reverse=True,
    )
    open_fills: list[tuple[Merge, Cell]] = []
    for number, cells in raw.read():
        if number <= last:
            continue
        if _is_note(number, cells, notes, width):
            left_out.append(number)
            continue
        row = cells[:width]
        row.extend([None] * (width - len(row)))
        while fills and fills[-1].top <= number:
            merge = fills.pop()
            # The value stands in the first row of the merge; where that row was empty it
            # was never read, and there is nothing to fill down.
            if merge.top == number:
                open_fills.append((merge, row[merge.left]))
        if open_fills:
            open_fills = [held for held in open_fills if held[0].bottom >= number]
            for merge, value in open_fills:
                row[merge.left] = value
        if row.count(None) < len(row):
            yield Row(number, tuple(row))


def _is_note(number: int, cells: Sequence[Cell], notes: Collection[int], width: int) -> bool:
    """Whether a row speaks about the table: merged across it, or 注：, 合计, 填表人."""
    if number in notes:
        return True
    held = [cell for cell in cells if cell is not None]
    if not held or len(held) > max(_NOTE_CELLS_MAX, 0) or width <= _NOTE_CELLS_MAX:
        # A total may carry a number in every column: its first word tells.
        return bool(held) and isinstance(held[0], str) and held[0].strip() in _TOTALS
    return isinstance(held[0], str) and _NOTE.match(held[0].strip()) is not None


_TOTALS = frozenset({"合计", "总计", "小计", "共计", "合 计", "总 计"})
