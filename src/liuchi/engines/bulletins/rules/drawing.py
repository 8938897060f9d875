"""Charts of a bulletin, drawn as SVG for paper and screen alike.

Bars and lines of a few figures, readable in black and white and by who sees no colours:
shades of one blue with an edge, a mark of its own for each line, and every value written
beside its mark. The drawing's text stays text: it can be searched, and read aloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from liuchi.engines.bulletins.enums import Level
from liuchi.engines.bulletins.rules.layout import Paragraph
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence

WIDTH, HEIGHT = 442.0, 190.0  # points: the text block of 156 mm, and less than seven lines
ROWS_MAX, SERIES_MAX = 12, 3
_LEFT, _RIGHT, _TOP, _FOOT = 8.0, 434.0, 34.0, 160.0
_INKS = ("#1d3f72", "#9fb6d6", "#ffffff")
_MARKS = ("circle", "square", "diamond")
_SIZE = 10.5
_LINE = 12.0
_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
_MARK = 3.4
Point = tuple[float, float]


def chart_svg(chart: Paragraph) -> str:
    """Return a chart as ``<svg>`` of 442 × 190 points; Invalid where it cannot be drawn."""
    names, labels, values = _read(chart)
    top = max((value for row in values for value in row if value is not None), default=0.0)
    drawn = _bars if chart.level is Level.BARS else _lines
    parts = [
        *_legend(names, chart.level),
        *drawn(labels, values, [row[1:] for row in chart.rows[1:]], top or 1.0),
        _line((_LEFT, _FOOT), (_RIGHT, _FOOT), "#000000", 0.8),
        *_under(labels),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'font-family="Liuchi Sans, sans-serif" font-size="{_SIZE}">'
        f"<title>{escape(chart.text)}</title>{''.join(parts)}</svg>"
    )


def refuse_unless_drawable(found: Sequence[Paragraph]) -> None:
    """Raise Invalid for the first table or chart that is not one."""
    for each in found:
        if each.level in {Level.BARS, Level.LINES}:
            _read(each)
        elif each.level is Level.TABLE and len({len(row) for row in each.rows}) != 1:
            raise _wrong(
                Sentence(
                    "{what}的每一行要有同样多的格。",
                    "Each row of {what} needs as many cells as the others.",
                    {"what": each.text},
                )
            )


def _read(chart: Paragraph) -> tuple[Sequence[str], list[str], list[list[float | None]]]:
    """Return the names of the series, the labels, and each label's values."""
    rows = chart.rows
    wide = {len(row) for row in rows}
    narrow = len(wide) == 1 and 0 < max(wide) - 1 <= SERIES_MAX
    if not narrow or not 0 < len(rows) - 1 <= ROWS_MAX:
        raise _wrong(
            Sentence(
                "{what}画不出来：先一行列名，再1到{rows}行，每行一个名称和1到{series}个数。",
                "{what} cannot be drawn: one row of names, then 1 to {rows} rows with a label "
                "and 1 to {series} numbers each.",
                {"what": chart.text, "rows": ROWS_MAX, "series": SERIES_MAX},
            )
        )
    values = [[_value(cell) for cell in row[1:]] for row in rows[1:]]
    return rows[0][1:], [row[0] for row in rows[1:]], values


def _value(cell: str) -> float | None:
    match = _NUMBER.match(cell)
    return float(match.group(0).replace(",", "")) if match else None


def _bars(
    labels: Sequence[str],
    values: Sequence[Sequence[float | None]],
    said: Sequence[Sequence[str]],
    top: float,
) -> Iterator[str]:
    step = (_RIGHT - _LEFT) / len(labels)
    wide = min(46.0, step * 0.7 / len(values[0]))
    for place, (row, words) in enumerate(zip(values, said, strict=True)):
        begins = _LEFT + step * place + (step - wide * len(row)) / 2
        for number, (value, text) in enumerate(zip(row, words, strict=True)):
            x = begins + wide * number
            tall = (_FOOT - _TOP) * max(value or 0.0, 0.0) / top
            yield (
                f'<rect x="{x:.1f}" y="{_FOOT - tall:.1f}" width="{wide:.1f}" '
                f'height="{tall:.1f}" fill="{_INKS[number]}" stroke="#1d3f72" '
                'stroke-width="0.6"/>'
            )
            yield _text(x + wide / 2, _FOOT - tall - 4, text or "—")


def _lines(
    labels: Sequence[str],
    values: Sequence[Sequence[float | None]],
    said: Sequence[Sequence[str]],
    top: float,
) -> Iterator[str]:
    step = (_RIGHT - _LEFT) / len(labels)
    for number in range(len(values[0])):
        points = [
            None
            if row[number] is None
            else (
                _LEFT + step * (place + 0.5),
                _FOOT - (_FOOT - _TOP) * max(row[number] or 0.0, 0.0) / top,
            )
            for place, row in enumerate(values)
        ]
        for one, two in pairwise(points):
            if one and two:  # where there is no figure, no line is drawn
                yield _line(one, two, "#1d3f72", 1.6 - 0.5 * number)
        for point, words in zip(points, said, strict=True):
            if point:
                yield _mark(_MARKS[number], *point, number)
                yield _text(point[0], point[1] - 7 + 20 * (number % 2), words[number])


def _legend(names: Sequence[str], level: Level) -> Iterator[str]:
    x = _LEFT
    for number, name in enumerate(names):
        if level is Level.BARS:
            yield (
                f'<rect x="{x:.1f}" y="4" width="9" height="9" fill="{_INKS[number]}" '
                'stroke="#1d3f72" stroke-width="0.6"/>'
            )
        else:
            yield _mark(_MARKS[number], x + 4.5, 8.5, number)
        yield _text(x + 14, 12, name, anchor="start")
        x += 14 + _SIZE * len(name) + 18


def _under(labels: Sequence[str]) -> Iterator[str]:
    """Write the labels below the axis, in lines of what fits beneath each."""
    step = (_RIGHT - _LEFT) / len(labels)
    most = max(2, int(step / _SIZE))
    for place, label in enumerate(labels):
        for number, begins in enumerate(range(0, min(len(label), most * 3), most)):
            words = label[begins : begins + most]
            yield _text(_LEFT + step * (place + 0.5), _FOOT + 12 + _LINE * number, words)


def _text(x: float, y: float, words: str, *, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _line(begins: Point, ends: Point, ink: str, weight: float) -> str:
    return (
        f'<line x1="{begins[0]:.1f}" y1="{begins[1]:.1f}" x2="{ends[0]:.1f}" y2="{ends[1]:.1f}" '
        f'stroke="{ink}" stroke-width="{weight:g}"/>'
    )


def _mark(kind: str, x: float, y: float, number: int) -> str:
    ink = f'fill="{_INKS[number]}" stroke="#1d3f72" stroke-width="1"'
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_MARK}" {ink}/>'
    if kind == "square":
        side = 2 * _MARK
        return (
            f'<rect x="{x - _MARK:.1f}" y="{y - _MARK:.1f}" width="{side}" height="{side}" {ink}/>'
        )
    far = _MARK * 1.4
    corners = ((x, y - far), (x + far, y), (x, y + far), (x - far, y))
    points = " ".join(f"{one:.1f},{two:.1f}" for one, two in corners)
    return f'<polygon points="{points}" {ink}/>'


def _wrong(sentence: Sentence) -> Invalid:
    return Invalid("not_drawable", sentence, (FieldError("body", sentence),))
