"""Shops, what is on their shelves, what was handed out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import RedemptionState
from liuchi.engines.points.models import Goods, Redemption, Shop
from liuchi.engines.points.queries.catalogue import NextPrice, next_price_of, price_of
from liuchi.engines.points.queries.places import with_stock
from liuchi.engines.points.scope import page_size, require_any, serves, uuid_cursor
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A 信用超市. ``unit`` is the ledger's name of the points it takes."""

    id: UUID
    name: str
    village_id: UUID
    village_name: str
    scope_code: str
    unit: str


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """One kind of goods of one shop; ``value_fen`` in 分 (1/100 yuan)."""

    id: UUID
    code: str
    title: str
    price_points: int
    value_fen: int | None
    stock: int
    low_stock: int
    image_id: UUID | None
    shop_id: UUID
    barcode: str = ""
    discontinued: bool = False
    next_price: NextPrice | None = None


@dataclass(frozen=True, slots=True)
class RedemptionRow:
    """Goods handed out for points."""

    id: UUID
    person_id: UUID
    person_name: str
    shop_id: UUID
    goods_id: UUID
    goods_title: str
    quantity: int
    points: int
    at: datetime
    by_name: str
    state: RedemptionState
    reverse_reason: str
    fact_id: UUID


def shops(actor: Actor) -> tuple[ShopRow, ...]:
    """Return the shops that serve the actor's area, by area and name."""
    require_any(actor, "points.goods.read", "points.redemption.make", "points.stock.write")
    found = [
        each
        for each in Shop.objects.order_by("scope_code", "name")
        if serves(each.scope_code, actor)
    ]
    return _shop_rows(found)


def shop(actor: Actor, shop_id: UUID) -> ShopRow:
    """Return one shop that serves the actor's area, or raise NotFound."""
    return _shop_rows([_serving(actor, shop_id)])[0]


def shop_row(shop_id: UUID) -> ShopRow:
    """Return any shop by its id: where a shop is, is no secret."""
    found = Shop.objects.filter(pk=shop_id).first()
    if found is None:
        raise NotFound("shop")
    return _shop_rows([found])[0]


def goods_row(goods_id: UUID) -> GoodsRow:
    """Return any goods by their id, for what moves between shops."""
    found = with_stock(Goods.objects.filter(pk=goods_id)).first()
    if found is None:
        raise NotFound("goods")
    return _goods_row(found)


def goods(actor: Actor, shop_id: UUID, *, discontinued: bool = False) -> tuple[GoodsRow, ...]:
    """Return a shop's goods with their stock, the cheapest first.

    ``discontinued``: also those no longer offered; they stand at the end.
    """
    require_any(actor, "points.goods.read", "points.redemption.make", "points.stock.write")
    require(actor)
    _serving(actor, shop_id)
    found = with_stock(Goods.objects.filter(shop_id=shop_id))
    if not discontinued:
        found = found.filter(discontinued_at__isnull=True)
    rows = (_goods_row(each) for each in found)
    return tuple(sorted(rows, key=lambda row: (row.discontinued, row.price_points, row.code)))


def goods_item(actor: Actor, shop_id: UUID, goods_id: UUID) -> GoodsRow:
    """Return one kind of goods of a shop, or raise NotFound."""
    require(actor)
    found = with_stock(Goods.objects.filter(shop_id=shop_id, pk=goods_id)).first()
    if found is None:
        raise NotFound("goods")
    return _goods_row(found)


def redemptions(
    actor: Actor,
    *,
    shop_id: UUID | None = None,
    person_id: UUID | None = None,
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[RedemptionRow]:
    """Return redemptions the actor may see, newest first."""
    require_any(actor, "points.goods.read", "points.redemption.make", "points.account.read")
    require(actor)
    most, start, found = page_size(limit), uuid_cursor(after), Redemption.objects.order_by("-id")
    if shop_id is not None:
        found = found.filter(shop_id=shop_id)
    if person_id is not None:
        found = found.filter(person_id=person_id)
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_redemption_rows(actor, rows[:most]), next_after)


def redemption(actor: Actor, redemption_id: UUID) -> RedemptionRow:
    """Return one redemption in scope, or raise NotFound."""
    require(actor)
    found = Redemption.objects.filter(pk=redemption_id).first()
    if found is None:
        raise NotFound("redemption")
    return _redemption_rows(actor, [found])[0]


def _serving(actor: Actor, shop_id: UUID) -> Shop:
    found = Shop.objects.filter(pk=shop_id).first()
    if found is None or not serves(found.scope_code, actor):
        raise NotFound("shop")
    return found


def _shop_rows(found: Iterable[Shop]) -> tuple[ShopRow, ...]:
    held = tuple(found)
    places = directory.areas({each.village_id for each in held}) if held else {}
    return tuple(
        ShopRow(
            each.id,
            each.name,
            each.village_id,
            places[each.village_id].name,
            each.scope_code,
            each.unit,
        )
        for each in held
    )


@dataclass(frozen=True, slots=True)
class Supplies:
    """How many shops serve an area, and how many kinds of goods they have on the shelf."""

    shops: int
    goods_in_stock: int


def supplies(actor: Actor) -> Supplies:
    """Count shops and goods for the actor's area. Asks no verb: how many, never which."""
    require(actor)
    shops = [each for each in Shop.objects.order_by("id") if serves(each.scope_code, actor)]
    offered = Goods.objects.filter(shop__in=shops, discontinued_at__isnull=True)
    goods = with_stock(offered).filter(Q(stock__gt=0))
    return Supplies(len(shops), goods.count() if shops else 0)


def _goods_row(each: Goods) -> GoodsRow:
    stock: int = each.stock  # type: ignore[attr-defined]  # annotated by with_stock
    return GoodsRow(
        id=each.id,
        code=each.code,
        title=each.title,
        price_points=price_of(each),
        value_fen=each.value_fen,
        stock=stock,
        low_stock=each.low_stock,
        image_id=each.image_id,
        shop_id=each.shop_id,
        barcode=each.barcode,
        discontinued=each.discontinued_at is not None,
        next_price=next_price_of(each),
    )


def _redemption_rows(actor: Actor, found: Iterable[Redemption]) -> tuple[RedemptionRow, ...]:
    held = tuple(found)
    if not held:
        return ()
    people = directory.people_of(actor, (each.person_id for each in held))
    users = accounts.names_of(each.by_id for each in held)
    return tuple(
        RedemptionRow(
            id=each.id,
            person_id=each.person_id,
            person_name=people[each.person_id].name if each.person_id in people else "—",
            shop_id=each.shop_id,
            goods_id=each.goods_id,
            goods_title=each.goods_title,
            quantity=each.quantity,
            points=each.points,
            at=each.at,
            by_name=users.get(each.by_id, ""),
            state=RedemptionState(each.state),
            reverse_reason=each.reverse_reason,
            fact_id=each.fact_id,
        )
        for each in held
    )
