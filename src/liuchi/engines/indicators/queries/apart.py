"""How many people each combination of public figures tells apart.

Of two figures of one kind of fact, one less the other may be somebody: all who redeemed, less
those who redeemed rice. So people are counted by which of the figures they are in, and each of
these groups is nobody or many, or nothing of the place is printed. Whatever is added to or taken
from what is printed is made of whole groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.indicators.queries.asked import Asked
from liuchi.engines.indicators.queries.running import beside, given_of, text_of
from liuchi.engines.indicators.rules.compiling import Shape, view_name
from liuchi.engines.indicators.rules.opening import facts_of
from liuchi.engines.indicators.rules.terms import Term, about_people
from liuchi.engines.indicators.spec import PLACE
from liuchi.kernel.periods import Span
from liuchi.playbooks import registry

Cell = tuple[UUID, bool, Span]
"""A place with all below it, or (true) what belongs to none of its parts, in a stretch of time."""


def told_apart(
    wholes: Sequence[Sequence[Asked]], spans: Sequence[Span]
) -> Mapping[Cell, tuple[int, ...]]:
    """Count the people of each group that some figures tell apart, one statement for all places.

    ``spans`` stand in order. ``wholes`` has, for each place printed with its parts, the same
    figures asked there. Empty, where they all go by the same facts. The groups stand in one
    order for all cells.
    """
    selects: list[str] = []
    given: dict[str, Any] = {
        "firsts": [each.first for each in spans],
        "ends": [each.end for each in spans],
    }
    for number, figures in enumerate(wholes if spans else ()):
        counts = _differing(figures)
        for bit, (asked, term) in enumerate(counts):
            mark = f"_{number}_{bit}"
            selects.append(_select(asked, term, number, bit, mark))
            days = replace(asked.days, since=spans[0].first, before=spans[-1].end)
            given |= given_of(replace(asked, days=days), asked.whole(), mark)
        given |= _places(number, figures[0]) if counts else {}
    if not selects:
        return {}
    return _counted(selects, len(wholes), given, {each.first: each for each in spans})


def _differing(figures: Sequence[Asked]) -> list[tuple[Asked, Term]]:
    """Return the counts that go by different facts of a kind that several go by."""
    found: dict[Term, Asked] = {}
    for asked in figures:
        for term in asked.terms:
            if term.family is not None:
                continue  # what is there at the end of a stretch is public alone
            found.setdefault(facts_of(term), asked)
    several = [each.kind for each in found]
    return [(asked, term) for term, asked in found.items() if several.count(term.kind) > 1]


def _select(asked: Asked, term: Term, whole: int, bit: int, mark: str) -> str:
    about = about_people(registry.fact_kinds()[term.kind])
    who = "fact.id::text" if about is None else f"coalesce(fact.{about}::text, fact.id::text)"
    area = "area_id" if term.area == PLACE else term.area
    # The texts are compiled from declared names (rules.compiling); values are parameters.
    return (
        f"SELECT {whole} AS whole, {1 << bit} AS bit, fact.{area} AS area, fact.at_day AS day, "  # noqa: S608
        f"'{term.kind}:' || {who} AS who FROM ({beside(mark)}SELECT * FROM "
        f"({text_of(asked, term, Shape.FACTS)}) AS asked) AS told "
        f"JOIN {view_name(term.kind)} AS fact ON fact.id = told.id"
    )


def _places(number: int, asked: Asked) -> dict[str, Any]:
    """Return each area with the cell it counts in as a part, and the whole it counts in."""
    groups = asked.grouped(asked.children())
    return {f"areas_{number}": list(groups), f"parts_{number}": list(groups.values())} | {
        f"root_{number}": asked.area.id
    }


def _counted(
    selects: Sequence[str], wholes: int, given: dict[str, Any], spans: Mapping[Any, Span]
) -> Mapping[Cell, tuple[int, ...]]:
    places = " UNION ALL ".join(
        f"SELECT {n} AS whole, area, part, %(root_{n})s::uuid AS root FROM "  # noqa: S608
        f"unnest(%(areas_{n})s::uuid[], %(parts_{n})s::uuid[]) AS given (area, part)"
        for n in range(wholes)
        if f"root_{n}" in given
    )
    text = (
        f"WITH told AS ({' UNION ALL '.join(selects)}), places AS ({places}), grouped AS ("  # noqa: S608
        "SELECT cell.node, cell.own, span.first, told.who, bit_or(told.bit) AS groups "
        "FROM told JOIN places ON places.whole = told.whole AND places.area = told.area "
        "CROSS JOIN LATERAL (VALUES (places.root, false), "
        "(places.part, places.part = places.root)) AS cell (node, own) "
        "JOIN unnest(%(firsts)s::date[], %(ends)s::date[]) AS span (first, past) "
        "ON told.day >= span.first AND told.day < span.past "
        "GROUP BY cell.node, cell.own, span.first, told.who) "
        "SELECT node, own, first, groups, count(*) FROM grouped GROUP BY node, own, first, groups"
    )
    found: dict[Cell, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        for node, own, first, groups, many in cursor.fetchall():
            found.setdefault((node, own, spans[first]), {})[groups] = many
    order = sorted({group for told in found.values() for group in told})
    return {cell: tuple(told.get(group, 0) for group in order) for cell, told in found.items()}
