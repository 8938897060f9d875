"""Goods: taken in, handed out, brought back, counted and moved between shops."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.points.facts.shape import PERSON, POINTS, Data
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class GoodsData(Data):
    """Goods handed to a resident by a shop; ``home_area`` is where the resident lives."""

    person: UUID
    household: UUID | None
    home_area: UUID
    shop: UUID
    goods: str
    quantity: int
    currency: str = ""


class StockData(Data):
    """Goods a shop has taken in."""

    shop: UUID
    goods: str
    quantity: int


class GoodsChangeData(Data):
    """What was done with goods on a shop's list.

    ``offered``, ``edited``, ``priced`` (the amount is the price), ``photo``,
    ``discontinued`` or ``resumed``.
    """

    shop: UUID
    goods: str
    what: str


class ShopChangeData(Data):
    """What was said of a shop: its ``hours``, that it is ``closed`` for days or ``reopened``."""

    shop: UUID
    what: str


class CountData(StockData):
    """What a stocktake found beside the books: ``more`` or ``less``, by ``quantity``."""

    found: str


class MovedData(StockData):
    """Goods one shop sent to another, ``to_shop``, where they may have another code."""

    to_shop: UUID
    to_goods: str


class PinData(Data):
    """Whose PIN for the counter was set; what it is stands nowhere."""

    person: UUID


class LeaseData(Data):
    """What a counter's device had set aside and did not come back for."""

    shop: UUID
    lease: UUID


class LapseData(LeaseData):
    """What a counter had set aside that was not heard of for days; ``by`` had opened it."""

    pieces: int
    by: UUID


class BasketData(Data):
    """A redemption taken without a network that could not be posted; the amount is its points.

    ``handed_over``: whether the goods are gone all the same (``yes``, ``no``).
    """

    person: UUID
    home_area: UUID
    shop: UUID
    refusal: str
    handed_over: str


PIN_SET = "points.pin_set"
LEASE_TAKEN_BACK = "points.lease_taken_back"
LEASE_LAPSED = "points.lease_lapsed"
BASKET_REFUSED = "points.basket_refused"
_STOCK = {
    "shop": DimensionType.UUID,
    "goods": DimensionType.TEXT,
    "quantity": DimensionType.INTEGER,
}
_GOODS = {**PERSON, **_STOCK, "currency": DimensionType.TEXT}
REDEEMED = "points.redeemed"
REDEMPTION_REVERSED = "points.redemption_reversed"
GIFT_GIVEN = "points.gift_given"
REDEMPTION_RETURNED = "points.redemption_returned"
STOCK_RECEIVED = "points.stock_received"
STOCK_COUNTED = "points.stock_counted"
STOCK_TRANSFERRED = "points.stock_transferred"
GOODS_CHANGED = "points.goods_changed"
SHOP_CHANGED = "points.shop_changed"

KINDS = (
    FactKind(REDEEMED, Sentence("积分兑换", "points redeemed"), GoodsData, _GOODS, POINTS),
    FactKind(
        REDEMPTION_REVERSED,
        Sentence("兑换撤销", "redemption reversed"),
        GoodsData,
        _GOODS,
        POINTS,
    ),
    FactKind(
        REDEMPTION_RETURNED,
        Sentence("兑换退回", "part of a redemption returned"),
        GoodsData,
        _GOODS,
        POINTS,
    ),
    FactKind(GIFT_GIVEN, Sentence("礼品发放", "gift given"), GoodsData, _GOODS),
    FactKind(STOCK_RECEIVED, Sentence("商品入库", "stock received"), StockData, _STOCK),
    FactKind(
        STOCK_COUNTED,
        Sentence("盘点调整", "stock counted"),
        CountData,
        {**_STOCK, "found": DimensionType.TEXT},
    ),
    FactKind(
        STOCK_TRANSFERRED,
        Sentence("商品调拨", "stock moved to another shop"),
        MovedData,
        {**_STOCK, "to_shop": DimensionType.UUID},
    ),
    FactKind(
        GOODS_CHANGED,
        Sentence("商品目录变更", "goods list changed"),
        GoodsChangeData,
        {
            "shop": DimensionType.UUID,
            "goods": DimensionType.TEXT,
            "what": DimensionType.TEXT,
        },
    ),
    FactKind(
        SHOP_CHANGED,
        Sentence("超市营业变更", "shop's hours changed"),
        ShopChangeData,
        {"shop": DimensionType.UUID, "what": DimensionType.TEXT},
    ),
    FactKind(
        PIN_SET, Sentence("设置兑换密码", "PIN set"), PinData, {"person": DimensionType.PERSON}
    ),
    FactKind(
        LEASE_TAKEN_BACK,
        Sentence("收回柜台预留", "counter's reserve taken back"),
        LeaseData,
        {"shop": DimensionType.UUID},
    ),
    FactKind(
        LEASE_LAPSED,
        Sentence("柜台预留到期放回", "counter's reserve lapsed"),
        LapseData,
        {"shop": DimensionType.UUID, "pieces": DimensionType.INTEGER},
    ),
    FactKind(
        BASKET_REFUSED,
        Sentence("断网兑换未记上", "offline redemption refused"),
        BasketData,
        {
            "person": DimensionType.PERSON,
            "home_area": DimensionType.AREA,
            "shop": DimensionType.UUID,
            "refusal": DimensionType.TEXT,
            "handed_over": DimensionType.TEXT,
        },
        POINTS,
    ),
)
