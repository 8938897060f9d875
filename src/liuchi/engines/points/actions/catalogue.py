"""What stands on a shop's list: prices with their day, photos, what is no longer offered; hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from liuchi.engines.files import actions as files
from liuchi.engines.files import queries as documents
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries
from liuchi.engines.points.models import Goods, GoodsPrice, Shop, ShopClosure
from liuchi.engines.points.queries import GoodsRow, ShopRow
from liuchi.engines.points.queries.catalogue import price_of, require_goods
from liuchi.engines.points.rules import catalogue as rules
from liuchi.engines.points.scope import require_own_area
from liuchi.engines.points.spec import GoodsSpec
from liuchi.engines.points.spec.shapes import PRICE_MAX
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

GOODS_PHOTO_SIDE_PIXELS_MAX = 480
REASON_CHARACTERS_MAX = 40
TITLE_CHARACTERS_MAX = 80
VALUE_FEN_MAX = 10**8
LOW_STOCK_MAX = 10_000
_WRITE = "points.stock.write"


def edit_goods(
    *,
    actor: Actor,
    key: str,
    shop_id: UUID,
    goods_id: UUID,
    title: str,
    barcode: str = "",
    value_fen: int | None = None,
    low_stock: int = 5,
) -> GoodsRow:
    """Correct what a shop says of its goods. The code stays: facts name the goods by it."""
    actor.may(_WRITE).or_refuse()
    given = {"title": title.strip(), "barcode": barcode.strip().upper()}
    _check(given["title"], value_fen, low_stock)
    rules.may_carry(given["barcode"]).or_refuse()
    values = {**given, "value_fen": value_fen, "low_stock": low_stock}
    with acting_as(actor):
        shop = _own_shop(actor, shop_id)
        held = require_goods(actor, shop_id, goods_id)
        body = {"goods_id": goods_id, **values}
        if journal.once(f"points.edit_goods:{actor.id}", key, body, goods_id) is None:
            with no_twins(shop_id, held.code, given["barcode"], goods_id):
                Goods.objects.filter(pk=goods_id).update(**values)
            record_change(actor, shop, held, "edited")
        return queries.goods_item(actor, shop_id, goods_id)


def set_price(
    *, actor: Actor, key: str, shop_id: UUID, goods_id: UUID, price_points: int, from_day: date
) -> GoodsRow:
    """Give goods another price from a day on; what was charged before stays as it was."""
    actor.may(_WRITE).or_refuse()
    today = clock.today()
    rules.may_price(price_points, PRICE_MAX, from_day, today).or_refuse()
    body = {"goods_id": goods_id, "price_points": price_points, "from_day": from_day.isoformat()}
    with acting_as(actor):
        shop = _own_shop(actor, shop_id)
        held = require_goods(actor, shop_id, goods_id)
        price_id = new_id()
        if journal.once(f"points.set_price:{actor.id}", key, body, price_id) is None:
            put_price(actor, shop, held, price_points, from_day)
        return queries.goods_item(actor, shop_id, goods_id)


def put_price(actor: Actor, shop: ShopRow, held: Goods, price_points: int, from_day: date) -> None:
    """Write a price that was decided: now, or for its day. One price waits at a time."""
    held.price_points = price_of(held)
    held.next_price_points, held.next_price_from = price_points, from_day
    if from_day <= clock.today():
        held.price_points = price_points
        held.next_price_points = held.next_price_from = None
    held.save(update_fields=["price_points", "next_price_points", "next_price_from"])
    _price(actor, held, price_points, from_day).save(force_insert=True)
    record_change(actor, shop, held, "priced", price_points)


def first_prices(actor: Actor, listed: Sequence[Goods]) -> None:
    """Write down what goods cost to begin with."""
    today = clock.today()
    GoodsPrice.objects.bulk_create(
        [_price(actor, goods, goods.price_points, today) for goods in listed]
    )


def discontinue_goods(
    *, actor: Actor, key: str, shop_id: UUID, goods_id: UUID, discontinued: bool = True
) -> GoodsRow:
    """Take goods off the list, or offer them again. What is on the shelf stays in the books."""
    actor.may(_WRITE).or_refuse()
    body = {"goods_id": goods_id, "discontinued": discontinued}
    with acting_as(actor):
        shop = _own_shop(actor, shop_id)
        held = require_goods(actor, shop_id, goods_id)
        scope = f"points.discontinue_goods:{actor.id}"
        changes = (held.discontinued_at is not None) is not discontinued
        if journal.once(scope, key, body, goods_id) is None and changes:
            with no_twins(shop_id, held.code, "" if discontinued else held.barcode, goods_id):
                held.discontinued_at = clock.now() if discontinued else None
                held.save(update_fields=["discontinued_at"])
            record_change(actor, shop, held, "discontinued" if discontinued else "resumed")
        return queries.goods_item(actor, shop_id, goods_id)


def set_photo(
    *, actor: Actor, key: str, shop_id: UUID, goods_id: UUID, content: bytes, filename: str
) -> GoodsRow:
    """Show goods with a photo: written anew and small, so that a phone loads a shelf at once."""
    actor.may(_WRITE).or_refuse()
    with acting_as(actor):
        shop = _own_shop(actor, shop_id)
        queries.goods_item(actor, shop_id, goods_id)
    stored = files.store_image(
        content,
        filename,
        actor=actor,
        key=f"{key}:photo",
        scope_code=shop.scope_code,
        side_pixels_max=GOODS_PHOTO_SIDE_PIXELS_MAX,
    )
    with acting_as(actor):
        held = require_goods(actor, shop_id, goods_id)
        if held.image_id != stored.id:
            documents.document(actor, stored.id)
            held.image_id = stored.id
            held.save(update_fields=["image_id"])
            record_change(actor, shop, held, "photo")
        return queries.goods_item(actor, shop_id, goods_id)


def set_hours(*, actor: Actor, key: str, shop_id: UUID, week: Sequence[str]) -> None:
    """Say when a shop is open: seven texts, Monday first; all empty takes the hours away."""
    actor.may(_WRITE).or_refuse()
    written = [rules.normal_hours(text) for text in week]
    written = written if any(written) else []
    rules.may_open(written).or_refuse()
    with acting_as(actor):
        shop = _own_shop(actor, shop_id)
        body = {"shop_id": shop_id, "week": written}
        others = Shop.objects.filter(pk=shop_id).exclude(hours=written)
        earlier = journal.once(f"points.set_hours:{actor.id}", key, body, shop_id)
        if earlier is None and others.update(hours=written):
            record_shop(actor, shop, "hours")


def close_shop(
    *, actor: Actor, key: str, shop_id: UUID, first_day: date, last_day: date, reason: str
) -> UUID:
    """Close a shop on some days, for a reason that stands at the counter; return the closure."""
    actor.may(_WRITE).or_refuse()
    rules.may_close(first_day, last_day, clock.today()).or_refuse()
    if not 1 <= len(reason.strip()) <= REASON_CHARACTERS_MAX:
        raise _at("reason", Sentence("请写原因，最多40字。", "Give a reason of up to 40 letters."))
    with acting_as(actor):
        shop, closure_id = _own_shop(actor, shop_id), new_id()
        body = {
            "shop_id": shop_id,
            "first_day": first_day.isoformat(),
            "last_day": last_day.isoformat(),
            "reason": reason,
        }
        earlier = journal.once(f"points.close_shop:{actor.id}", key, body, closure_id)
        if earlier is None:
            ShopClosure.objects.create(
                id=closure_id,
                shop_id=shop_id,
                first_day=first_day,
                last_day=last_day,
                reason=reason.strip(),
            )
            record_shop(actor, shop, "closed")
        return earlier or closure_id


def reopen_shop(*, actor: Actor, key: str, shop_id: UUID, closure_id: UUID) -> None:
    """Take a closure back."""
    actor.may(_WRITE).or_refuse()
    with acting_as(actor):
        shop = _own_shop(actor, shop_id)
        body = {"closure_id": closure_id}
        if journal.once(f"points.reopen_shop:{actor.id}", key, body, closure_id) is None:
            taken, _ = ShopClosure.objects.filter(shop_id=shop_id, pk=closure_id).delete()
            if not taken:
                raise NotFound("closure")
            record_shop(actor, shop, "reopened")


@contextmanager
def no_twins(
    shop_id: UUID, code: str, barcode: str, goods_id: UUID | None = None
) -> Iterator[None]:
    """Refuse a code or barcode that other goods of the shop have, before and while writing.

    Asked first, so that the sentence can name the other goods; the unique keys catch who
    comes at the same moment.
    """
    others = Goods.objects.filter(shop_id=shop_id)
    if goods_id is not None:
        others = others.exclude(pk=goods_id)
    twin = others.filter(code=code).first()
    if twin is not None:
        raise _taken("code", rules.code_taken(code, twin.title))
    twin = others.filter(barcode=barcode, discontinued_at__isnull=True).first() if barcode else None
    if twin is not None:
        raise _taken("barcode", rules.barcode_taken(barcode, twin.title))
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        again = Sentence("编号或条码刚被别人用了，请再试一次。", "Somebody just took that code.")
        raise Conflict("goods_code_taken", again) from error


def record_change(
    actor: Actor, shop: ShopRow, goods: Goods, what: str, price_points: int | None = None
) -> None:
    """Journal what was done with goods on a shop's list."""
    journal.record(
        facts.GOODS_CHANGED,
        actor=actor,
        subject_kind="points.goods",
        subject_id=goods.id,
        area_id=shop.village_id,
        data=facts.GoodsChangeData(shop=shop.id, goods=goods.code, what=what),
        amount=price_points,
    )


