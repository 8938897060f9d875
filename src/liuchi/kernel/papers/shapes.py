"""What is read of a paper, and how much of it at most."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BYTES_MAX = 15 << 20
PAGES_MAX = 30
CHARACTERS_MAX = 200_000
EXPANDED_BYTES_MAX = 96 << 20
REVISIONS_MAX = 12
CPU_SECONDS_MAX = 40
SECONDS_MAX = 60
MEMORY_BYTES_MAX = 1536 << 20
FILE_BYTES_MAX = 64 << 20  # fonts, put where the process may write
SIDE_PIXELS_MAX = 1_800
DOTS_PER_INCH = 150


class Place(StrEnum):
    """Where in a file a text stands. Only what stands on a page is seen by whoever looks at it."""

    PAGE = "page"
    HIDDEN = "hidden"  # white, or said to be hidden
    DELETED = "deleted"  # struck out, with the change not accepted yet
    COMMENT = "comment"
    ANNOTATION = "annotation"
    FIELD = "field"
    HEADER = "header"  # or footer
    ALT = "alt"  # words for whoever does not see a picture
    PROPERTIES = "properties"
    PICTURE = "picture"  # what a camera wrote beside a picture
    BOOKMARK = "bookmark"
    LAYER = "layer"
    HIDDEN_SHEET = "hidden_sheet"
    EARLIER = "earlier"  # a version before the last that was saved
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text, where it stands and on which page or sheet (from 1; 0: on none)."""

    place: Place
    page: int
    text: str


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a WebP. ``unread``: not all on it is text that was read, so somebody looks."""

    content: bytes
    width: int
    height: int
    unread: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything a file holds in words, its pages as pictures, and a new PDF of those alone."""

    pieces: tuple[Piece, ...]
    pages: tuple[PageImage, ...]
    pdf: bytes
