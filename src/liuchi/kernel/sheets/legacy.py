"""Reading .xls, which ends at 65,536 rows, and workbooks whose XML we do not cut up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from liuchi.kernel.sheets.faults import fault
from liuchi.kernel.sheets.shapes import (
    COLUMNS_MAX,
    ROWS_MAX,
    SHEETS_MAX,
    Cell,
    Merge,
    RawRow,
    SheetInfo,
)


class WholeSheet:
    """A sheet the library reads at once, and again each time it is asked for."""

    def __init__(self, book: CalamineWorkbook, name: str, *, hidden: bool) -> None:
        """Look at the size of a sheet."""
        self._book, self._name = book, name
        sheet = book.get_sheet_by_name(name)
        rows = sum(1 for _ in _rows(sheet))
        if rows > ROWS_MAX:
            raise fault("rows_too_many")
        if sheet.total_width > COLUMNS_MAX and rows:
            raise fault("columns_too_many", sheet=name)
        self.info = SheetInfo(name, hidden, rows, sheet.total_width)
        self.merges = [
            Merge(top + 1, left, bottom + 1, right)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        ]

    def read(self) -> Iterator[RawRow]:
        """Return rows that have anything in them."""
        yield from _rows(self._book.get_sheet_by_name(self._name))


def _rows(sheet: object) -> Iterator[RawRow]:
    top, left = sheet.start or (0, 0)  # type: ignore[attr-defined]
    for offset, values in enumerate(sheet.to_python()):  # type: ignore[attr-defined]
        cells: list[Cell] = [None] * left
        cells.extend(None if value == "" else value for value in values)
        if any(cell is not None for cell in cells):
            yield top + offset + 1, cells


def open_whole(source: IO[bytes]) -> list[WholeSheet]:
    """Open a workbook the library understands; the faults of files for all else."""
    try:
        book = CalamineWorkbook.from_filelike(source)
        listed = [s for s in book.sheets_metadata if s.typ is SheetTypeEnum.WorkSheet]
        if len(listed) > SHEETS_MAX:
            raise fault("sheets_too_many")
        return [
            WholeSheet(book, sheet.name, hidden=sheet.visible is not SheetVisibleEnum.Visible)
            for sheet in listed
        ]
    except PasswordError as error:
        raise fault("file_encrypted") from error
    except (CalamineError, ValueError, OSError) as error:
        raise fault("file_damaged") from error
