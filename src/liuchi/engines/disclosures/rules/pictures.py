"""Which way a file goes that is put beside a posting: a picture, or a paper that is read first."""

from __future__ import annotations

HEAD_BYTES = 1024
_PDF = b"%PDF-"
_PACKED = (b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"{\\rtf")  # Word, Excel, WPS


def is_document(head: bytes) -> bool:
    """Whether a file is a PDF, a Word or an Excel file, by its first bytes."""
    return _PDF in head[:HEAD_BYTES] or head.startswith(_PACKED)
