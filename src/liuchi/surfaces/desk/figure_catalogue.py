"""What is counted: every figure in words, by the method that defines it, found by word or sound."""

from __future__ import annotations

from itertools import groupby

from django.http import FileResponse, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory.rules.names import search_term, search_terms
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import IndicatorRow
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import requires, takes_post
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.desk import columns


@requires("indicators.figure.read")
@takes_post
def catalogue(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List what is counted, in words, and search it. POST gives the list as Excel."""
    text = request.GET.get("q", "").strip()
    listing = Listing(
        "indicators",
        _("指标"),
        columns.CATALOGUE,
        tables.short(lambda: _found(indicators.catalogue(request.actor), text)),
        empty=_("没有找到这样的指标。") if text else _("还没有指标。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    rows = _found(indicators.catalogue(request.actor), text)
    groups = [
        (title, tables.shown(request, listing, tables.whole(tuple(found))))
        for title, found in groupby(rows, key=lambda row: row.playbook_title)
    ]
    context = {"table": tables.shown(request, listing), "groups": groups, "text": text}
    return TemplateResponse(request, "desk/catalogue.html", context)


def _found(rows: tuple[IndicatorRow, ...], text: str) -> tuple[IndicatorRow, ...]:
    """Return the figures that say a text: in title, code, method or words, or as it sounds."""
    if not text:
        return rows
    plain, sound = text.casefold(), search_term(text)
    return tuple(
        row for row in rows if plain in _said(row) or (sound and sound in search_terms(row.title))
    )


def _said(row: IndicatorRow) -> str:
    told = row.words
    lines = [part for line in told.lines[:-1] for part in (line.zh, line.en)]
    texts = (
        row.title,
        row.name.in_language("en"),
        row.code,
        row.playbook_title,
        told.counted,
        told.not_counted,
        *lines,
    )
    return "\n".join(texts).casefold()
