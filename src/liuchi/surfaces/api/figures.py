"""Figures, what they are made of, and the journal they are counted from."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.enums import By
from liuchi.engines.journal import queries as journal
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.api import shapes
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
AsOf = Annotated[date | None, Query(description="Count what had happened by the end of this day.")]


@read(router, "/figures", access=_READ, gives=list[shapes.Indicator])
def list_figures(request: HttpRequest) -> object:
    """List the figures that can be asked for, with what each of them counts."""
    return indicators.catalogue(actor_of(request))


@read(router, "/figures/{code}", access=_READ, gives=shapes.Figure)
def get_figure(
    request: HttpRequest, code: str, area_id: UUID, month: Month = None, as_of: AsOf = None
) -> object:
    """Compute one figure for an area."""
    return indicators.figure(actor_of(request), code, area_id, month=_first_day(month), as_of=as_of)


@read(router, "/figures/{code}/breakdown", access=_READ, gives=list[shapes.Figure])
def get_breakdown(
    request: HttpRequest,
    code: str,
    area_id: UUID,
    *,
    by: By = By.AREA,
    month: Month = None,
    as_of: AsOf = None,
) -> object:
    """Compute the figure for each area below the given one, or for each month."""
    return indicators.breakdown(
        actor_of(request), code, area_id, by=by, month=_first_day(month), as_of=as_of
    )


@read(
    router,
    "/figures/{code}/facts",
    access=verb("indicators.figure.trace"),
    gives=shapes.Trace,
)
def list_facts_behind(
    request: HttpRequest,
    code: str,
    area_id: UUID,
    *,
    month: Month = None,
    as_of: AsOf = None,
    after: After = None,
    limit: Limit = LIMIT_DEFAULT,
) -> object:
    """List the facts a figure was counted from."""
    return indicators.facts_behind(
        actor_of(request),
        code,
        area_id,
        month=_first_day(month),
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


def _first_day(month: str | None) -> date | None:
    """Return the day that stands for a month: 2022-05 is asked for as 1 May 2022."""
    return date.fromisoformat(f"{month}-01") if month else None
