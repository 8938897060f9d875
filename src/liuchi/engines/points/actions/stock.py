"""Counting the shelf, sending goods to another shop, taking goods back from a resident.

Each by two people: who counts does not post, who sends does not receive, who handed out does
not take back.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries
from liuchi.engines.points.actions import posting
from liuchi.engines.points.actions.posting.builders import Returned, ShelfOf
from liuchi.engines.points.actions.shelves import shelf
from liuchi.engines.points.actions.shop import counter_of, may_take_back
from liuchi.engines.points.enums import (
    AccountKind,
    MoveState,
    Outcome,
    RedemptionState,
    StocktakeState,
)
from liuchi.engines.points.models import Goods, Redemption, StockMove, Stocktake, Transfer
from liuchi.engines.points.queries import GoodsRow, RedemptionRow, ShopRow
from liuchi.engines.points.queries.counter import account_names, others_reserved
from liuchi.engines.points.rules import shop as rules
from liuchi.engines.points.scope import require_own_area
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

COUNTED_MAX = 100_000
_WRITE = "points.stock.write"


def count_stock(*, actor: Actor, key: str, shop_id: UUID, counted: Mapping[UUID, int]) -> UUID:
    """Enter what was counted on a shelf; return the stocktake, which another person posts."""
    actor.may(_WRITE).or_refuse()
    if not counted or any(not 0 <= pieces <= COUNTED_MAX for pieces in counted.values()):
        raise Invalid("count_wrong", Sentence("请填实盘件数。", "Enter what you counted."))
    with acting_as(actor):
        _own_shop(actor, shop_id)
        rows = {row.id: row for row in queries.goods(actor, shop_id, discontinued=True)}
        if any(goods_id not in rows for goods_id in counted):
            raise NotFound("goods")
        lines = [
            [str(goods_id), rows[goods_id].title, rows[goods_id].stock, pieces]
            for goods_id, pieces in sorted(counted.items(), key=lambda each: rows[each[0]].code)
        ]
        stocktake_id = new_id()
        body = {"shop_id": shop_id, "counted": {str(k): v for k, v in counted.items()}}
        earlier = journal.once(f"points.count_stock:{actor.id}", key, body, stocktake_id)
        if earlier is None:
            Stocktake.objects.create(
                id=stocktake_id,
                shop_id=shop_id,
                lines=lines,
                state=StocktakeState.COUNTED,
                counted_by_id=actor.id,
                counted_at=clock.now(),
            )
        return earlier or stocktake_id


def post_count(*, actor: Actor, key: str, stocktake_id: UUID, reason: str) -> int:
    """Post the differences of a stocktake, by a second person, for a reason; return how many.

    What was handed out between counting and posting stays: only the difference moves.
    """
    actor.may(_WRITE).or_refuse()
    if not reason.strip():
        raise Invalid("reason_missing", Sentence("请写明理由。", "Give the reason."))
    with acting_as(actor):
        held, shop = _counted(actor, stocktake_id)
        differences = [(UUID(g), counted - said) for g, _, said, counted in held.lines]
        differences = [(goods_id, more) for goods_id, more in differences if more]
        body = {"stocktake_id": stocktake_id, "reason": reason}
        if journal.once(f"points.post_count:{actor.id}", key, body, stocktake_id) is not None:
            return len(differences)
        _open_count(held)
        if held.counted_by_id == actor.id:
            raise _second_person("要由另一人记入盘点差异。")
        rows = {row.id: row for row in queries.goods(actor, shop.id, discontinued=True)}
        items = [
            posting.stock_count_item(
                actor_id=actor.id,
                key=f"points.post_count:{stocktake_id}:{goods_id}",
                goods_id=goods_id,
                shelf=_shelf_of(shop, rows[goods_id]),
                more=more,
                reason=reason.strip(),
            )
            for goods_id, more in differences
        ]
        for (goods_id, _more), answer in zip(differences, posting.post_within(items), strict=True):
            if answer.outcome is Outcome.INSUFFICIENT:
                rules.out_of_stock(rows[goods_id].title, answer.available).or_refuse()
        _decide(held, actor, StocktakeState.POSTED, reason.strip())
        return len(differences)


def drop_count(*, actor: Actor, key: str, stocktake_id: UUID) -> None:
    """Put a stocktake away without posting it: it is counted again."""
    actor.may(_WRITE).or_refuse()
    with acting_as(actor):
        held, _shop = _counted(actor, stocktake_id)
        body = {"stocktake_id": stocktake_id}
        if journal.once(f"points.drop_count:{actor.id}", key, body, stocktake_id) is None:
            _open_count(held)
            _decide(held, actor, StocktakeState.DROPPED, "")


def send_goods(
    *, actor: Actor, key: str, shop_id: UUID, goods_id: UUID, to_shop_id: UUID, quantity: int
) -> UUID:
    """Send goods to another shop; until they arrive they are set aside at the first."""
    actor.may(_WRITE).or_refuse()
    rules.may_stock(quantity).or_refuse()
    with acting_as(actor):
        _own_shop(actor, shop_id)
        goods, target = queries.goods_item(actor, shop_id, goods_id), _shop(to_shop_id)
        if target.id == shop_id:
            raise Invalid("same_shop", Sentence("请选另一家超市。", "Choose another shop."))
        move_id = new_id()
        body = {"goods_id": goods_id, "to_shop_id": to_shop_id, "quantity": quantity}
        earlier = journal.once(f"points.send_goods:{actor.id}", key, body, move_id)
        if earlier is not None:
            return earlier
        wanted = account_names([(f"goods:{goods_id}", AccountKind.STOCK, shop_id, quantity)])
        with connection.cursor() as cursor:
            cursor.execute("SELECT held FROM points_reserve(%s, %s)", [move_id, wanted])
            row = cursor.fetchone()
        if row is None or row[0] < quantity:
            free = goods.stock - others_reserved([goods_id], None).get(goods_id, 0)
            rules.out_of_stock(goods.title, max(0, free)).or_refuse()
            raise Refused("out_of_stock", Sentence("库存不够。", "Not enough in stock."))
        StockMove.objects.create(
            id=move_id,
            goods_id=goods_id,
            from_shop_id=shop_id,
            to_shop_id=to_shop_id,
            quantity=quantity,
            state=MoveState.SENT,
            sent_by_id=actor.id,
            sent_at=clock.now(),
        )
        return move_id


def receive_goods(*, actor: Actor, key: str, move_id: UUID) -> None:
    """Take goods in that another shop has sent: another person than sent them."""
    actor.may(_WRITE).or_refuse()
    with acting_as(actor):
        move = StockMove.objects.select_for_update().filter(pk=move_id).first()
        if move is None:
            raise NotFound("move")
        target = _own_shop(actor, move.to_shop_id)
        body = {"move_id": move_id}
        if journal.once(f"points.receive_goods:{actor.id}", key, body, move_id) is not None:
            return
        _on_its_way(move)
        if move.sent_by_id == actor.id:
            raise _second_person("要由另一人收货。")
        source, goods = queries.shop_row(move.from_shop_id), _goods_row(move)
        _free(move)
        item = posting.stock_transfer_item(
            actor_id=actor.id,
            key=f"points.receive_goods:{move_id}",
            goods_id=goods.id,
            source=_shelf_of(source, goods),
            target=_shelf_of(target, _at_target(target, goods)),
            quantity=move.quantity,
        )
        (answer,) = posting.post_within([item])
        if answer.posted is None:
            rules.out_of_stock(goods.title, answer.available).or_refuse()
        _end(move, actor, MoveState.RECEIVED)


def cancel_move(*, actor: Actor, key: str, move_id: UUID) -> None:
    """Put goods back on the shelf they were sent from; they did not go."""
    actor.may(_WRITE).or_refuse()
    with acting_as(actor):
        move = StockMove.objects.select_for_update().filter(pk=move_id).first()
        if move is None:
            raise NotFound("move")
        _own_shop(actor, move.from_shop_id)
        body = {"move_id": move_id}
        if journal.once(f"points.cancel_move:{actor.id}", key, body, move_id) is None:
            _on_its_way(move)
            _free(move)
            _end(move, actor, MoveState.CANCELLED)


def return_goods(
    *, actor: Actor, key: str, redemption_id: UUID, quantity: int, reason: str
) -> RedemptionRow:
    """Take part of a redemption back at the price paid then. A second person, for a reason."""
    actor.may("points.redemption.reverse").or_refuse()
    with acting_as(actor):
        made = Redemption.objects.filter(pk=redemption_id).first()
        if made is None:
            raise NotFound("redemption")
        at = counter_of(actor, made)
        item = posting.redemption_return_item(
            actor_id=actor.id,
            key=f"points.return_goods:{actor.id}:{key}",
            back=Returned(
                redemption_id=made.id,
                made_fact_id=made.fact_id,
                till=at.till,
                purse=at.purse,
                handed_out=at.shelf(AccountKind.HANDED_OUT),
                stock=at.shelf(AccountKind.STOCK),
                quantity=quantity,
                points=made.points // made.quantity * quantity,
                data=at.data(quantity),
            ),
            reason=reason,
        )
        if not Transfer.objects.filter(key=item.key).exists():
            _may_return(actor, made, quantity, reason)
    answer = posting.post(item)
    if answer.outcome is Outcome.INSUFFICIENT:
        rules.stock_returned_short(answer.available).or_refuse()
    if answer.outcome is Outcome.STALE:
        raise Refused("return_too_many", Sentence("已经退过了。", "It was returned already."))
    with acting_as(actor):
        return queries.redemption(actor, redemption_id)


def _may_return(actor: Actor, made: Redemption, quantity: int, reason: str) -> None:
    may_take_back(actor, made, reason, reversed_already=made.state != RedemptionState.MADE)
    left = made.quantity - made.quantity_returned
    if not 1 <= quantity <= left:
        raise Refused(
            "return_too_many",
            Sentence("最多退{n}件。", "At most {n} can come back.", {"n": left}),
        )


def _own_shop(actor: Actor, shop_id: UUID) -> ShopRow:
    shop = queries.shop(actor, shop_id)
    require_own_area(shop.scope_code, actor)
    return shop


def _shop(shop_id: UUID) -> ShopRow:
    return queries.shop_row(shop_id)


def _counted(actor: Actor, stocktake_id: UUID) -> tuple[Stocktake, ShopRow]:
    held = Stocktake.objects.select_for_update().filter(pk=stocktake_id).first()
    if held is None:
        raise NotFound("stocktake")
    return held, _own_shop(actor, held.shop_id)


def _open_count(held: Stocktake) -> None:
    if held.state != StocktakeState.COUNTED:
        raise Refused("count_decided", Sentence("这次盘点已经处理。", "It was decided already."))


def _decide(held: Stocktake, actor: Actor, state: StocktakeState, reason: str) -> None:
    held.state, held.reason = state, reason
    held.decided_by_id, held.decided_at = actor.id, clock.now()
    held.save(update_fields=["state", "reason", "decided_by", "decided_at"])


def _on_its_way(move: StockMove) -> None:
    if move.state != MoveState.SENT:
        raise Refused("move_ended", Sentence("这批调拨已经办完。", "This move has ended."))


def _end(move: StockMove, actor: Actor, state: MoveState) -> None:
    move.state, move.ended_by_id, move.ended_at = state, actor.id, clock.now()
    move.save(update_fields=["state", "ended_by", "ended_at"])


def _free(move: StockMove) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT points_release_all(%s, '{}', true)", [move.id])


def _goods_row(move: StockMove) -> GoodsRow:
    return queries.goods_row(move.goods_id)


def _at_target(target: ShopRow, goods: GoodsRow) -> GoodsRow:
    """Return the same goods on the other shop's list; put there where it has none of the code."""
    held = Goods.objects.filter(shop_id=target.id, code=goods.code).first()
    if held is None:
        held = Goods.objects.create(
            id=new_id(),
            shop_id=target.id,
            code=goods.code,
            title=goods.title,
            price_points=goods.price_points,
            value_fen=goods.value_fen,
            low_stock=goods.low_stock,
            image_id=goods.image_id,
        )
    return queries.goods_row(held.id)


def _shelf_of(shop: ShopRow, goods: GoodsRow) -> ShelfOf:
    return ShelfOf(
        stock=shelf(AccountKind.STOCK, shop, goods),
        supply=shelf(AccountKind.SUPPLY, shop, goods),
        code=goods.code,
    )


def _second_person(zh: str) -> Refused:
    return Refused("second_person_needed", Sentence(zh, "Another person must do this."))
