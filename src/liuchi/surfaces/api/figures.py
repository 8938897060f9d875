"""Figures, what they are made of, and the journal they are counted from."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.enums import By, Reason
from liuchi.engines.journal import queries as journal
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Span, read_span
from liuchi.surfaces.api import figure_shapes, shapes
from liuchi.surfaces.api.routes import (
    LIMIT_DEFAULT,
    SIGNED_IN,
    After,
    Limit,
    read,
    verb,
)
from liuchi.surfaces.components.seats import actor_of

router = Router(tags=["figures"])
book = Router(tags=["journal"])

_READ = verb("indicators.figure.read")
Month = Annotated[
    str | None,
    Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="A month such as 2022-05."),
]
Period = Annotated[
    str | None,
    Query(
        pattern=r"^20\d\d(-(0[1-9]|1[0-2])|-Q[1-4])?$",
        description="A month, quarter or year such as 2022-05, 2022-Q2 or 2022.",
    ),
]
Dimension = Annotated[str, Query(pattern=r"^[a-z_]{1,40}$", description="One it declares.")]
Since = Annotated[date, Query(description="The earlier day.")]
AsOf = Annotated[date | None, Query(description="Count what had happened by the end of this day.")]


@read(router, "/figures", access=_READ, gives=list[figure_shapes.Indicator])
def list_figures(request: HttpRequest) -> object:
    """List the figures that can be asked for, with what each of them counts."""
    return indicators.catalogue(actor_of(request))


@read(router, "/figures/{code}", access=_READ, gives=figure_shapes.Figure)
def get_figure(
    request: HttpRequest,
    code: str,
    area_id: UUID,
    *,
    month: Month = None,
    period: Period = None,
    as_of: AsOf = None,
) -> object:
    """Compute one figure for an area."""
    span = _span(period or month)
    return indicators.figure(actor_of(request), code, area_id, span=span, as_of=as_of)


@read(router, "/figures/{code}/compared", access=_READ, gives=figure_shapes.Compared)
def get_compared(
    request: HttpRequest, code: str, area_id: UUID, period: Period, as_of: AsOf = None
) -> object:
    """Compute a figure beside the same length of time before, a year before, and its target."""
    span = _span(period)
    if span is None:
        raise NotFound("period")
    for found in indicators.compared(actor_of(request), area_id, [code], span, as_of=as_of):
        return found
    raise NotFound("indicator")


@read(router, "/figures/{code}/shares", access=_READ, gives=list[figure_shapes.Share])
def list_by_dimension(
    request: HttpRequest,
    code: str,
    area_id: UUID,
    *,
    dimension: Dimension,
    period: Period = None,
    as_of: AsOf = None,
) -> object:
    """Compute the figure for each value of a dimension its definition declares."""
    return indicators.listed_by(
        actor_of(request), code, area_id, dimension, span=_span(period), as_of=as_of
    )


@read(
    router,
    "/figures/{code}/changes",
    access=verb("indicators.figure.trace"),
    gives=figure_shapes.Changes,
)
def list_changes(
    request: HttpRequest,
    code: str,
    area_id: UUID,
    *,
    since: Since,
    period: Period = None,
    as_of: AsOf = None,
    reason: Reason | None = None,
    after: UUID | None = None,
    limit: Limit = LIMIT_DEFAULT,
) -> object:
    """Say why a figure is another one than on an earlier day, and list the facts of a reason."""
    return indicators.why_changed(
        actor_of(request),
        code,
        area_id,
        since=since,
        span=_span(period),
        as_of=as_of,
        reason=reason,
        after=None if after is None else str(after),
        limit=limit,
    )


@read(router, "/figures/{code}/breakdown", access=_READ, gives=list[figure_shapes.Figure])
def get_breakdown(
    request: HttpRequest,
    code: str,
    area_id: UUID,
    *,
    by: By = By.AREA,
    month: Month = None,
    period: Period = None,
    as_of: AsOf = None,
) -> object:
    """Compute the figure for each area below the given one, or for each month."""
    return indicators.breakdown(
        actor_of(request), code, area_id, by=by, span=_span(period or month), as_of=as_of
    )


@read(
    router,
    "/figures/{code}/facts",
    access=verb("indicators.figure.trace"),
    gives=figure_shapes.Trace,
)
def list_facts_behind(
    request: HttpRequest,
    code: str,
    area_id: UUID,
    *,
    month: Month = None,
    period: Period = None,
    as_of: AsOf = None,
    after: After = None,
    limit: Limit = LIMIT_DEFAULT,
) -> object:
    """List the facts a figure was counted from."""
    return indicators.facts_behind(
        actor_of(request),
        code,
        area_id,
        span=_span(period or month),
        as_of=as_of,
        after=after,
        limit=limit,
    )


@read(book, "/facts/{fact_id}", access=verb("journal.fact.read"), gives=shapes.Fact)
def get_fact(request: HttpRequest, fact_id: UUID) -> object:
    """Get one fact."""
    actor = actor_of(request)
    area_ids = directory.subtree_ids(actor.area_id) if actor.area_id else ()
    found = journal.fact(fact_id, area_ids=area_ids)
    if not indicators.may_see_fact(actor, found):
        raise NotFound("fact")
    return found


@read(book, "/journal/head", access=SIGNED_IN, gives=shapes.Head)
def get_head(request: HttpRequest) -> object:
    """Get how far the journal is ordered and sealed."""
    return journal.head()


def _span(text: str | None) -> Span | None:
    return read_span(text or "")
