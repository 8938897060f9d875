"""Words of bulletins that other layers use."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a bulletin stands."""

    DRAFT = "draft"
    CHECKED = "checked"  # read by somebody else than its writer
    ISSUED = "issued"  # numbered, sealed, and never changed again


class Level(StrEnum):
    """What a paragraph is, by how it begins (GB/T 9704-2012, 7.3.3)."""

    FIRST = "first"  # 一、
    SECOND = "second"  # （一）
    THIRD = "third"  # 1.
    FOURTH = "fourth"  # （1）
    TEXT = "text"


class Kind(StrEnum):
    """The two files of an issued bulletin."""

    PDF = "pdf"
    WORD = "word"
