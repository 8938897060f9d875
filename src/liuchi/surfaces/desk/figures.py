"""Figures: the number, where and when it comes from, and the very facts behind it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow, Page
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.enums import By, Reason
from liuchi.engines.indicators.queries import ChangedFact, Figure, IndicatorRow, TracedFact
from liuchi.engines.journal import queries as journal
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Per, span_of
from liuchi.playbooks.fact_words import field_title
from liuchi.surfaces.components import charts, excel, pager, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.components.templatetags.liuchi import months_short
from liuchi.surfaces.desk import columns
from liuchi.surfaces.desk.fact_values import fields_of, record_url
from liuchi.surfaces.desk.figure_asked import (
    area_asked,
    asked,
    choices,
    day_asked,
    indicator_of,
    offered,
    query_of,
    span_asked,
)

PLACES_DRAWN_MAX = 36
STRETCHES_DRAWN_MAX = 13
"""Of more the chart shows the last, the table all. Thirteen months: a year, and the one before."""
_STRETCHES = {By.MONTH: _("月份"), By.QUARTER: _("季度"), By.YEAR: _("年份")}


@requires("indicators.figure.read")
@takes_post
def figure(request: SeatedRequest, code: str) -> HttpResponse | FileResponse:
    """One figure of one area, compared, and by child area, by stretch of time, by a dimension.

    POST gives one of the lists as Excel.
    """
    actor = request.actor
    if request.method == "POST":
        with reading(request):
            area = area_asked(actor, request.GET.get("area", ""))
            lists = _lists(request, indicator_of(actor, code), area)
        return excel.download(request, *lists)
    area = area_asked(actor, request.GET.get("area", ""))
    row = indicator_of(actor, code)
    shown = tuple(_shown(request, each) for each in _lists(request, row, area))
    span, by = span_asked(request.GET), request.GET.get("by", "")
    beside = indicators.compared(
        actor, area.id, [code], span or span_of(Per.MONTH, clock.today()), as_of=_as_of(request)
    )
    context = {
        **choices(request, actor, row, area),
        "indicators": indicators.catalogue(actor),
        "figure": indicators.figure(actor, code, area.id, **asked(request.GET)),
        "beside": next(iter(beside), None),
        "lists": [each for each in shown if each],
        "by": by,
        "bys": _bys(row),
        "may_trace": actor.may(indicators.TRACE).allowed,
    }
    return TemplateResponse(request, "desk/figure.html", context)


@requires("indicators.figure.read")
def explore(request: SeatedRequest) -> HttpResponse:
    """Choose a figure, a place, a stretch of time and a dimension; a link that can be sent on."""
    actor = request.actor
    code = request.GET.get("code", "")
    if code:
        row = indicator_of(actor, code)
        query = request.GET.copy()
        query.pop("code")
        if query.get("by", "") not in {name for name, _words in _bys(row)}:
            query.pop("by", None)  # of the figure chosen before
        url = reverse("desk-figure", args=[row.code])
        return HttpResponseRedirect(f"{url}?{query.urlencode()}" if query else url)
    area = area_asked(actor, request.GET.get("area", ""))
    context = {
        "indicators": indicators.catalogue(actor),
        "often": indicators.headlines(actor),
        "areas": (area, *directory.children(area.id)),
        "area": area,
        "spans": offered(None),
        "as_of": "",
    }
    return TemplateResponse(request, "desk/explore.html", context)


def _bys(row: IndicatorRow) -> list[tuple[str, object]]:
    """Return what a figure may be listed by, besides the places below."""
    stretches = [(str(by), _STRETCHES[by]) for by in row.by if by in _STRETCHES]
    return [*stretches, *((name, field_title(name)) for name in row.dimensions)]


def _lists(request: SeatedRequest, row: IndicatorRow, area: AreaRow) -> tuple[Listing[Any], ...]:
    """Return the lists of a figure: by place, by stretch of time, by the dimension asked for."""
    actor, given, by = request.actor, asked(request.GET), request.GET.get("by", "")
    none, span = _("没有记录。"), given["span"]
    stretch = By(by) if by in {*_STRETCHES} else By.MONTH
    found: list[Listing[Any]] = [
        Listing(
            "figure-by-area",
            _("按地方"),
            columns.figures(
                say(row.name),
                _("地方"),
                lambda each: each.area.name,
                lambda each: each.url,
                with_target=span is not None and indicators.has_targets(row.code, span.per),
            ),
            tables.short(partial(_by_area, actor, row, area, given)),
            empty=none,
            paged=False,
        ),
        Listing(
            f"figure-by-{stretch}",
            _("按时间"),
            columns.figures(
                say(row.name),
                _STRETCHES[stretch],
                _span_words,
                with_target=indicators.has_targets(row.code, stretch.per),
            ),
            tables.short(partial(_by_stretch, actor, row, area, given["as_of"], stretch)),
            empty=none,
            paged=False,
        ),
    ]
    if by in row.dimensions:
        found.append(
            Listing(
                "figure-by-dimension",
                say(field_title(by)),
                columns.shares(say(row.name), field_title(by)),
                tables.short(partial(indicators.listed_by, actor, row.code, area.id, by, **given)),
                empty=none,
                paged=False,
            )
        )
    return tuple(found)


def _span_words(row: Figure) -> object:
    return row.span.words if row.span is not None else "—"


def _by_area(
    actor: Actor, row: IndicatorRow, area: AreaRow, given: dict[str, Any]
) -> tuple[Figure, ...]:
    found = indicators.breakdown(actor, row.code, area.id, by=By.AREA, **given)
    # Facts that name the community and no grid tell nothing by grid: no row of zeros then.
    tells = any(each.value for each in found if each.area.id != area.id)
    return found if tells else ()


def _by_stretch(
    actor: Actor, row: IndicatorRow, area: AreaRow, as_of: date | None, by: By
) -> tuple[Figure, ...]:
    if by not in row.by:
        return ()
    return indicators.breakdown(actor, row.code, area.id, by=by, as_of=as_of)


def _shown(request: SeatedRequest, listing: Listing[Any]) -> dict[str, object] | None:
    """Return a list with its chart; None where it has nothing to tell."""
    rows = listing.fetch(None, pager.ROWS).rows
    if not rows:
        return None
    head, in_time = listing.columns[0], listing.code.removeprefix("figure-by-") in {*_STRETCHES}
    drawn = rows[-STRETCHES_DRAWN_MAX if in_time else -PLACES_DRAWN_MAX :]
    by_month = in_time and all(isinstance(each, Figure) and each.month for each in drawn)
    names = (
        months_short([each.month for each in drawn])
        if by_month
        else [tables.text_of(head, each) for each in drawn]
    )
    return {
        "code": listing.code,
        "title": listing.title,
        "table": tables.shown(request, listing, tables.whole(rows)),
        "chart": charts.of(drawn, names),
        "columns": in_time,
    }


@requires("indicators.figure.trace")
@takes_post
def facts(request: SeatedRequest, code: str) -> HttpResponse | FileResponse:
    """List the facts a figure counts. POST gives them as Excel."""
    actor, given = request.actor, asked(request.GET)
    if request.method == "POST":
        with reading(request):
            area = area_asked(actor, request.GET.get("area", ""))
            row = indicator_of(actor, code)
        return excel.download(request, _facts(actor, row, area, given))
    area, row = area_asked(actor, request.GET.get("area", "")), indicator_of(actor, code)
    found = indicators.facts_behind(
        actor, code, area.id, **given, after=pager.after(request), limit=pager.ROWS
    )
    table = tables.shown(
        request, _facts(actor, row, area, given), Page(found.rows, found.next_after)
    )
    context = {
        **choices(request, actor, row, area),
        "figure": indicators.figure(actor, code, area.id, **given),
        "found": found,
        "table": table,
    }
    return TemplateResponse(request, "desk/facts.html", context)


def _facts(
    actor: Actor, row: IndicatorRow, area: AreaRow, given: dict[str, Any]
) -> Listing[TracedFact]:
    def fetch(after: str | None, limit: int) -> Page[TracedFact]:
        found = indicators.facts_behind(actor, row.code, area.id, **given, after=after, limit=limit)
        return Page(found.rows, found.next_after)

    shown = columns.MEASURED if row.is_percentile else columns.FACTS
    return Listing("facts", _("构成指标的记录"), shown, fetch, empty=_("没有记录。"))


@requires("indicators.figure.trace")
@takes_post
def changes(request: SeatedRequest, code: str) -> HttpResponse | FileResponse:
    """Say why a figure is another one than on an earlier day, and list the facts of a reason.

    POST gives those as Excel.
    """
    actor = request.actor
    if request.method == "POST":
        with reading(request):
            area = area_asked(actor, request.GET.get("area", ""))
        return excel.download(request, _changed(request, code, area))
    area, row = area_asked(actor, request.GET.get("area", "")), indicator_of(actor, code)
    since = _since(request)
    context = {
        **choices(request, actor, row, area),
        "since": since,
        "reason": _reason(request),
        "query": query_of(request, "reason"),
    }
    given, reason = {**asked(request.GET), "since": since}, _reason(request)
    start = pager.after(request)
    try:
        found = indicators.why_changed(
            actor, code, area.id, **given, reason=reason, after=start, limit=pager.ROWS
        )
    except NotFound:
        return TemplateResponse(request, "desk/figure_changes.html", context)
    context["found"] = found
    if reason:
        page = Page(found.rows, found.next_after)
        context["table"] = tables.shown(request, _changed(request, code, area), page)
    return TemplateResponse(request, "desk/figure_changes.html", context)


def _changed(request: SeatedRequest, code: str, area: AreaRow) -> Listing[ChangedFact]:
    given = {**asked(request.GET), "since": _since(request), "reason": _reason(request)}

    def fetch(after: str | None, limit: int) -> Page[ChangedFact]:
        found = indicators.why_changed(
            request.actor, code, area.id, **given, after=after, limit=limit
        )
        return Page(found.rows, found.next_after)

    return Listing("figure-changes", _("变动的记录"), columns.CHANGED, fetch, empty=_("没有记录。"))


def _since(request: SeatedRequest) -> date:
    """Return the earlier day: the one asked for, or the last of the month before."""
    day = _as_of(request) or clock.today()
    return day_asked(request.GET, "since") or span_of(Per.MONTH, day).previous.last


def _as_of(request: SeatedRequest) -> date | None:
    return day_asked(request.GET)


def _reason(request: SeatedRequest) -> Reason | None:
    text = request.GET.get("reason", "")
    return Reason(text) if text in {*Reason} else None


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
