"""What may go out beside the rows: pictures alone. A document holds more than its pages show."""

from __future__ import annotations

from liuchi.kernel.sentences import Sentence

HEAD_BYTES = 1024
_PDF = b"%PDF-"
_PACKED = (b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"{\\rtf")  # Word, Excel, WPS
_NO_PDF = Sentence("PDF 里看不见的内容查不了，请拍照或截图。", "Send a photo of it, not the PDF.")
_NO_OFFICE = Sentence(
    "文档里有看不见的内容：表格请录入，其余请截图。",
    "Documents hold what is not seen: enter the table, send a picture of the rest.",
)


def no_document(head: bytes) -> Sentence | None:
    """Return why a file is not attached, by its first bytes; None for what may be a picture."""
    if _PDF in head[:HEAD_BYTES]:
        return _NO_PDF
    return _NO_OFFICE if head.startswith(_PACKED) else None
