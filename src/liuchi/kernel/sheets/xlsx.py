"""Reading .xlsx in pieces, so that memory holds some rows and never a whole sheet.

The library reads a sheet at once. So a sheet is unpacked as a stream, cut between rows,
and each piece, wrapped as a small workbook of its own, is read by the library: numbers,
dates and styles stay its business. Two things are looked at here because the library
drops them: formulas nobody has calculated, and errors. The library never sees the file
itself; what a lying archive could unpack to ends at our own count.
"""

from __future__ import annotations

import io
import mmap
import re
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from typing import IO, Any
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook

from liuchi.kernel.sheets.faults import fault
from liuchi.kernel.sheets.shapes import (
    COLUMNS_MAX,
    EXPANDED_BYTES_MAX,
    ROWS_MAX,
    SHEETS_MAX,
    Flaw,
    Merge,
    RawRow,
    SheetInfo,
)

_CHUNK_BYTES = 1 << 18
_PIECE_BYTES = 1 << 20
_PART_BYTES_MAX = 32 << 20
_ROW_BYTES_MAX = 8 << 20
_PREAMBLE_BYTES = 64
_ENTRIES_MAX = 5_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_REL_ID = re.compile(r"\{[^}]*/relationships\}id")
_STRING = re.compile(rb"<si>.*?</si>|<si/>|<si [^>]*>.*?</si>", re.DOTALL)
_SHARED = re.compile(rb'(<c [^>]*\bt="s"[^>]*>\s*<v>)(\d+)(</v>)')
_MERGE = re.compile(rb'<mergeCell [^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_NUMBERED = re.compile(rb'<c [^>]*?\br="([A-Z]+)(\d+)"')
_BARE_FORMULA = re.compile(
    rb'<c [^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*'
    rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_ERROR = re.compile(rb'<c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]+)(\d+)"')
_LAST_ROW = b"</row>"


class Strings:
    """The shared strings, on a nameless file that goes with the process, found by number."""

    def __init__(self) -> None:
        """Begin with none."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the workbook
        self._starts = array("Q", [0])
        self._view: mmap.mmap | None = None

    def add(self, text: bytes) -> None:
        """Add the next string, as it stands in the file."""
        self._file.write(text)
        self._starts.append(self._starts[-1] + len(text))

    def seal(self) -> None:
        """Make them readable."""
        self._file.flush()
        if self._starts[-1]:
            self._view = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    def get(self, index: int) -> bytes:
        """Return a string; an empty one where the number leads nowhere."""
        if self._view is None or index >= len(self._starts) - 1:
            return b"<si/>"
        return self._view[self._starts[index] : self._starts[index + 1]]

    def close(self) -> None:
        """Forget them."""
        if self._view is not None:
            self._view.close()
        self._file.close()


class Archive:
    """The zip file around a workbook, unpacked within limits."""

    def __init__(self, source: IO[bytes]) -> None:
        """Look at the list of contents and refuse what it says is too large."""
        try:
            self._zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise fault("file_damaged") from error
        entries = self._zip.infolist()
        if len(entries) > _ENTRIES_MAX or sum(e.file_size for e in entries) > EXPANDED_BYTES_MAX:
            raise fault("file_unpacks_too_large")
        self.names = {entry.filename.lower(): entry for entry in entries}
        if any(entry.flag_bits & 1 for entry in entries):
            raise fault("file_encrypted")

    def stream(self, name: str) -> Iterator[bytes]:
        """Return a part in chunks; ends in a fault where it is more or other than declared."""
        entry = self.names.get(name.lower())
        if entry is None:
            raise fault("file_damaged")
        left, first = EXPANDED_BYTES_MAX, True
        try:
            with self._zip.open(entry) as file:
                while chunk := file.read(_CHUNK_BYTES):
                    left -= len(chunk)
                    if left < 0:
                        raise fault("file_unpacks_too_large")
                    if first and (b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk):
                        raise fault("file_unsafe")
                    first = False
                    yield chunk
        except (
            zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
        ) as error:  # fmt: skip
            raise fault("file_damaged") from error

    def part(self, name: str) -> bytes:
        """Return a small part as a whole."""
        held = bytearray()
        for chunk in self.stream(name):
            held += chunk
            if len(held) > _PART_BYTES_MAX:
                raise fault("file_unpacks_too_large")
        return bytes(held)


class XlsxSheet:
    """One sheet of an .xlsx file."""

    def __init__(self, book: XlsxBook, name: str, part: str, *, hidden: bool) -> None:
        """Go through the sheet once: how many rows, how wide, what is merged."""
        self._book, self._part = book, part
        self.merges: list[Merge] = []
        self.prefixed = True
        rows = columns = 0
        for piece in self._pieces():
            if piece.startswith(b"<row"):
                for row in piece.split(_LAST_ROW):
                    if b"<v" not in row and b"<is" not in row:
                        continue
                    rows += 1
                    last = row.rfind(b"<c ")
                    found = _NUMBERED.match(row, last)
                    columns = max(columns, _index(found[1]) + 1 if found else row.count(b"<c "))
            else:
                self.merges.extend(_merges(piece))
            if rows > ROWS_MAX:
                raise fault("rows_too_many")
            if columns > COLUMNS_MAX:
                raise fault("columns_too_many", sheet=name)
        self.info = SheetInfo(name, hidden, rows, columns)

    def read(self) -> Iterator[RawRow]:
        """Return rows that have anything in them."""
        before = 0
        for piece in self._pieces():
            if not piece.startswith(b"<row"):
                continue
            for number, cells in self._book.rows_of(piece, before):
                before = number
                yield number, cells

    def _pieces(self) -> Iterator[bytes]:
        """Cut the sheet: runs of whole rows, then what follows the rows."""
        held, inside = bytearray(), False
        for chunk in self._book.archive.stream(self._part):
            held += chunk
            if not inside:
                start = held.find(b"<sheetData")
                if start < 0:
                    del held[:-_PREAMBLE_BYTES]
                    continue
                self.prefixed = False
                first = held.find(b"<row", start)
                if first < 0:
                    del held[:start]
                    continue
                del held[:first]
                inside = True
            if len(held) < _PIECE_BYTES:
                continue
            end = held.rfind(_LAST_ROW)
            if end < 0:
                if len(held) > _ROW_BYTES_MAX:
                    raise fault("file_damaged")
                continue
            yield bytes(held[: end + len(_LAST_ROW)]).lstrip()
            del held[: end + len(_LAST_ROW)]
            # Empty rows (<row r="9"/>) may stand before the next full one: they stay with it.
        if inside:
            end = held.rfind(_LAST_ROW) + len(_LAST_ROW) if _LAST_ROW in held else 0
            if end:
                start = held.find(b"<row")
                yield bytes(held[start:end])
            yield b" " + bytes(held[end:])


class XlsxBook:
    """What the sheets of an .xlsx share: styles, strings, the way dates count."""

    def __init__(self, source: IO[bytes]) -> None:
        """Read what the sheets share and look at every sheet."""
        self.archive = Archive(source)
        self._strings = Strings()
        self.sheets: list[XlsxSheet] = []
        try:
            self._look()
        except BaseException:
            self.close()
            raise

    def _look(self) -> None:
        workbook = _tree(self.archive.part("xl/workbook.xml"))
        space = _STRICT if workbook.tag.startswith(_STRICT) else _MAIN
        properties = workbook.find(f"{space}workbookPr")
        said = "" if properties is None else properties.get("date1904", "")
        self._epoch = b' date1904="1"' if said in ("1", "true") else b""
        self._styles = (
            self.archive.part("xl/styles.xml") if "xl/styles.xml" in self.archive.names else b""
        )
        self._read_strings()
        listed = workbook.findall(f"{space}sheets/{space}sheet")
        if len(listed) > SHEETS_MAX:
            raise fault("sheets_too_many")
        parts, rows = self._parts(), 0
        for sheet in listed:
            part = parts.get(next((v for k, v in sheet.items() if _REL_ID.match(k)), ""), "")
            if "worksheets/" not in part:
                continue  # a chart or a macro sheet
            hidden = sheet.get("state", "visible") != "visible"
            self.sheets.append(XlsxSheet(self, sheet.get("name", ""), part, hidden=hidden))
            rows += self.sheets[-1].info.rows
            if rows > ROWS_MAX:
                raise fault("rows_too_many")

    def close(self) -> None:
        """Forget the strings."""
        self._strings.close()

    def rows_of(self, piece: bytes, before: int) -> Iterator[RawRow]:
        """Read a run of rows, which follow row ``before``."""
        texts: dict[bytes, int] = {}

        def renumber(found: re.Match[bytes]) -> bytes:
            place = texts.setdefault(found[2], len(texts))
            return b"%b%d%b" % (found[1], place, found[3])

        xml = _SHARED.sub(renumber, piece)
        flaws = _flaws(piece)
        try:
            with CalamineWorkbook.from_filelike(io.BytesIO(self._wrapped(xml, texts))) as book:
                sheet = book.get_sheet_by_index(0)
                start = sheet.start
                read = sheet.to_python()
        except (CalamineError, ValueError) as error:
            raise fault("file_damaged") from error
        top, left = start or (before, 0)
        before_first: list[Any] = [None] * left
        for number, values in enumerate(read, top + 1):
            cells = before_first + [None if value == "" else value for value in values]
            for column, flaw in flaws.get(number, ()):
                cells.extend([None] * (column + 1 - len(cells)))
                cells[column] = flaw
            if cells.count(None) < len(cells):
                yield number, cells

    def _wrapped(self, rows: bytes, texts: dict[bytes, int]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as small:
            small.writestr("[Content_Types].xml", _CONTENT_TYPES)
            small.writestr("_rels/.rels", _ROOT_RELATIONS)
            small.writestr("xl/workbook.xml", _WORKBOOK % self._epoch)
            small.writestr("xl/_rels/workbook.xml.rels", _RELATIONS)
            if self._styles:
                small.writestr("xl/styles.xml", self._styles)
            held = b"".join(self._strings.get(int(index)) for index in texts)
            small.writestr("xl/sharedStrings.xml", _STRINGS % held)
            small.writestr("xl/worksheets/sheet1.xml", _SHEET % rows)
        return out.getvalue()

    def _parts(self) -> dict[str, str]:
        """Return relation id → name of the part."""
        tree = _tree(self.archive.part("xl/_rels/workbook.xml.rels"))
        found = {}
        for relation in tree:
            target = relation.get("Target", "")
            found[relation.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
        return found

    def _read_strings(self) -> None:
        if "xl/sharedstrings.xml" not in self.archive.names:
            return
        held = bytearray()
        for chunk in self.archive.stream("xl/sharedStrings.xml"):
            held += chunk
            end = 0
            for found in _STRING.finditer(held):
                self._strings.add(found[0])
                end = found.end()
            del held[:end]
            if len(held) > _ROW_BYTES_MAX:
                raise fault("file_damaged")
        self._strings.seal()


def _tree(text: bytes) -> ET.Element:
    try:
        return ET.fromstring(text)  # noqa: S314  a DOCTYPE was refused before
    except ET.ParseError as error:
        raise fault("file_damaged") from error


def _index(letters: bytes) -> int:
    """Return the place of a column: A is 0."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1


def _merges(tail: bytes) -> Iterator[Merge]:
    for left, top, right, bottom in _MERGE.findall(tail):
        yield Merge(int(top), _index(left), int(bottom), _index(right))


def _flaws(piece: bytes) -> dict[int, list[tuple[int, Flaw]]]:
    found: dict[int, list[tuple[int, Flaw]]] = {}
    if b"<f" in piece:
        for letters, number in _BARE_FORMULA.findall(piece):
            found.setdefault(int(number), []).append((_index(letters), Flaw.UNCALCULATED))
    if b't="e"' in piece:
        for letters, number in _ERROR.findall(piece):
            found.setdefault(int(number), []).append((_index(letters), Flaw.ERROR))
    return found


_CONTENT_TYPES = (
    b'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/'
    b'package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    b'relationships+xml"/></Types>'
)
_ROOT_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats'
    b'.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats'
    b'.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
    b"</Relationships>"
)
_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats'
    b'.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats'
    b'.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    b"</Relationships>"
)
_WORKBOOK = (
    b'<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/'
    b'spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships"><workbookPr%b/><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets>'
    b"</workbook>"
)
_STRINGS = (
    b'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="http://schemas.openxmlformats.org/'
    b'spreadsheetml/2006/main">%b</sst>'
)
_SHEET = (
    b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/'
    b'spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">'
    b"<sheetData>%b</sheetData></worksheet>"
)
