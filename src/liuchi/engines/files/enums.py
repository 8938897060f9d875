"""Words of files that other layers use."""

from __future__ import annotations

from enum import StrEnum


class MediaType(StrEnum):
    """What is stored and served; nothing a browser would run."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class ImportState(StrEnum):
    """Where an import stands."""

    RECEIVED = "received"  # the file is here, its columns are not chosen
    CHOSEN = "chosen"  # columns chosen, not checked yet
    CHECKED = "checked"  # the dry run is done
    DONE = "done"
    UNDONE = "undone"
    ABANDONED = "abandoned"  # given up, or nobody came back within a day
