"""What anybody may know of a village's shops: what there is, what went in a month. No people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Max, Sum

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.enums import RedemptionState
from liuchi.engines.points.models import Goods, Redemption, Shop, ShopClosure
from liuchi.engines.points.queries.catalogue import (
    PHOTO_READER_ID,
    ClosureRow,
    OpeningHours,
    price_of,
)
from liuchi.engines.points.queries.places import with_stock
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.periods import Per, period

CLOSURES_SHOWN = 20
_KEPT = F("quantity") - F("quantity_returned")


@dataclass(frozen=True, slots=True)
class OnShelf:
    """Goods as residents see them."""

    id: UUID
    title: str
    price_points: int
    stock: int
    image_id: UUID | None


@dataclass(frozen=True, slots=True)
class PublicShop:
    """A shop that serves a village, when it is open and what is on its shelf."""

    id: UUID
    name: str
    unit: str
    hours: OpeningHours
    goods: tuple[OnShelf, ...]


@dataclass(frozen=True, slots=True)
class MonthLine:
    """How many pieces of some goods went in a month, reversals and returns taken off."""

    title: str
    pieces: int
    points: int


def public_shops(area_id: UUID) -> tuple[PublicShop, ...]:
    """Return the shops that serve a village, with their shelves, the cheapest first. 4 queries."""
    area = directory.area(area_id)
    with acting_as(system_actor(PHOTO_READER_ID)):
        found = [
            shop
            for shop in Shop.objects.order_by("scope_code", "name")
            if area.scope_code.startswith(shop.scope_code)
        ]
        shelves: dict[UUID, list[OnShelf]] = defaultdict(list)
        for each in with_stock(Goods.objects.filter(shop__in=found, discontinued_at__isnull=True)):
            stock: int = getattr(each, "stock", 0)
            shelves[each.shop_id].append(
                OnShelf(each.id, each.title, price_of(each), stock, each.image_id)
            )
        closures: dict[UUID, list[ClosureRow]] = defaultdict(list)
        for closed in ShopClosure.objects.filter(
            shop__in=found, last_day__gte=clock.today()
        ).order_by("first_day", "id")[: CLOSURES_SHOWN * max(1, len(found))]:
            closures[closed.shop_id].append(
                ClosureRow(closed.id, closed.first_day, closed.last_day, closed.reason)
            )
    return tuple(
        PublicShop(
            shop.id,
            shop.name,
            shop.unit,
            OpeningHours(tuple(shop.hours), tuple(closures[shop.id])),
            tuple(
                sorted(
                    shelves[shop.id], key=lambda row: (not row.stock, row.price_points, row.title)
                )
            ),
        )
        for shop in found
    )


def last_month_redeemed(area_id: UUID) -> date | None:
    """Return the first day of the last month in which a village's shops handed something out."""
    area = directory.area(area_id)
    with acting_as(system_actor(PHOTO_READER_ID)):
        made = Redemption.objects.filter(
            shop__scope_code__startswith=area.scope_code, state=RedemptionState.MADE
        )
        last = made.aggregate(last=Max("at"))["last"]
    return None if last is None else clock.local_day(last).replace(day=1)


def redeemed_in_month(area_id: UUID, first: date) -> tuple[MonthLine, ...]:
    """Return what a village's shops handed out for points in a month, the most first.

    Goods and counts: who took what is nobody else's business.
    """
    area = directory.area(area_id)
    following = next_month(first)
    with acting_as(system_actor(PHOTO_READER_ID)):
        shops = [
            shop.id for shop in Shop.objects.all() if shop.scope_code.startswith(area.scope_code)
        ]
        found = (
            Redemption.objects.filter(
                shop_id__in=shops,
                state=RedemptionState.MADE,
                at__gte=clock.start_of_day(first),
                at__lt=clock.start_of_day(following),
            )
            .values_list("goods_title")
            .annotate(kept=Sum(_KEPT), paid=Sum(F("points") * _KEPT / F("quantity")))
        )
        rows = [MonthLine(title, pieces, points) for title, pieces, points in found if pieces]
    return tuple(sorted(rows, key=lambda row: (-row.pieces, row.title)))


def redeemed_between(area_id: UUID, first: date, end: date) -> tuple[Mapping[str, str], ...]:
    """Return the same month by month as cells of text, for what is posted of it."""
    rows: list[Mapping[str, str]] = []
    while first < end:
        rows += [
            {
                "month": f"{first:%Y-%m}",
                "goods": line.title,
                "pieces": str(line.pieces),
                "points": str(line.points),
            }
            for line in redeemed_in_month(area_id, first)
        ]
        first = next_month(first)
    return tuple(rows)


def next_month(first: date) -> date:
    """Return the first day of the month after."""
    return period(Per.MONTH, first)[1]
