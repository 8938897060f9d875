"""Asking for a figure: which days count, and how a drill-down goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, zip_longest
from uuid import UUID

from liuchi.engines.indicators.enums import Part
from liuchi.engines.indicators.spec import HEADLINES_MAX
from liuchi.kernel.clock import start_of_day
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.periods import Per, Span, span_of
from liuchi.kernel.sentences import Sentence

_FIRST = date(1900, 1, 1)
_LAST = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Days:
    """The days a figure is about, and the day as of which it is asked."""

    since: date
    before: date  # exclusive
    as_of: date

    @property
    def last(self) -> date:
        """The last day that counts."""
        return min(self.before - timedelta(days=1), self.as_of)

    @property
    def as_of_end(self) -> datetime:
        """The first instant after the as-of day, in Shanghai."""
        return start_of_day(self.as_of + timedelta(days=1))


def days(span: Span | None, as_of: date | None, today: date) -> Days:
    """Return the days of a month, quarter or year, or of all time, as of a day or today."""
    if span is None:
        return Days(_FIRST, _LAST, as_of or today)
    return Days(span.first, span.end, as_of or today)


def asked_span(month: date | None, span: Span | None) -> Span | None:
    """Return the span asked for; a month may be asked for by any day of it."""
    return span if month is None else span_of(Per.MONTH, month)


def spans(first: Span, last: Span) -> Iterator[Span]:
    """Yield every span from one to another of the same length."""
    span = first
    while span <= last:
        yield span
        span = Span(span.per, span.end)


def cursor(part: Part, fact_id: UUID) -> str:
    """Return where a page of facts ended, to go on after it."""
    return f"{part.value}:{fact_id}"


def read_cursor(after: str | None, parts: tuple[Part, ...]) -> tuple[Part, UUID] | None:
    """Read a cursor back; Invalid for one that this list never gave out."""
    if not after:
        return None
    name, _, identifier = after.partition(":")
    if name not in parts:
        raise _no_such_position()
    return Part(name), read_position(identifier)


def read_position(text: str) -> UUID:
    """Read the id a list ended with; Invalid for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise _no_such_position() from None


def _no_such_position() -> Invalid:
    sentence = Sentence(
        "翻页位置不对，请从第一页重新打开。", "Not a position in this list. Open it again."
    )
    return Invalid("bad_cursor", sentence, (FieldError("after", sentence),))


def headlines(declared: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the few that are shown, of pairs of a playbook and the code of a headline.

    Each playbook gives its first before any gives its second: a place that follows many methods
    sees something of all of them, as far as there is room.
    """
    by_playbook: dict[str, list[str]] = {}
    for playbook, each in declared:
        by_playbook.setdefault(playbook, []).append(each)
    turns = zip_longest(*by_playbook.values())
    in_turn = (each for turn in turns for each in turn if each is not None)
    chosen = set(islice(in_turn, HEADLINES_MAX))
    return tuple(each for held in by_playbook.values() for each in held if each in chosen)
