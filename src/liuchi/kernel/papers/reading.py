"""Starting the process that reads a paper, and taking from it plain bytes alone.

What it answers is lengths, JSON and pictures: a file that got the better of a library has got a
process without rights, and no object of ours is built from what it says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from liuchi.kernel.errors import Busy
from liuchi.kernel.papers.faults import CODES, fault
from liuchi.kernel.papers.shapes import (
    BYTES_MAX,
    SECONDS_MAX,
    PageImage,
    Paper,
    Piece,
    Place,
)
from liuchi.kernel.sentences import Sentence

_WAIT_SECONDS = 20
# Each may hold a gigabyte and a half: no more than two at once, however many people attach.
_turns = threading.BoundedSemaphore(2)
_SOURCE = str(Path(__file__).resolve().parents[3])
_LENGTH_BYTES = 8


def read(content: bytes, *, seconds_max: float = SECONDS_MAX) -> Paper:
    """Read a PDF, .docx or .xlsx; what it is, its first bytes say.

    Invalid with one of the codes ``paper_…`` for what is not taken in; Busy where others are
    being read for long.
    """
    if len(content) > BYTES_MAX:
        raise fault("paper_large")
    if not _turns.acquire(timeout=_WAIT_SECONDS):
        raise Busy(
            "papers_busy",
            Sentence("正在读别的文件，请过一分钟再传。", "Others are being read. Try in a minute."),
        )
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-m", "liuchi.kernel.papers.worker"],
                input=content,
                capture_output=True,
                timeout=seconds_max,
                check=False,
                cwd=folder,
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "PYTHONPATH": _SOURCE,
                    "LANG": "C.UTF-8",
                    "TMPDIR": folder,
                    "HOME": folder,
                },
            )
    except subprocess.TimeoutExpired:
        raise fault("paper_heavy") from None
    finally:
        _turns.release()
    if done.returncode != 0:
        raise fault("paper_heavy")
    return _taken(done.stdout)


def _taken(answer: bytes) -> Paper:
    end = _LENGTH_BYTES + int.from_bytes(answer[:_LENGTH_BYTES], "big")
    told = json.loads(answer[_LENGTH_BYTES:end])
    if "fault" in told:
        raise fault(told["fault"] if told["fault"] in CODES else "paper_damaged")
    blobs = []
    for size in told["sizes"]:
        blobs.append(answer[end : end + size])
        end += size
    return Paper(
        tuple(Piece(Place(place), int(page), str(text)) for place, page, text in told["pieces"]),
        tuple(
            PageImage(content, int(width), int(height), bool(unread))
            for content, (width, height, unread) in zip(blobs[1:], told["pages"], strict=True)
        ),
        blobs[0],
    )
