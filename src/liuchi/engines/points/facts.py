"""What points journals. Ids, codes and amounts only: no names, no reasons, no notes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimData(_Data):
    """A deed of a resident under a rule."""

    person: UUID
    household: UUID | None
    home_area: UUID
    rule: str
    rule_class: str
    happened_on: date
    quantity: int


class ReviewData(ClaimData):
    """A deed and what its review came to: ``approve``, ``reject`` or ``return``."""

    outcome: str


def claim_data(
    outcome: str,
    *,
    person: UUID,
    household: UUID | None,
    home_area: UUID,
    rule: str,
    rule_class: str,
    happened_on: date,
    quantity: int,
) -> ClaimData:
    """Return the data of a claim's fact, with the review's outcome where there is one."""
    data = ClaimData(
        person=person,
        household=household,
        home_area=home_area,
        rule=rule,
        rule_class=rule_class,
        happened_on=happened_on,
        quantity=quantity,
    )
    return ReviewData(**dict(data), outcome=outcome) if outcome else data


class GoodsData(_Data):
    """Goods handed to a resident by a shop; ``home_area`` is where the resident lives."""

    person: UUID
    household: UUID | None
    home_area: UUID
    shop: UUID
    goods: str
    quantity: int


class StockData(_Data):
    """Goods a shop has taken in."""

    shop: UUID
    goods: str
    quantity: int


_PERSON = {
    "person": DimensionType.PERSON,
    "household": DimensionType.HOUSEHOLD,
    "home_area": DimensionType.AREA,
}
_CLAIM = {
    **_PERSON,
    "rule": DimensionType.TEXT,
    "rule_class": DimensionType.TEXT,
    "happened_on": DimensionType.DATE,
    "quantity": DimensionType.INTEGER,
}
_STOCK = {
    "shop": DimensionType.UUID,
    "goods": DimensionType.TEXT,
    "quantity": DimensionType.INTEGER,
}
_GOODS = {**_PERSON, **_STOCK}
_POINTS = Sentence("积分", "points")

CLAIM_PROPOSED = "points.claim_proposed"
CLAIM_REVIEWED = "points.claim_reviewed"
CLAIM_WITHDRAWN = "points.claim_withdrawn"
AWARDED = "points.awarded"
AWARD_REVERSED = "points.award_reversed"
REDEEMED = "points.redeemed"
REDEMPTION_REVERSED = "points.redemption_reversed"
GIFT_GIVEN = "points.gift_given"
STOCK_RECEIVED = "points.stock_received"

KINDS = (
    FactKind(CLAIM_PROPOSED, Sentence("积分申报", "claim made"), ClaimData, _CLAIM, _POINTS),
    FactKind(
        CLAIM_REVIEWED,
        Sentence("积分评议", "claim reviewed"),
        ReviewData,
        {**_CLAIM, "outcome": DimensionType.TEXT},
        _POINTS,
    ),
    FactKind(CLAIM_WITHDRAWN, Sentence("申报撤回", "claim withdrawn"), ClaimData, _CLAIM, _POINTS),
    FactKind(AWARDED, Sentence("积分记入", "points awarded"), ClaimData, _CLAIM, _POINTS),
    FactKind(AWARD_REVERSED, Sentence("积分冲正", "award reversed"), ClaimData, _CLAIM, _POINTS),
    FactKind(REDEEMED, Sentence("积分兑换", "points redeemed"), GoodsData, _GOODS, _POINTS),
    FactKind(
        REDEMPTION_REVERSED,
        Sentence("兑换撤销", "redemption reversed"),
        GoodsData,
        _GOODS,
        _POINTS,
    ),
    FactKind(GIFT_GIVEN, Sentence("礼品发放", "gift given"), GoodsData, _GOODS),
    FactKind(STOCK_RECEIVED, Sentence("商品入库", "stock received"), StockData, _STOCK),
)
