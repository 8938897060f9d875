"""Executing what was compiled, on the request's own connection."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.indicators.enums import Part
from liuchi.engines.indicators.queries.asked import Asked
from liuchi.engines.indicators.queries.rows import TracedFact
from liuchi.engines.indicators.rules import words
from liuchi.engines.indicators.rules.compiling import (
    AREA_RELATION,
    PLAYBOOK_RELATION,
    TIME_RELATION,
    Shape,
    statement,
    view_name,
)
from liuchi.engines.indicators.rules.terms import Term
from liuchi.engines.indicators.spec import Ratio
from liuchi.playbooks import registry


def values(asked: Asked, shape: Shape, groups: Mapping[UUID, UUID]) -> dict[Any, Decimal | None]:
    """Return the value of each group; the key of a total is None."""
    found: dict[Part, dict[Any, Decimal]] = {}
    for term in asked.terms:
        side = found.setdefault(term.part, {})
        for row in _run(_text(asked, term, shape), asked, groups):
            key = row[0] if len(row) > 1 else None
            value = Decimal(row[-1])
            side[key] = side.get(key, Decimal(0)) + (-value if term.less else value)
    if not isinstance(asked.spec.measure, Ratio):
        return dict(found[Part.WHOLE])
    top, bottom = found[Part.NUMERATOR], found[Part.DENOMINATOR]
    per, decimals = asked.spec.measure.ratio.per, asked.spec.decimals_shown or 0
    zero = Decimal(0)
    return {
        key: words.quotient(top.get(key, zero), bottom.get(key, zero), per, decimals)
        for key in dict.fromkeys((*top, *bottom))
    }


def _text(asked: Asked, term: Term, shape: Shape) -> str:
    return statement(term, shape, asked.asked_at).text.replace("%", "%%")


def _run(
    text: str, asked: Asked, groups: Mapping[UUID, UUID], **parameters: object
) -> list[tuple[Any, ...]]:
    """Execute compiled SQL on the request's connection, with its relations beside it."""
    days = asked.days
    # The text is compiled from declared names (rules.compiling); values are parameters.
    whole = (
        f"WITH {AREA_RELATION} (figure_place, figure_group) AS ("  # noqa: S608
        "SELECT * FROM unnest(%(places)s::uuid[], %(groups)s::uuid[])), "
        f"{TIME_RELATION} (figure_since, figure_before, figure_day, figure_end) AS ("
        "SELECT %(since)s::date, %(before)s::date, %(as_of)s::date, %(end)s::timestamptz), "
        f"{PLAYBOOK_RELATION} (figure_version) AS (SELECT unnest(%(versions)s::uuid[])) "
        f"SELECT * FROM ({text}) AS asked"
    )
    given: dict[str, Any] = {
        "places": list(groups),
        "groups": list(groups.values()),
        "since": days.since,
        "before": days.before,
        "as_of": days.as_of,
        "end": days.as_of_end,
        "versions": list(asked.versions),
        **parameters,
    }
    with connection.cursor() as cursor:
        cursor.execute(whole, given)
        return list(cursor.fetchall())


def traced(
    asked: Asked, groups: Mapping[UUID, UUID], start: tuple[Part, UUID] | None, limit: int
) -> tuple[TracedFact, ...]:
    """Return the facts that make a figure, after a position."""
    kinds = registry.fact_kinds()
    selects = []
    parameters: dict[str, object] = {"limit": limit}
    begun = start is None
    for place, term in enumerate(asked.terms):
        here = start is not None and start[0] is term.part
        if not (begun or here):
            continue  # this side was listed on an earlier page
        begun = True
        after = "WHERE traced.id > %(after)s" if here and start is not None else ""
        if here and start is not None:
            parameters["after"] = start[1]
        # The names come from the registry and enums, never from a request.
        selects.append(
            f"SELECT {place} AS place, traced.id, fact.at, fact.recorded_at, "  # noqa: S608
            "fact.area_id, fact.actor_id, fact.subject_kind, fact.subject_id, fact.amount, "
            f"traced.entity, traced.first_of_entity, '{term.part.value}' AS part "
            f"FROM ({_text(asked, term, Shape.FACTS)}) AS traced "
            f"JOIN {view_name(term.kind)} AS fact ON fact.id = traced.id {after}"
        )
    # A side may add up several counts: its facts are listed as one, by their ids.
    text = f"{' UNION ALL '.join(selects)} ORDER BY part DESC, id LIMIT %(limit)s"
    return tuple(
        TracedFact(
            id=row[1],
            kind=asked.terms[row[0]].kind,
            kind_title=kinds[asked.terms[row[0]].kind].title,
            at=row[2],
            recorded_at=row[3],
            area_id=row[4],
            actor_id=row[5],
            subject_kind=row[6],
            subject_id=row[7],
            amount=row[8],
            part=asked.terms[row[0]].part,
            entity=row[9],
            first_of_entity=row[10],
        )
        for row in _run(text, asked, groups, **parameters)
    )


def extent(asked: Asked, groups: Mapping[UUID, UUID]) -> tuple[int, int | None]:
    """Return how many facts make the figure, and how many entities they name."""
    counted = [_run(_text(asked, term, Shape.EXTENT), asked, groups)[0] for term in asked.terms]
    facts = sum(row[0] for row in counted)
    distinct = len(asked.terms) == 1 and asked.terms[0].op is registry.MeasureOp.COUNT_DISTINCT
    return facts, counted[0][1] if distinct else None
