"""Reading .csv and .tsv in the encodings Chinese offices write."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import IO

from liuchi.kernel.sheets.faults import fault
from liuchi.kernel.sheets.shapes import (
    COLUMNS_MAX,
    ROWS_MAX,
    Cell,
    Merge,
    RawRow,
    SheetInfo,
)

_CHUNK_BYTES = 1 << 20
_SAMPLE_CHARACTERS = 4_000
_FIELD_CHARACTERS_MAX = 100_000
_DELIMITERS = ",\t;，|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TRIED = ("utf-8", "gb18030")
_FORMULA_TEXT = 3


class DelimitedSheet:
    """The one sheet of a text file."""

    merges: Sequence[Merge] = ()

    def __init__(self, source: IO[bytes], name: str) -> None:
        """Find encoding and delimiter, and count the rows."""
        self._source = source
        self._encoding = _encoding(source)
        self._delimiter = self._find_delimiter()
        rows = columns = 0
        for _, cells in self.read():
            rows, columns = rows + 1, max(columns, len(cells))
            if rows > ROWS_MAX:
                raise fault("rows_too_many")
            if columns > COLUMNS_MAX:
                raise fault("columns_too_many", sheet=name)
        self.info = SheetInfo(name, False, rows, columns)  # noqa: FBT003

    def read(self) -> Iterator[RawRow]:
        """Return rows that have anything in them; a row's number is that of its last line."""
        reader = csv.reader(self._text(), delimiter=self._delimiter)
        number = 0
        try:
            for values in reader:
                number += 1
                cells: list[Cell] = [_value(value) for value in values]
                if any(cell is not None for cell in cells):
                    yield number, cells
        except (csv.Error, UnicodeError) as error:
            raise fault("file_damaged") from error

    def _text(self) -> io.TextIOWrapper:
        self._source.seek(0)
        # A wrapper closes what it wraps when it goes; the source is read again.
        raw = io.BufferedReader(_Kept(self._source))
        return io.TextIOWrapper(raw, encoding=self._encoding, newline="")

    def _find_delimiter(self) -> str:
        lines = self._text().read(_SAMPLE_CHARACTERS).splitlines()[:20]
        found = Counter({mark: sum(line.count(mark) for line in lines) for mark in _DELIMITERS})
        mark, count = found.most_common(1)[0]
        return mark if count else ","


class _Kept(io.RawIOBase):
    """Reads another file and leaves it open when closed."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        read = self._source.read(len(view))
        view[: len(read)] = read
        return len(read)


def _value(text: str) -> Cell:
    if len(text) > _FIELD_CHARACTERS_MAX:
        raise fault("file_damaged")
    text = text.strip()
    # ="0012" is how some programs keep Excel from eating the zeros.
    if len(text) > _FORMULA_TEXT and text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text or None


def _encoding(source: IO[bytes]) -> str:
    """Return the encoding the whole file can be read in."""
    source.seek(0)
    start = source.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            if _reads(source, name):
                return name
            raise fault("file_encoding")
    for name in _TRIED:
        if _reads(source, name):
            return name
    raise fault("file_encoding")


def _reads(source: IO[bytes], encoding: str) -> bool:
    source.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := source.read(_CHUNK_BYTES):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
