"""Workbooks as the house hands them out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import rustpy_xlsxwriter

from liuchi.kernel.sheets.shapes import Cell, SheetOut

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_NAME_CHARACTERS_MAX = 31
_CELL_CHARACTERS_MAX = 16_000  # of which each may be two for Excel
_WIDTHS = range(8, 41)


def write(sheets: Sequence[SheetOut]) -> bytes:
    """Return an .xlsx with a frozen bold header in each sheet; rows are taken as they come.

    Text that begins with ``=`` stays text. Names of sheets are made fit and distinct;
    ValueError for a header that occurs twice in a sheet.
    """
    out = io.BytesIO()
    names = _sheet_names([sheet.name for sheet in sheets])
    rustpy_xlsxwriter.write_worksheets(
        [(name, _records(sheet)) for name, sheet in zip(names, sheets, strict=True)],
        out,
        freeze_panes={"general": {"row": 1, "col": 0}},
        column_widths={
            name: {header: _width(header) for header in sheet.headers}
            for name, sheet in zip(names, sheets, strict=True)
        },
    )
    return out.getvalue()


def _records(sheet: SheetOut) -> Iterator[dict[str, Any]]:
    if len(set(sheet.headers)) != len(sheet.headers):
        msg = f"a header occurs twice: {list(sheet.headers)}"
        raise ValueError(msg)
    empty = True
    for row in sheet.rows:
        empty = False
        yield {h: _plain(cell) for h, cell in zip(sheet.headers, row, strict=True)}
    if empty:  # the writer takes the headers from the first row
        yield dict.fromkeys(sheet.headers)


def _plain(cell: Cell) -> Any:
    """Return a cell as the writer takes it; Excel holds 32,767 characters and no outline more."""
    if not isinstance(cell, str):
        return cell
    return str(cell) if len(cell) <= _CELL_CHARACTERS_MAX else f"{cell[:_CELL_CHARACTERS_MAX]}…"


def _width(header: str) -> float:
    wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in header)  # noqa: PLR2004
    return float(min(max(wide + 4, _WIDTHS.start), _WIDTHS.stop))


def _sheet_names(wanted: Sequence[str]) -> list[str]:
    names: list[str] = []
    for number, name in enumerate(wanted, start=1):
        fit = _FORBIDDEN.sub(" ", name).strip(" '")[:_NAME_CHARACTERS_MAX] or f"Sheet{number}"
        while fit.casefold() in (taken.casefold() for taken in names):
            tail = f" ({number})"
            fit = fit[: _NAME_CHARACTERS_MAX - len(tail)] + tail
        names.append(fit)
    return names
