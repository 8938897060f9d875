"""What may be wrong with a file as a whole: one sentence each."""

from __future__ import annotations

from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence, Value
from liuchi.kernel.sheets.shapes import (
    COLUMNS_MAX,
    EXPANDED_BYTES_MAX,
    FILE_BYTES_MAX,
    ROWS_MAX,
    SHEETS_MAX,
)

_WORDS: dict[str, tuple[str, str]] = {
    "file_empty": ("文件是空的，请重新选择。", "The file is empty. Choose another."),
    "file_too_large": (
        "文件太大：最多 {most} MB，请分成几个文件。",
        "The file is too large: {most} MB at most. Split it.",
    ),
    "file_unpacks_too_large": (
        "文件展开后超过 {most} MB，没有打开。",
        "Unpacked, the file exceeds {most} MB. It was not opened.",
    ),
    "file_unknown": (
        "这不是表格，请上传 .xlsx、.xls 或 .csv。",
        "Not a table. Send .xlsx, .xls or .csv.",
    ),
    "file_other_format": (
        "{kind}读不了，请另存为 .xlsx 再传。",
        "{kind} cannot be read. Save it as .xlsx and send that.",
    ),
    "file_encrypted": (
        "文件设了密码，请去掉密码后再传。",
        "The file has a password. Remove it and send it again.",
    ),
    "file_damaged": (
        "文件已损坏，请打开另存一份后再传。",
        "The file is damaged. Open it, save a copy and send that.",
    ),
    "file_unsafe": (
        "文件里有不该有的内容，没有打开。请另存为 .xlsx。",
        "The file holds what a table should not. Save it as .xlsx.",
    ),
    "file_encoding": (
        "文字编码认不出，请另存为 .xlsx 再传。",
        "Its encoding is unknown. Save it as .xlsx and send that.",
    ),
    "sheets_too_many": (
        "工作表太多：最多 {most} 个，请删去不用的。",
        "Too many sheets: {most} at most. Remove some.",
    ),
    "rows_too_many": (
        "行数太多：最多 {most} 行，请分成几个文件。",
        "Too many rows: {most} at most. Split the file.",
    ),
    "columns_too_many": (
        "“{sheet}”列数太多：最多 {most} 列。",
        "{sheet} has too many columns: {most} at most.",
    ),
    "no_rows": ("表里没有内容，请检查。", "There is nothing in the table."),
    "no_sheet": ("没有名为“{sheet}”的工作表。", "There is no sheet called {sheet}."),
    "no_header": (
        "“{sheet}”找不到表头，请指明表头在第几行。",
        "{sheet}: no header found. Say which row it is.",
    ),
}
_MOST: dict[str, Value] = {
    "file_too_large": FILE_BYTES_MAX >> 20,
    "file_unpacks_too_large": EXPANDED_BYTES_MAX >> 20,
    "sheets_too_many": SHEETS_MAX,
    "rows_too_many": ROWS_MAX,
    "columns_too_many": COLUMNS_MAX,
}
_SHOWN_CHARACTERS_MAX = 12


def fault(code: str, **values: Value) -> Invalid:
    """Return the error of a code, at the field ``file``; its numbers are filled in."""
    zh, en = _WORDS[code]
    filled = {name: _short(value) for name, value in values.items()}
    if code in _MOST:
        filled["most"] = _MOST[code]
    sentence = Sentence(zh, en, filled)
    return Invalid(code, sentence, (FieldError("file", sentence),))


def _short(value: Value) -> Value:
    """Cut a name from the file, so that the sentence stays one."""
    if isinstance(value, int):
        return value
    return value if len(value) <= _SHOWN_CHARACTERS_MAX else value[:_SHOWN_CHARACTERS_MAX] + "…"
