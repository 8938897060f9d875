"""Figures: the number, where and when it comes from, and the very facts behind it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow, Page
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.enums import By
from liuchi.engines.indicators.queries import Figure, IndicatorRow, TracedFact
from liuchi.engines.journal import queries as journal
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import excel, pager, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.components.templatetags.liuchi import month as month_words
from liuchi.surfaces.desk import columns
from liuchi.surfaces.desk.fact_values import fields_of, record_url

MONTH_CHARACTERS = len("2022-05")


@requires("indicators.figure.read")
@takes_post
def catalogue(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List what is counted, in words. POST gives the list as Excel."""
    listing = Listing(
        "indicators",
        _("指标"),
        columns.CATALOGUE,
        tables.short(lambda: indicators.catalogue(request.actor)),
        empty=_("还没有指标。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing)}
    return TemplateResponse(request, "desk/catalogue.html", context)


@requires("indicators.figure.read")
@takes_post
def figure(request: SeatedRequest, code: str) -> HttpResponse | FileResponse:
    """One figure of one area, with its breakdown by child area and by month.

    POST gives one of the two breakdowns as Excel.
    """
    actor, asked = request.actor, _asked(request.GET)
    if request.method == "POST":
        with reading(request):
            area = _area(actor, request.GET.get("area", ""))
            row = _indicator(actor, code)
        return excel.download(request, *_breakdowns(actor, row, area, asked))
    area = _area(actor, request.GET.get("area", ""))
    row = _indicator(actor, code)
    lists = _breakdowns(actor, row, area, asked)
    by_area, by_month = (each.fetch(None, pager.ROWS).rows for each in lists)
    context = {
        **_choices(request, actor, row, area),
        "figure": indicators.figure(actor, code, area.id, **asked),
        "by_area": by_area,
        "by_month": by_month,
        "area_table": tables.shown(request, lists[0], tables.whole(by_area)),
        "month_table": tables.shown(request, lists[1], tables.whole(by_month)),
        "charts": {
            "area": _series([(each.area.name, each.value) for each in by_area]),
            "month": _series([(month_words(each.month), each.value) for each in by_month]),
        },
        "may_trace": actor.may("indicators.figure.trace").allowed,
    }
    return TemplateResponse(request, "desk/figure.html", context)


def _breakdowns(
    actor: Actor, row: IndicatorRow, area: AreaRow, asked: dict[str, Any]
) -> tuple[Listing[Figure], Listing[Figure]]:
    def by_area(after: str | None, limit: int) -> Page[Figure]:
        if By.AREA not in row.by:
            return tables.whole(())
        found = indicators.breakdown(actor, row.code, area.id, by=By.AREA, **asked)
        # Facts that name the community and no grid tell nothing by grid: no row of zeros then.
        tells = any(each.value for each in found if each.area.id != area.id)
        return tables.whole(found if tells else ())

    def by_month(after: str | None, limit: int) -> Page[Figure]:
        if By.MONTH not in row.by:
            return tables.whole(())
        return tables.whole(
            indicators.breakdown(actor, row.code, area.id, by=By.MONTH, as_of=asked["as_of"])
        )

    of_area = columns.figures(row.title, _("地方"), lambda each: each.area.name)
    of_month = columns.figures(row.title, _("月份"), lambda each: month_words(each.month))
    none = _("没有记录。")
    return (
        Listing("figure-by-area", row.title, of_area, by_area, empty=none, paged=False),
        Listing("figure-by-month", row.title, of_month, by_month, empty=none, paged=False),
    )


@requires("indicators.figure.trace")
@takes_post
def facts(request: SeatedRequest, code: str) -> HttpResponse | FileResponse:
    """List the facts a figure counts. POST gives them as Excel."""
    actor, asked = request.actor, _asked(request.GET)
    if request.method == "POST":
        with reading(request):
            area = _area(actor, request.GET.get("area", ""))
        return excel.download(request, _facts(actor, code, area, asked))
    area = _area(actor, request.GET.get("area", ""))
    found = indicators.facts_behind(
        actor, code, area.id, **asked, after=pager.after(request), limit=pager.ROWS
    )
    table = tables.shown(
        request, _facts(actor, code, area, asked), Page(found.rows, found.next_after)
    )
    context = {
        **_choices(request, actor, _indicator(actor, code), area),
        "figure": indicators.figure(actor, code, area.id, **asked),
        "found": found,
        "table": table,
    }
    return TemplateResponse(request, "desk/facts.html", context)


def _facts(actor: Actor, code: str, area: AreaRow, asked: dict[str, Any]) -> Listing[TracedFact]:
    def fetch(after: str | None, limit: int) -> Page[TracedFact]:
        found = indicators.facts_behind(actor, code, area.id, **asked, after=after, limit=limit)
        return Page(found.rows, found.next_after)

    return Listing("facts", _("构成指标的记录"), columns.FACTS, fetch, empty=_("没有记录。"))


@requires("journal.fact.read")
def fact(request: SeatedRequest, fact_id: UUID) -> HttpResponse:
    """One fact, the others about the same record, and where the journal stands."""
    area_id = request.actor.area_id
    area_ids = directory.subtree_ids(area_id) if area_id else ()
    row = journal.fact(fact_id, area_ids=area_ids)
    if not indicators.may_see_fact(request.actor, row):
        raise NotFound("fact")
    related = journal.facts_of_subject(row.subject_kind, row.subject_id, area_ids=area_ids)
    context = {
        "fact": row,
        "related": tuple(
            each
            for each in related
            if each.id != row.id and indicators.may_see_fact(request.actor, each)
        ),
        "data": fields_of(request.actor, row),
        "record_url": record_url(request.actor, row.subject_kind, row.subject_id),
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
