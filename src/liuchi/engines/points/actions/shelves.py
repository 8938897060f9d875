"""A shop and what is on its shelves."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions import posting
from liuchi.engines.points.actions.catalogue import (
    checked_spec,
    first_prices,
    no_twins,
    record_change,
    record_shop,
)
from liuchi.engines.points.enums import AccountKind, TransferKind
from liuchi.engines.points.models import Goods, Shop
from liuchi.engines.points.queries import GoodsRow, ShopRow
from liuchi.engines.points.rules import catalogue
from liuchi.engines.points.scope import require_own_area
from liuchi.engines.points.spec import GoodsSpec, PointsSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

NAME_CHARACTERS_MAX = 80


def open_shop(*, actor: Actor, key: str, village_id: UUID, name: str) -> ShopRow:
    """Open a shop for the points in force at a village, with the goods the playbook lists."""
    actor.may("points.stock.write").or_refuse()
    if not 1 <= len(name.strip()) <= NAME_CHARACTERS_MAX:
        raise Invalid("name_length", Sentence("请填写店名，最多80字。", "Give a name of 1 to 80."))
    village = directory.area(village_id)
    if not actor.covers(village.scope_code):
        raise NotFound("area")
    body = {"village_id": village_id, "name": name}
    with acting_as(actor):
        shop_id = new_id()
        earlier = journal.once(f"points.open_shop:{actor.id}", key, body, shop_id)
        if earlier is None:
            spec = _currency_at(village_id)
            Shop.objects.create(
                id=shop_id,
                name=name.strip(),
                village_id=village_id,
                scope_code=village.scope_code,
                unit=spec.currency.unit,
                opened_at=clock.now(),
            )
            listed = [_listed(shop_id, goods) for goods in spec.shop.goods]
            Goods.objects.bulk_create(listed)
            first_prices(actor, listed)
            record_shop(actor, queries.shop(actor, shop_id), "opened")
        return queries.shop(actor, earlier or shop_id)


def offer_goods(
    *,
    actor: Actor,
    key: str,
    shop_id: UUID,
    code: str,
    title: str,
    price_points: int,
    value_fen: int | None = None,
    low_stock: int = 5,
    image_id: UUID | None = None,
    barcode: str = "",
) -> GoodsRow:
    """Put one more kind of goods on a shop's list; its stock is taken in separately.

    Invalid("goods_code_taken") names the goods that have the code already.
    """
    actor.may("points.stock.write").or_refuse()
    listed = checked_spec(code, title, price_points, value_fen, low_stock)
    catalogue.may_carry(barcode.strip().upper()).or_refuse()
    body = {"shop_id": shop_id, "image_id": image_id, **listed.model_dump()}
    if barcode:
        body["barcode"] = barcode
    with acting_as(actor):
        shop = queries.shop(actor, shop_id)
        require_own_area(shop.scope_code, actor)
        goods = _listed(shop_id, listed, image_id)
        goods.barcode = barcode.strip().upper()
        earlier = journal.once(f"points.offer_goods:{actor.id}", key, body, goods.id)
        if earlier is None:
            with no_twins(shop_id, goods.code, goods.barcode):
                goods.save(force_insert=True)
            first_prices(actor, [goods])
            record_change(actor, shop, goods, "offered", price_points)
        return queries.goods_item(actor, shop_id, earlier or goods.id)


def stock_in(
    *, actor: Actor, key: str, shop_id: UUID, goods_id: UUID, quantity: int, note: str = ""
) -> GoodsRow:
    """Take goods in and return them with the new stock; ``note`` is the delivery note's number."""
    actor.may("points.stock.write").or_refuse()
    rules.may_stock(quantity).or_refuse()
    with acting_as(actor):
        shop = queries.shop(actor, shop_id)
        require_own_area(shop.scope_code, actor)
        goods = queries.goods_item(actor, shop_id, goods_id)
    posting.post(
        posting.Item(
            key=f"points.stock_in:{actor.id}:{key}",
            body={"goods_id": goods_id, "quantity": quantity},
            kind=TransferKind.STOCK_IN,
            actor_id=actor.id,
            reason=note.strip(),
            legs=(
                posting.Leg(
                    shelf(AccountKind.SUPPLY, shop, goods),
                    shelf(AccountKind.STOCK, shop, goods),
                    quantity,
                ),
            ),
            fact=posting.FactOf(
                kind=facts.STOCK_RECEIVED,
                area_id=shop.village_id,
                subject_kind="points.goods",
                subject_id=goods_id,
                data=facts.StockData(shop=shop_id, goods=goods.code, quantity=quantity),
            ),
            scope_code=shop.scope_code,
        )
    )
    with acting_as(actor):
        return queries.goods_item(actor, shop_id, goods_id)


def shelf(kind: AccountKind, shop: ShopRow, goods: GoodsRow) -> posting.AccountOf:
    """Return one of the accounts of a shop's goods: supply, stock or handed out."""
    return posting.AccountOf(
        kind, f"goods:{goods.id}", "shop", shop.id, shop.village_id, shop.scope_code
    )


def _currency_at(village_id: UUID) -> PointsSpec:
    in_force = queries.rules_at(village_id, clock.today())
    found = [spec for _, spec in in_force if spec.currency.visibility == "public"]
    if not found:
        raise Refused(
            "no_points_here",
            Sentence(
                "这里还没有生效的积分办法，不能开超市。请先启用工作法。",
                "No playbook with points is in force here. Apply one before opening a shop.",
            ),
        )
    return found[0]


def _listed(shop_id: UUID, spec: GoodsSpec, image_id: UUID | None = None) -> Goods:
    return Goods(
        id=new_id(),
        shop_id=shop_id,
        code=spec.code,
        title=spec.title,
        price_points=spec.price,
        value_fen=spec.value_fen,
        low_stock=spec.low_stock,
        image_id=image_id,
    )