def checked_spec(
    code: str, title: str, price_points: int, value_fen: int | None, low_stock: int
) -> GoodsSpec:
    """Return goods as a playbook would list them; Invalid at the field that is wrong."""
    _check(title.strip(), value_fen, low_stock)
    rules.may_price(price_points, PRICE_MAX, clock.today(), clock.today()).or_refuse()
    try:
        return GoodsSpec(
            code=code, title=title.strip(), price=price_points, value_fen=value_fen,
            low_stock=low_stock,
        )  # fmt: skip
    except ValueError as error:
        raise _at(
            "code", Sentence("编号只用小写字母、数字和横线。", "Small letters, digits and dashes.")
        ) from error


def _check(title: str, value_fen: int | None, low_stock: int) -> None:
    if not 1 <= len(title) <= TITLE_CHARACTERS_MAX:
        raise _at("title", Sentence("请写商品名称，最多80字。", "Name the goods in 1 to 80."))
    if value_fen is not None and not 0 <= value_fen <= VALUE_FEN_MAX:
        raise _at("value", Sentence("市场价请填金额，如 3.50。", "An amount such as 3.50."))
    if not 0 <= low_stock <= LOW_STOCK_MAX:
        raise _at("low_stock", Sentence("提醒数量在0到10000之间。", "Between 0 and 10000."))


def _price(actor: Actor, goods: Goods, price_points: int, from_day: date) -> GoodsPrice:
    return GoodsPrice(
        id=new_id(),
        goods=goods,
        price_points=price_points,
        from_day=from_day,
        decided_by_id=actor.id,
        decided_at=clock.now(),
    )


def _own_shop(actor: Actor, shop_id: UUID) -> ShopRow:
    shop = queries.shop(actor, shop_id)
    require_own_area(shop.scope_code, actor)
    return shop


def record_shop(actor: Actor, shop: ShopRow, what: str) -> None:
    """Journal what was said of a shop: ``opened``, its ``hours``, ``closed``, ``reopened``."""
    journal.record(
        facts.SHOP_CHANGED,
        actor=actor,
        subject_kind="points.shop",
        subject_id=shop.id,
        area_id=shop.village_id,
        data=facts.ShopChangeData(shop=shop.id, what=what),
    )


def _at(field: str, sentence: Sentence) -> Invalid:
    return Invalid(f"{field}_wrong", sentence, (FieldError(field, sentence),))


def _taken(field: str, sentence: Sentence) -> Invalid:
    return Invalid(f"goods_{field}_taken", sentence, (FieldError(field, sentence),))
