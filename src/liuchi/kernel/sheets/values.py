"""What a cell means: text, a day, a whole number. People type the same thing many ways."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from liuchi.kernel.sheets.shapes import Cell, Flaw

# Full-width digits, letters and the signs of dates and numbers; not （ ） ， which people
# write on purpose in addresses. Spaces of every width become one kind, joiners none.
_NARROW = {
    **{code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))},
    **{code: code - 0xFEE0 for code in (*range(0xFF41, 0xFF5B), 0xFF0F, 0xFF0E, 0xFF0D, 0xFF0B)},
    **dict.fromkeys((0x3000, 0x00A0, 0x2002, 0x2003, 0x2009, 0x0009, 0x000A, 0x000D), " "),
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0xFEFF, 0x2060), None),
}
_SPACES = re.compile(r" {2,}")
_ODD = re.compile(r"[^!-~一-鿿·]")
_DATE = re.compile(
    r"(\d{4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.0+)?")
# Day 0 of Excel's count; it believes in 29 February 1900, so the count is right from March on.
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_SERIAL_DAYS = range(61, 73_051)  # 1900-03-01 to 2099-12-31
_EXACT_MAX = 10**15
_DECORATION = re.compile(r"[*＊:：]|[(（\[【][^)）\]】]*[)）\]】]|\s")


def text_of(cell: Cell) -> str:
    """Return a cell as the text a person sees, in one form; "" for an empty one.

    A number that was typed as text and text that was typed as a number come out the same.
    """
    if isinstance(cell, str):
        if isinstance(cell, Flaw):
            return ""
        return cell if _ODD.search(cell) is None else _one_form(cell)
    return "" if cell is None else _shown(cell)


def _one_form(text: str) -> str:
    return _SPACES.sub(" ", text.translate(_NARROW)).strip()


def _shown(cell: object) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return str(cell)


def digits_lost(cell: Cell) -> bool:
    """Whether a long number was stored as a number: Excel keeps fifteen digits of it."""
    return isinstance(cell, int | float) and abs(cell) >= _EXACT_MAX


def date_of(cell: Cell) -> date | None:
    """Return a day, None for an empty cell; ValueError for what is none (2022-02-30).

    Takes dates, Excel's day counts, 2022-2-3, 2022/2/3, 2022.2.3, 2022年2月3日, 20220203.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if cell is None or isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if int(cell) in _SERIAL_DAYS:
            return _EXCEL_DAY_ZERO + timedelta(days=int(cell))
        cell = str(int(cell))
    text = text_of(cell)
    if not text:
        return None
    found = _DATE.fullmatch(text) or _DIGITS.fullmatch(text)
    if found is None:
        if text.isdecimal() and int(text) in _SERIAL_DAYS:
            return _EXCEL_DAY_ZERO + timedelta(days=int(text))
        msg = "not a date"
        raise ValueError(msg)
    year, month, day = found.groups()
    return date(int(year), int(month), int(day))


def whole_of(cell: Cell) -> int | None:
    """Return a whole number, None for an empty cell; ValueError for anything else."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == int(cell):
        return int(cell)
    text = text_of(cell).replace(",", "").replace("，", "")
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        msg = "not a whole number"
        raise ValueError(msg)
    return int(text.partition(".")[0])


def header_of(text: str) -> str:
    """Return a header in the form headers are compared in: no spaces, stars or brackets."""
    return _DECORATION.sub("", text.translate(_NARROW)).casefold()
