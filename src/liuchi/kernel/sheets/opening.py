"""Opening a file by what it is: size first, then its first bytes, then its parts."""

from __future__ import annotations

import io
from pathlib import Path, PurePath
from typing import IO

from liuchi.kernel.sheets.delimited import DelimitedSheet
from liuchi.kernel.sheets.faults import fault
from liuchi.kernel.sheets.features import FeaturesSheet
from liuchi.kernel.sheets.legacy import open_whole
from liuchi.kernel.sheets.shapes import FILE_BYTES_MAX
from liuchi.kernel.sheets.tables import Workbook
from liuchi.kernel.sheets.xlsx import Archive, XlsxBook

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_START_BYTES = 4096
_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "RTF"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
)
_NAME_CHARACTERS_MAX = 31
_BEGIN = bytes.fromhex("0908100000060500")  # begin of the globals of a BIFF8 workbook
_FILEPASS = b"\x2f\x00"
_RECORDS_LOOKED_AT = 8


def open_workbook(given: bytes | Path | IO[bytes], filename: str) -> Workbook:
    """Open a table of any supported kind; what it is, its content decides.

    ``filename`` only names the sheet of a text file. Raises ``Invalid`` with one of
    the codes ``file_…``, ``sheets_too_many``, ``rows_too_many``, ``columns_too_many``,
    ``no_rows``. Nothing is kept; close the workbook, or use it as a context.
    """
    source = _source(given)
    try:
        workbook = _opened(source, PurePath(filename).stem[:_NAME_CHARACTERS_MAX] or "CSV")
    except BaseException:
        source.close()
        raise
    if not any(sheet.rows for sheet in workbook.sheets):
        workbook.close()
        raise fault("no_rows")
    return workbook


def _source(given: bytes | Path | IO[bytes]) -> IO[bytes]:
    """Return a file to read from, refused by its size before a byte of it is read."""
    if isinstance(given, bytes):
        size, source = len(given), io.BytesIO(given)
    elif isinstance(given, Path):
        size = given.stat().st_size
        if size > FILE_BYTES_MAX:
            raise fault("file_too_large")
        return given.open("rb")
    else:
        size, source = given.seek(0, io.SEEK_END), given  # type: ignore[assignment]
        given.seek(0)
    if size > FILE_BYTES_MAX:
        raise fault("file_too_large")
    return source


def _opened(source: IO[bytes], name: str) -> Workbook:
    start = source.read(_START_BYTES)
    source.seek(0)
    if not start.strip():
        raise fault("file_empty")
    if start.startswith(_ZIP):
        return _zipped(source)
    if start.startswith(_OLE):
        return _compound(source)
    for mark, kind in _OTHERS:
        if start.startswith(mark):
            raise fault("file_other_format", kind=kind)
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<head")):
        raise fault("file_other_format", kind="网页表格")
    if text.startswith(b"<"):
        raise fault("file_other_format", kind="XML 表格")
    if text.startswith(b"{"):
        return Workbook([FeaturesSheet(source, name)], source)
    return Workbook([DelimitedSheet(source, name)], source)


def _zipped(source: IO[bytes]) -> Workbook:
    names = Archive(source).names
    if "xl/workbook.xml" not in names:
        kinds = (("xl/workbook.bin", "xlsb"), ("word/document.xml", "Word"), ("content.xml", "ODS"))
        kind = next((kind for part, kind in kinds if part in names), "压缩包")
        raise fault("file_other_format", kind=kind)
    book = XlsxBook(source)
    if any(sheet.prefixed for sheet in book.sheets):
        # Written by a program that puts a prefix before every element: all parts have been
        # unpacked and counted, so the library may have the file as a whole.
        book.close()
        source.seek(0)
        return Workbook(open_whole(source), source)
    return Workbook(book.sheets, book, source)


def _compound(source: IO[bytes]) -> Workbook:
    """Open the container of .xls; locked .xlsx files come in it as well."""
    head = source.read()
    source.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in head:
        raise fault("file_encrypted")
    if "WordDocument".encode("utf-16-le") in head:
        raise fault("file_other_format", kind="Word")
    if not any(name.encode("utf-16-le") in head for name in ("Workbook", "Book")):
        raise fault("file_unknown")
    if _locked(head):
        raise fault("file_encrypted")
    return Workbook(open_whole(source), source)


def _locked(head: bytes) -> bool:
    """Whether the first records of an .xls hold FILEPASS ([MS-XLS] 2.4.117)."""
    at = head.find(_BEGIN)
    for _ in range(_RECORDS_LOOKED_AT if at >= 0 else 0):
        kind, length = head[at : at + 2], int.from_bytes(head[at + 2 : at + 4], "little")
        if kind == _FILEPASS:
            return True
        at += 4 + length
    return False
