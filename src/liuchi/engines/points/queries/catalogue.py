"""A shop's list for who keeps it: prices with their days, hours, photos anybody may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.files import queries as files
from liuchi.engines.files.queries import DocumentRow
from liuchi.engines.journal.scope import acting_as, require
from liuchi.engines.points.models import Goods, GoodsPrice, Shop, ShopClosure
from liuchi.engines.points.scope import require_any, serves
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import NotFound

PHOTO_READER_ID = UUID("0196b2c0-0000-7000-8000-70686f746f73")


@dataclass(frozen=True, slots=True)
class NextPrice:
    """A price that is announced and does not count yet."""

    points: int
    from_day: date


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price somebody decided, from a day on."""

    id: UUID
    points: int
    from_day: date
    decided_at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """Days on which a shop stays closed."""

    id: UUID
    first_day: date
    last_day: date
    reason: str


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a shop is open: seven texts, Monday first, or none; and the closures still to come."""

    week: tuple[str, ...]
    closures: tuple[ClosureRow, ...]

    @property
    def today(self) -> str | None:
        """Return today's hours: "" closed all day, None where nobody has entered them."""
        on = clock.today()
        if any(each.first_day <= on <= each.last_day for each in self.closures):
            return ""
        return self.week[on.weekday()] if self.week else None


def price_of(goods: Goods) -> int:
    """Return what goods cost today: the price that was announced, once its day has come."""
    later = goods.next_price_points
    if later is not None and goods.next_price_from and goods.next_price_from <= clock.today():
        return later
    return goods.price_points


def next_price_of(goods: Goods) -> NextPrice | None:
    """Return the price announced for a day to come."""
    later, day = goods.next_price_points, goods.next_price_from
    return NextPrice(later, day) if later is not None and day and day > clock.today() else None


def prices_of(actor: Actor, goods_id: UUID) -> tuple[PriceRow, ...]:
    """Return the prices decided for goods, the newest first."""
    require_any(actor, "points.stock.write", "points.goods.read")
    require(actor)
    found = list(GoodsPrice.objects.filter(goods_id=goods_id).order_by("-id")[:50])
    names = accounts.names_of(each.decided_by_id for each in found)
    return tuple(
        PriceRow(
            each.id,
            each.price_points,
            each.from_day,
            each.decided_at,
            names.get(each.decided_by_id, ""),
        )
        for each in found
    )


def hours(shop_id: UUID) -> OpeningHours:
    """Return when a shop is open. Anybody may read it."""
    found = Shop.objects.filter(pk=shop_id).values_list("hours", flat=True).first()
    if found is None:
        raise NotFound("shop")
    coming = ShopClosure.objects.filter(shop_id=shop_id, last_day__gte=clock.today())
    return OpeningHours(
        tuple(found),
        tuple(
            ClosureRow(each.id, each.first_day, each.last_day, each.reason)
            for each in coming.order_by("first_day", "id")[:20]
        ),
    )


def goods_photo(document_id: UUID) -> tuple[DocumentRow, bytes]:
    """Return the photo of some shop's goods with its bytes. Anybody may see it.

    NotFound for any other document, whoever asks: what is not shown on a shelf is evidence.
    """
    if not Goods.objects.filter(image_id=document_id).exists():
        raise NotFound("photo")
    reader = system_actor(PHOTO_READER_ID, "files.document.read")
    with acting_as(reader):
        return files.content(reader, document_id)


def require_goods(actor: Actor, shop_id: UUID, goods_id: UUID) -> Goods:
    """Return goods of a shop that serves the actor's area, locked for a change."""
    shop = Shop.objects.filter(pk=shop_id).first()
    if shop is None or not serves(shop.scope_code, actor):
        raise NotFound("shop")
    found = Goods.objects.select_for_update().filter(shop=shop, pk=goods_id).first()
    if found is None:
        raise NotFound("goods")
    return found
