"""Words of files that other layers use."""

from __future__ import annotations

from enum import StrEnum


class MediaType(StrEnum):
    """What is stored and served; nothing a browser would run."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
