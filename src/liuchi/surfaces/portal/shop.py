"""A village's shop on the phone: what there is, what one can afford; what went in a month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import MonthLine
from liuchi.kernel.clock import today
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import excel, group_texts, printing, tables
from liuchi.surfaces.components.access import public, takes_post
from liuchi.surfaces.components.seats import seat_of
from liuchi.surfaces.components.tables import Column, Listing, Shape

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
YEARS_BACK = 5
COLUMNS: tuple[Column[MonthLine], ...] = (
    Column(_("商品"), lambda row: row.title),
    Column(_("件数"), lambda row: row.pieces, Shape.NUMBER),
    Column(_("积分"), lambda row: row.points, Shape.NUMBER),
)


@dataclass(frozen=True, slots=True)
class Month:
    """A month that can be looked at, and its neighbours; the present one has none after."""

    first: date

    @property
    def code(self) -> str:
        """How an address names it: ``2022-05``."""
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> str:
        """The month before, or "" where nobody looks back so far."""
        earlier = date(
            self.first.year - (self.first.month == 1), (self.first.month - 2) % 12 + 1, 1
        )
        return f"{earlier:%Y-%m}" if earlier.year >= today().year - YEARS_BACK else ""

    @property
    def after(self) -> str:
        """The month after, or "" where it has not come."""
        later = points.next_month(self.first)
        return f"{later:%Y-%m}" if later <= today() else ""


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
    area, wanted = directory.area_by_slug(code), month_of(request)
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
    area, wanted = directory.area_by_slug(code), month_of(request)
    rows = points.redeemed_in_month(area.id, wanted.first)
    return printing.redeemed(request, area, wanted.first, rows)


def month_of(request: HttpRequest) -> Month:
    """Return the month asked for, the present one if none; NotFound for a wrong or late one."""
    text, now = request.GET.get("month", ""), today()
    if not text:
        return Month(now.replace(day=1))
    found = _MONTH.fullmatch(text)
    if found is None or date(int(found[1]), int(found[2]), 1) > now:
        raise NotFound("month")
    return Month(date(int(found[1]), int(found[2]), 1))
