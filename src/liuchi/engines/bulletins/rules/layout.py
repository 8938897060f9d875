"""How the text of a bulletin falls into paragraphs: levels, inline points, tables, charts.

One line is one paragraph. A line that begins as a heading does (``一、``, ``（一）``, ``1.``,
``（1）``), or with one to four ``#``, is one, and the machine gives the number: what was typed
says the level, not the count. ``一是``, ``二是`` within a section are counted the same way.

A line ``表：…``, ``柱图：…`` or ``折线图：…`` begins a table or chart of the lines after it
that begin with ``|``; the first of those names the columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from liuchi.engines.bulletins.enums import Level, Stress

_ONES = "一二三四五六七八九"
_NUMERALS = _ONES + "十"
_TEN = 10
_LEVELS = (
    (Level.FIRST, re.compile(rf"(?:[{_NUMERALS}]{{1,3}}、|#(?!#)\s*)")),
    (Level.SECOND, re.compile(rf"(?:（[{_NUMERALS}]{{1,3}}）|##(?!#)\s*)")),
    (Level.FOURTH, re.compile(r"(?:（[0-9]{1,2}）|####(?!#)\s*)")),
    (Level.THIRD, re.compile(r"(?:[0-9]{1,2}[.．](?![0-9])|###(?!#)\s*)")),
)
_ORDER = (Level.FIRST, Level.SECOND, Level.THIRD, Level.FOURTH)
_BLOCKS = {"表：": Level.TABLE, "柱图：": Level.BARS, "折线图：": Level.LINES}
DRAWN = (Level.BARS, Level.LINES)
SET_APART = (Level.TABLE, *DRAWN)
_POINT = re.compile(rf"(^|[。；：])([{_NUMERALS}]{{1,3}})是")
_POINT_CHARACTERS_MAX = 24  # 一是…。 is set apart as far as its first full stop, if that is near
_CELLS = re.compile(r"((?:\{[^{}]*\}|[^{}|])*)\|?")  # a reference holds strokes of its own


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a paragraph that are set alike."""

    text: str
    stress: Stress


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, or one table or chart with its ``rows``; then ``text`` is its caption.

    ``mark`` is the number that the machine gave; it begins ``text``.
    """

    level: Level
    text: str
    mark: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def heading(self) -> str:
        """Return the heading: up to its first full stop, or all of a short line without one."""
        if self.level not in {Level.FIRST, Level.SECOND}:
            return ""
        head, stop, _rest = self.text.partition("。")
        return head + stop if stop else self.text

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Return the paragraph as what is set alike: its heading, its inline points, the rest."""
        head = self.heading
        return tuple(_pieces(head, self.text[len(head) :]))

    @property
    def said(self) -> tuple[str, ...]:
        """Return what its writer typed, piece by piece, without the machine's number."""
        words = self.text[len(self.mark) :]
        return (words, *(cell for row in self.rows for cell in row))


def paragraphs(body: str, *, numbered: bool = True) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a body; empty lines are none. First level may go unnumbered."""
    return tuple(_numbered(_grouped(line.strip() for line in body.splitlines()), numbered))


def level_of(line: str) -> Level:
    """Return what a paragraph is, by how it begins."""
    block = next((level for begins, level in _BLOCKS.items() if line.startswith(begins)), None)
    return block or next((level for level, begins in _LEVELS if begins.match(line)), Level.TEXT)


def numeral(number: int) -> str:
    """Write 1 to 99 as documents do."""
    tens, ones = divmod(number, _TEN)
    written = _ONES[ones - 1] if ones else ""
    if not tens:
        return written
    return f"{_ONES[tens - 1] if tens > 1 else ''}十{written}"


def _grouped(lines: Iterable[str]) -> Iterator[Paragraph]:
    """Put the rows of a table or chart with the line that begins it."""
    held: Paragraph | None = None
    for line in filter(None, lines):
        if held is not None and line.startswith("|"):
            held = Paragraph(held.level, held.text, rows=(*held.rows, cells(line)))
            continue
        if held is not None:
            yield held
        held, level = None, level_of(line)
        if level in SET_APART:
            held = Paragraph(level, line.partition("：")[2].strip())
        else:
            yield Paragraph(level, line)
    if held is not None:
        yield held


def cells(line: str) -> tuple[str, ...]:
    """Return the cells of a row ``| a | b |``; a reference's own strokes divide nothing."""
    inner = line.strip().removeprefix("|")
    found = [match.group(1).strip() for match in _CELLS.finditer(inner) if match.group(0)]
    return tuple(found) or ("",)


def _numbered(found: Iterable[Paragraph], numbered: bool) -> Iterator[Paragraph]:  # noqa: FBT001
    counts, points, apart = dict.fromkeys(_ORDER, 0), 0, {"表": 0, "图": 0}
    for each in found:
        if each.level in SET_APART:
            word = "图" if each.level in DRAWN else "表"
            apart[word] += 1
            mark = f"{word}{apart[word]}　"
            yield Paragraph(each.level, mark + each.text, mark, each.rows)
            continue
        mark, words = "", each.text
        if each.level in counts:
            place = _ORDER.index(each.level)
            counts[each.level] += 1
            counts.update(dict.fromkeys(_ORDER[place + 1 :], 0))
            words = dict(_LEVELS)[each.level].sub("", words, count=1).strip()
            mark = _mark(each.level, counts[each.level], numbered)
            points = 0
        words, points = _pointed(words, points)
        yield Paragraph(each.level, mark + words, mark)


def _mark(level: Level, number: int, numbered: bool) -> str:  # noqa: FBT001
    match level:
        case Level.FIRST:
            return f"{numeral(number)}、" if numbered else ""
        case Level.SECOND:
            return f"（{numeral(number)}）"
        case Level.THIRD:
            return f"{number}."
        case _:
            return f"（{number}）"


def _pointed(text: str, before: int) -> tuple[str, int]:
    """Count 一是, 二是 on from ``before``; return the text and how many there are now."""
    count = before

    def counted(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"{match.group(1)}{numeral(count)}是"

    return _POINT.sub(counted, text), count


def _pieces(head: str, text: str) -> Iterator[Piece]:
    if head:
        yield Piece(head, Stress.HEADING)
    done = 0
    for match in _POINT.finditer(text):
        begins = match.end(1)
        stop = text.find("。", match.end())
        near = 0 <= stop - begins <= _POINT_CHARACTERS_MAX
        ends = stop + 1 if near else match.end()
        if begins > done:
            yield Piece(text[done:begins], Stress.TEXT)
        yield Piece(text[begins:ends], Stress.POINT)
        done = ends
    if text[done:]:
        yield Piece(text[done:], Stress.TEXT)
