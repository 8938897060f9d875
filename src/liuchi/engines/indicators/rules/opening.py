"""What a public table is about, and what is printed of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from liuchi.engines.indicators.enums import Part
from liuchi.engines.indicators.rules.checks import about_people
from liuchi.engines.indicators.rules.terms import Term
from liuchi.engines.indicators.spec import PublicFigureSpec
from liuchi.kernel.periods import Span, span_of
from liuchi.playbooks.registry import FactKind, MeasureOp

SPANS_MAX = 12
"""As many ended months, quarters or years are public."""
PEOPLE_FEWER_THAN = 5
"""A percentile of fewer numbers says too much of each as well."""


def companions(terms: Iterable[Term], kinds: Mapping[str, FactKind]) -> Iterator[tuple[Term, Term]]:
    """Yield, for each count of a figure, how many it is about, and of how many facts.

    A sum of points, or a rate, says as much about one person as a count of people does: what is
    held back goes by those, whatever is printed.
    """
    for term in terms:
        op = MeasureOp.COUNT if term.family is None else MeasureOp.STOCK
        facts = replace(term, part=Part.WHOLE, less=False, op=op, over=None)
        about = about_people(kinds[term.kind])
        if about not in dict(term.dimensions):
            about = None
        people = facts if about is None else replace(facts, op=MeasureOp.COUNT_DISTINCT, over=about)
        yield people, facts


def fewest(people_and_facts: Iterable[tuple[int, int]]) -> int:
    """Return about how many a cell is: the fewest of any of its counts that counts anybody.

    Facts that name nobody are taken for one each.
    """
    told = [people or facts for people, facts in people_and_facts]
    return min((each for each in told if each), default=0)


def threshold(
    public: PublicFigureSpec, terms: Iterable[Term], kinds: Mapping[str, FactKind]
) -> int:
    """Return below how many a cell is held back."""
    if public.fewer_than is not None:
        return public.fewer_than
    people = any(
        about_people(kinds[term.kind]) is not None or term.spread is not None for term in terms
    )
    return PEOPLE_FEWER_THAN if people else 0


def ended(public: PublicFigureSpec, today: date) -> tuple[Span, ...]:
    """Return the spans that are over, the first one first.

    One that runs would let a day be worked out from what was printed the day before.
    """
    span = span_of(public.per, today).previous
    found: list[Span] = []
    while span.first >= public.since and len(found) < SPANS_MAX:
        found.append(span)
        span = span.previous
    return tuple(reversed(found))


def wholes(places: Iterable[UUID], parents: Mapping[UUID, UUID | None]) -> Sequence[UUID]:
    """Return which places are printed with all their parts: those named, and any between two.

    Of a town and one grid of it all villages, and all grids of that village, are in the table:
    a part printed alone would let the rest be worked out.
    """
    named = list(dict.fromkeys(places))
    found = list(named)
    for place in named:
        between, above = [], parents.get(place)
        while above is not None and above not in named:
            between.append(above)
            above = parents.get(above)
        if above is not None:
            found += between
    return tuple(dict.fromkeys(found))
