"""Figures: the number, where and when it comes from, and the very facts behind it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.enums import By
from liuchi.engines.indicators.queries import Figure, IndicatorRow
from liuchi.engines.journal import queries as journal
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import pager
from liuchi.surfaces.components.access import requires
from liuchi.surfaces.components.seats import SeatedRequest

MONTH_CHARACTERS = len("2022-05")
LINKED = frozenset({"person", "household"})
# Kind of record: its page, and the verb that opens it.
RECORD_PAGES = {
    "points.claim": ("desk-claim", "points.claim.read"),
    "points.redemption": ("desk-redemption", "points.account.read"),
    "person": ("desk-person", "directory.person.read"),
    "household": ("desk-household", "directory.household.read"),
}


@requires("indicators.figure.read")
def catalogue(request: SeatedRequest) -> HttpResponse:
    """List what is counted, in words."""
    rows = indicators.catalogue(request.actor)
    return TemplateResponse(request, "desk/catalogue.html", {"indicators": rows})


@requires("indicators.figure.read")
def figure(request: SeatedRequest, code: str) -> HttpResponse:
    """One figure of one area, with its breakdown by child area and by month."""
    actor, asked = request.actor, _asked(request.GET)
    area = _area(actor, request.GET.get("area", ""))
    row = _indicator(actor, code)
    by_area: tuple[Figure, ...] = ()
    by_month: tuple[Figure, ...] = ()
    if By.AREA in row.by:
        by_area = indicators.breakdown(actor, code, area.id, by=By.AREA, **asked)
        # Facts that name the community and no grid tell nothing by grid: no row of zeros then.
        if not any(each.value for each in by_area if each.area.id != area.id):
            by_area = ()
    if By.MONTH in row.by:
        by_month = indicators.breakdown(actor, code, area.id, by=By.MONTH, as_of=asked["as_of"])
    context = {
        **_choices(request, actor, row, area),
        "figure": indicators.figure(actor, code, area.id, **asked),
        "by_area": by_area,
        "by_month": by_month,
        "charts": {
            "area": _series([(each.area.name, each.value) for each in by_area]),
            "month": _series([(f"{each.month:%Y-%m}", each.value) for each in by_month]),
        },
        "may_trace": actor.may("indicators.figure.trace").allowed,
    }
    return TemplateResponse(request, "desk/figure.html", context)


@requires("indicators.figure.trace")
def facts(request: SeatedRequest, code: str) -> HttpResponse:
    """List the facts a figure counts."""
    actor, asked = request.actor, _asked(request.GET)
    area = _area(actor, request.GET.get("area", ""))
    found = indicators.facts_behind(
        actor, code, area.id, **asked, after=pager.after(request), limit=pager.ROWS
    )
    context = {
        **_choices(request, actor, _indicator(actor, code), area),
        "figure": indicators.figure(actor, code, area.id, **asked),
        "found": found,
        "sheaf": pager.sheaf(request, found.rows, found.next_after),
    }
    return TemplateResponse(request, "desk/facts.html", context)


@requires("journal.fact.read")
def fact(request: SeatedRequest, fact_id: UUID) -> HttpResponse:
    """One fact, the others about the same record, and where the journal stands."""
    area_id = request.actor.area_id
    area_ids = directory.subtree_ids(area_id) if area_id else ()
    row = journal.fact(fact_id, area_ids=area_ids)
    related = journal.facts_of_subject(row.subject_kind, row.subject_id, area_ids=area_ids)
    context = {
        "fact": row,
        "related": tuple(each for each in related if each.id != row.id),
        "data": [
            (name, value, _record_url(request.actor, name, value) if name in LINKED else "")
            for name, value in sorted(row.data.items())
        ],
        "record_url": _record_url(request.actor, row.subject_kind, row.subject_id),
        "head": journal.head(),
    }
    return TemplateResponse(request, "desk/fact.html", context)


def _asked(query: QueryDict) -> dict[str, Any]:
    return {"month": _month(query.get("month", "")), "as_of": _day(query.get("as_of", ""))}


def _month(text: str) -> date | None:
    """Return the first day of ``2022-05``; what is no month reads as an empty field."""
    return _day(f"{text}-01") if len(text) == MONTH_CHARACTERS else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _area(actor: Actor, text: str) -> AreaRow:
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


def _choices(
    request: SeatedRequest, actor: Actor, indicator: IndicatorRow, area: AreaRow
) -> dict[str, object]:
    own = directory.area(actor.area_id) if actor.area_id else area
    areas = (own, *directory.children(own.id))
    query = request.GET.copy()
    query.pop("after", None)
    return {
        "indicator": indicator,
        "area": area,
        "areas": areas if area in areas else (*areas, area),
        "month": request.GET.get("month", "") if _month(request.GET.get("month", "")) else "",
        "as_of": request.GET.get("as_of", "") if _day(request.GET.get("as_of", "")) else "",
        "query": query.urlencode(),
    }


def _indicator(actor: Actor, code: str) -> IndicatorRow:
    for row in indicators.catalogue(actor):
        if row.code == code:
            return row
    raise NotFound("indicator")


def _series(pairs: list[tuple[Any, Any]]) -> dict[str, list[Any]]:
    return {
        "names": [str(name) for name, _value in pairs],
        "values": [None if value is None else float(value) for _name, value in pairs],
    }


def _record_url(actor: Actor, kind: str, record_id: object) -> str:
    """Return the page of a record, or nothing where there is none this post may open."""
    name, verb = RECORD_PAGES.get(kind, ("", ""))
    if not name or record_id is None or not actor.may(verb).allowed:
        return ""
    return reverse(name, args=[record_id])
