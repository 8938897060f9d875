"""What a writer inserts with one press: a figure, its growth, a table or chart of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from liuchi.engines.bulletins.enums import Insert
from liuchi.engines.bulletins.rules.text import written
from liuchi.kernel.periods import Per, Span, span_of

MONTHS_DRAWN = 6


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen: an indicator with its name and unit, a place, the places below, when."""

    code: str
    title: str
    unit: str
    area: str
    below: Sequence[str]
    span: Span | None
    as_of: date | None


def inserted(chosen: Chosen, how: Insert, today: date) -> str:
    """Return the text to insert; a table or chart stands on lines of its own."""
    if how is Insert.NUMBER:
        return _written(chosen, chosen.area, chosen.span)
    if how is Insert.GROWTH:
        span = chosen.span or span_of(Per.YEAR, chosen.as_of or today)
        return written(chosen.code, area=chosen.area, span=span, than=span.year_before)
    unit = f"（{chosen.unit}）" if chosen.unit else ""
    if how is Insert.LINES:
        rows = [
            (f"{span.first.month}月", _written(chosen, chosen.area, span))
            for span in _months(chosen.span, chosen.as_of or today)
        ]
        head, first = "折线图", "月份"
    else:
        places = chosen.below or (chosen.area,)
        rows = [(place, _written(chosen, place, chosen.span)) for place in places]
        head, first = ("表" if how is Insert.TABLE else "柱图"), "地方"
    lines = [f"{head}：{chosen.title}{unit}", f"| {first} | {chosen.title} |"]
    return "\n".join(("", *lines, *(f"| {name} | {figure} |" for name, figure in rows), ""))


def _written(chosen: Chosen, place: str, span: Span | None) -> str:
    return written(chosen.code, area=place, span=span, as_of=chosen.as_of)


def _months(span: Span | None, until: date) -> Sequence[Span]:
    """Return the months of the stretch chosen so far, or the last few until a day."""
    last = until if span is None else max(span.first, min(until, span.end - timedelta(days=1)))
    found = [span_of(Per.MONTH, last)]
    while len(found) < MONTHS_DRAWN if span is None else found[0].first > span.first:
        found.insert(0, found[0].previous)
    return found
