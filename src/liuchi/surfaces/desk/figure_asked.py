"""What a page about a figure is asked: which place, which stretch of time, as of which day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import IndicatorRow
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Per, Span, read_span, span_of
from liuchi.surfaces.components.seats import SeatedRequest

OFFERED = {Per.MONTH: 13, Per.QUARTER: 8, Per.YEAR: 5}
"""How many months, quarters and years are offered to choose from; others stand in the address."""


def asked(query: QueryDict) -> dict[str, Any]:
    """Return the stretch of time and the day asked for; what is neither reads as left empty."""
    return {"span": span_asked(query), "as_of": day_asked(query)}


def span_asked(query: QueryDict) -> Span | None:
    """Return ``period=2022-Q2``, or ``month=2022-05``; None for all of time."""
    return read_span(query.get("period", "") or query.get("month", ""))


def day_asked(query: QueryDict, name: str = "as_of") -> date | None:
    """Return a day of the address; None for none."""
    try:
        return date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None


def area_asked(actor: Actor, text: str) -> AreaRow:
    """Return the area asked for within the actor's own, by code or id; else the actor's."""
    own = directory.area(actor.area_id) if actor.area_id else None
    if not text:
        if own is None:
            raise NotFound("area")
        return own
    try:
        found = directory.area(UUID(text))
    except ValueError:
        found = directory.area_by_code(text)
    if not actor.covers(found.scope_code):
        raise NotFound("area")
    return found


def choices(
    request: SeatedRequest, actor: Actor, indicator: IndicatorRow, area: AreaRow
) -> dict[str, object]:
    """Return what the form above a figure offers, and what was chosen."""
    own = directory.area(actor.area_id) if actor.area_id else area
    areas = (own, *directory.children(own.id))
    span, day = span_asked(request.GET), day_asked(request.GET)
    return {
        "indicator": indicator,
        "area": area,
        "areas": areas if area in areas else (*areas, area),
        "span": span,
        "spans": offered(span),
        "as_of": day.isoformat() if day else "",
        "query": query_of(request),
    }


def offered(chosen: Span | None, today: date | None = None) -> tuple[tuple[Span, ...], ...]:
    """Return the months, quarters and years to choose from, the present ones first."""
    groups = []
    for per, many in OFFERED.items():
        span, found = span_of(per, today or clock.today()), []
        for _ in range(many):
            found.append(span)
            span = span.previous
        if chosen is not None and chosen.per is per and chosen not in found:
            found.append(chosen)
        groups.append(tuple(found))
    return tuple(groups)


def query_of(request: HttpRequest, *left_out: str) -> str:
    """Return the query of the page, without where a list goes on."""
    query = request.GET.copy()
    for name in ("after", *left_out):
        query.pop(name, None)
    return query.urlencode()


def indicator_of(actor: Actor, code: str) -> IndicatorRow:
    """Return a figure there is today; NotFound."""
    for row in indicators.catalogue(actor):
        if row.code == code:
            return row
    raise NotFound("indicator")
