"""The process that reads one paper: limits first, then what stands on its standard input."""

from __future__ import annotations

import json
import resource
import sys

from liuchi.kernel.papers.faults import PaperFault
from liuchi.kernel.papers.shapes import CPU_SECONDS_MAX, FILE_BYTES_MAX, MEMORY_BYTES_MAX

_OLE, _ZIP, _RTF, _PDF = bytes.fromhex("d0cf11e0a1b11ae1"), b"PK\x03\x04", b"{\\rtf", b"%PDF-"
_HEAD_BYTES = 1024


def main() -> None:
    """Read, and write lengths, JSON and pictures to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES_MAX, FILE_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    blobs: list[bytes] = []
    try:
        told = _read(content, blobs)
    except PaperFault as error:
        told = {"fault": error.code}
    except MemoryError:
        told = {"fault": "paper_heavy"}
    head = json.dumps(told | {"sizes": [len(blob) for blob in blobs]}).encode()
    out = sys.stdout.buffer
    for part in (len(head).to_bytes(8, "big"), head, *blobs):
        out.write(part)
    out.flush()


def _read(content: bytes, blobs: list[bytes]) -> dict[str, object]:
    from liuchi.kernel.papers import office, pdf, raw  # noqa: PLC0415  after the limits are set

    if _PDF in content[:_HEAD_BYTES]:
        held = pdf.look(content)
        pieces = [*held.pieces, *raw.besides(raw.pieces(content), held.pieces)]
    elif content.startswith(_ZIP):
        pieces, set_anew = office.read(content)
        held = pdf.look(set_anew)
    elif content.startswith((_OLE, _RTF)):
        raise PaperFault("paper_encrypted" if office.is_locked(content) else "paper_old")
    else:
        raise PaperFault("paper_unknown" if content.strip() else "paper_empty")
    blobs.append(pdf.bound(held.pages))
    blobs.extend(page.webp for page in held.pages)
    return {
        "pieces": [[str(each.place), each.page, each.text] for each in raw.within(pieces)],
        "pages": [[page.width, page.height, page.unread] for page in held.pages],
    }


if __name__ == "__main__":
    main()
