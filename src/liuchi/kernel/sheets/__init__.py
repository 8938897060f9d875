"""Tables that people bring: workbooks and CSV, opened safely and read as a stream.

What a file is, its content says, not its name. Everything is checked against limits
before it is read and while it is, nothing of it is run, and reading takes the memory
of some hundred rows, whatever the size of the file. Whatever is wrong with a file is an
``Invalid`` with a sentence, never a library's own error.
"""

from __future__ import annotations

from liuchi.kernel.sheets.concealed import Concealed, concealed
from liuchi.kernel.sheets.opening import open_workbook
from liuchi.kernel.sheets.shapes import (
    COLUMNS_MAX,
    EXPANDED_BYTES_MAX,
    FILE_BYTES_MAX,
    ROWS_MAX,
    SHEETS_MAX,
    Cell,
    Flaw,
    Row,
    SheetInfo,
    SheetOut,
    Table,
    column_letters,
)
from liuchi.kernel.sheets.tables import Workbook
from liuchi.kernel.sheets.values import date_of, digits_lost, header_of, text_of, whole_of
from liuchi.kernel.sheets.writing import write

__all__ = [
    "COLUMNS_MAX",
    "EXPANDED_BYTES_MAX",
    "FILE_BYTES_MAX",
    "ROWS_MAX",
    "SHEETS_MAX",
    "Cell",
    "Concealed",
    "Flaw",
    "Row",
    "SheetInfo",
    "SheetOut",
    "Table",
    "Workbook",
    "column_letters",
    "concealed",
    "date_of",
    "digits_lost",
    "header_of",
    "open_workbook",
    "text_of",
    "whole_of",
    "write",
]
