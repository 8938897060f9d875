"""Files to read, made by somebody else's writer or byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook


def book(rows: Sequence[Sequence[Any]], shape: Callable[[Any], None] | None = None) -> bytes:
    """A workbook with one sheet of these rows; ``shape`` does the rest to it."""
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    if shape is not None:
        shape(made)
    return saved(made)


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with one part changed, deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if entry.filename == part else data)
    return out.getvalue()


def xls(rows: Sequence[Sequence[str | float]], *, locked: bool = False) -> bytes:
    """A workbook of 1997 (BIFF8 in a compound file), as old machines still write it."""
    cells = b""
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                body = struct.pack("<HHHHB", y, x, 0, len(value), 1) + text
                cells += _record(0x0204, body)
            else:
                cells += _record(0x0203, struct.pack("<HHHd", y, x, 0, value))
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    sheet_begin = struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)
    name = "名单".encode("utf-16-le")
    lock = _record(0x002F, b"\1\0" * 3) if locked else b""
    bound_length = 4 + 4 + 2 + 2 + len(name)
    start = len(_record(0x0809, begin)) + len(lock) + bound_length + len(_record(0x000A, b""))
    bound = _record(0x0085, struct.pack("<IHBB", start, 0, 2, 1) + name)
    stream = _record(0x0809, begin) + lock + bound + _record(0x000A, b"")
    stream += _record(0x0809, sheet_begin) + cells + _record(0x000A, b"")
    return compound({"Workbook": stream})


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file (MS-CFB) with these streams, each of at least 4096 bytes."""
    sector, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    body, table, entries = b"", [0xFFFFFFFD], []
    for name, data in streams.items():
        data = data.ljust(max(4096, -(-len(data) // sector) * sector), b"\0")  # noqa: PLW2901
        first, count = len(table), len(data) // sector
        table += [*range(first + 1, first + count), end]
        body += data
        entries.append((name, 2, first, len(data)))
    directory_at = len(table)
    table.append(end)
    rows = [("Root Entry", 5, end, 0), *entries]
    directory = b""
    for place, (name, kind, first, size) in enumerate(rows):
        text = name.encode("utf-16-le") + b"\0\0"
        directory += text.ljust(64, b"\0") + struct.pack(
            "<HBBIII16sIQQIQ", len(text), kind, 1, free, free,
            1 if place == 0 else free, b"\0" * 16, 0, 0, 0, first, size,
        )  # fmt: skip
    directory = directory.ljust(sector, b"\0")
    assert len(table) <= sector // 4
    fat = b"".join(struct.pack("<I", each) for each in table).ljust(sector, b"\xff")
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), b"\0" * 16, 0x3E, 3,
        0xFFFE, 9, 6, b"\0" * 6, 0, 1, directory_at, 0, 4096, end, 0, end, 0,
    )  # fmt: skip
    head += struct.pack("<I", 0) + b"\xff" * (4 * 108)
    return head + fat + body + directory
