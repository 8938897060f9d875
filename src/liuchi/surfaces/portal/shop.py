"""A village's shop on the phone: what there is, what one can afford; what went in a month."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import MonthLine
from liuchi.surfaces.components import excel, group_texts, printing, tables
from liuchi.surfaces.components.access import public, takes_post
from liuchi.surfaces.components.months import Month, month_of
from liuchi.surfaces.components.seats import seat_of
from liuchi.surfaces.components.tables import Column, Listing, Shape

COLUMNS: tuple[Column[MonthLine], ...] = (
    Column(_("商品"), lambda row: row.title),
    Column(_("件数"), lambda row: row.pieces, Shape.NUMBER),
    Column(_("积分"), lambda row: row.points, Shape.NUMBER),
)


@public
def shop(request: HttpRequest, code: str) -> HttpResponse:
    """The shelves with small photos; who is signed in as a resident sees what can be afforded."""
    area = directory.area_by_slug(code)
    shops = points.public_shops(area.id)
    actor = seat_of(request).resident
    balance: int | None = None
    if actor is not None and actor.person_id is not None and shops:
        with acting_as(actor):
            balance = points.balance(actor, actor.person_id, unit=shops[0].unit)
    context = {"area": area, "shops": shops, "balance": balance}
    return TemplateResponse(request, "portal/shop.html", context)


@public
@takes_post
def month(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    """What was redeemed in a month: goods and counts, never names. POST gives it as Excel."""
    area = directory.area_by_slug(code)
    wanted = _month(request, area.id)
    rows = points.redeemed_in_month(area.id, wanted.first)
    listing = Listing(
        "month",
        _("兑换公开"),
        COLUMNS,
        tables.short(lambda: rows),
        empty=_("这个月没有兑换。"),
        paged=False,
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "area": area,
        "month": wanted,
        "table": tables.shown(request, listing, tables.whole(rows)),
        "pieces": sum(row.pieces for row in rows),
        "kinds": len(rows),
        "group_text": group_texts.of_month(request, area, wanted.first, rows),
    }
    return TemplateResponse(request, "portal/shop_month.html", context)


@public
def month_print(request: HttpRequest, code: str) -> HttpResponse:
    """The same on A4, for the board."""
    area = directory.area_by_slug(code)
    wanted = _month(request, area.id)
    rows = points.redeemed_in_month(area.id, wanted.first)
    return printing.redeemed(request, area, wanted.first, rows)


def _month(request: HttpRequest, area_id: UUID) -> Month:
    """Return the month asked for; of none the last one in which anything was redeemed."""
    asked = "month" in request.GET
    return month_of(request, None if asked else points.last_month_redeemed(area_id))
