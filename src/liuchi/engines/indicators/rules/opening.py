"""What a public table is about, and what is printed of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from liuchi.engines.indicators.enums import Part
from liuchi.engines.indicators.rules.terms import Term, about_people
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
        facts = facts_of(term)
        about = about_people(kinds[term.kind])
        if about not in dict(term.dimensions):
            about = None
        people = facts if about is None else replace(facts, op=MeasureOp.COUNT_DISTINCT, over=about)
        yield people, facts


def about_how_many(counted: Sequence[Decimal | None]) -> tuple[int, ...]:
    """Return about how many each count of a cell is, from what its companions counted.

    Facts that name nobody are taken for one each.
    """
    told = [int(each or 0) for each in counted]
    return tuple(people or facts for people, facts in zip(told[::2], told[1::2], strict=True))


def facts_of(term: Term) -> Term:
    """Return the count of the very facts another one goes by, whatever that makes of them."""
    op = MeasureOp.COUNT if term.family is None else MeasureOp.STOCK
    return replace(term, part=Part.WHOLE, less=False, op=op, over=None)


def families(kinds: Mapping[str, Iterable[Hashable]]) -> tuple[tuple[str, ...], ...]:
    """Return figures that may be parts of one another together, others alone, in their order.

    ``kinds`` are the kinds of facts each goes by: who is in two figures of one kind, or in one
    of them only, could be worked out by taking one from the other.
    """
    found: list[tuple[set[Hashable], list[str]]] = []
    for code, mine in kinds.items():
        every, codes = set(mine), [code]
        for other in [each for each in found if each[0] & every]:
            found.remove(other)
            every, codes = every | other[0], [*other[1], *codes]
        found.append((every, codes))
    return tuple(tuple(codes) for _, codes in found)


def stretch_of(public: PublicFigureSpec, *, is_stock: bool) -> Hashable:
    """Return what a public figure is told by; what is there at the end of a stretch goes alone."""
    return (public.per, public.indicator) if is_stock else public.per


def other_stretches(
    public: Iterable[tuple[str, Hashable, Iterable[Hashable]]],
) -> Mapping[str, str]:
    """Return which figures cannot be public beside an earlier one of another stretch of time.

    A quarter of all less the months of some of them is a number nobody has looked at.
    """
    kept: list[tuple[str, Hashable, frozenset[Hashable]]] = []
    found: dict[str, str] = {}
    for code, per, kinds in public:
        mine = frozenset(kinds)
        beside = next((one for one, other, held in kept if other != per and held & mine), None)
        if beside is None:
            kept.append((code, per, mine))
        else:
            found[code] = beside
    return found


def threshold(
    public: PublicFigureSpec, terms: Iterable[Term], kinds: Mapping[str, FactKind]
) -> int:
    """Return below how many a cell is held back."""
    return usual_threshold(terms, kinds) if public.fewer_than is None else public.fewer_than


def usual_threshold(terms: Iterable[Term], kinds: Mapping[str, FactKind]) -> int:
    """Return below how many a number is nobody's business, where no playbook says it."""
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
