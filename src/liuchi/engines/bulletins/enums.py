"""Words of bulletins that other layers use."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a bulletin stands."""

    DRAFT = "draft"
    CHECKED = "checked"  # read by somebody else than its writer
    ISSUED = "issued"  # numbered, sealed, and never changed again


class Level(StrEnum):
    """What a paragraph is, by how it begins (GB/T 9704-2012, 7.3.3); or a table or chart."""

    FIRST = "first"  # 一、
    SECOND = "second"  # （一）
    THIRD = "third"  # 1.
    FOURTH = "fourth"  # （1）
    TEXT = "text"
    TABLE = "table"  # 表：
    BARS = "bars"  # 柱图：
    LINES = "lines"  # 折线图：


class Stress(StrEnum):
    """What words of a paragraph are, where they are set otherwise than the rest."""

    HEADING = "heading"
    POINT = "point"  # 一是…。
    TEXT = "text"


class Form(StrEnum):
    """What kind of document a bulletin is: the same parts, another head and close."""

    BULLETIN = "bulletin"  # 简报
    REVIEW = "review"  # 年度综述
    PROMPT = "prompt"  # 提示单


class Insert(StrEnum):
    """What a writer puts into the text with one press."""

    NUMBER = "number"
    GROWTH = "growth"
    TABLE = "table"
    BARS = "bars"
    LINES = "lines"


class Kind(StrEnum):
    """The two files of an issued bulletin."""

    PDF = "pdf"
    WORD = "word"
