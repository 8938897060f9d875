"""A kind of fact, and definitions over it, for the tests of this engine."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from liuchi.engines.indicators.spec import IndicatorSpec
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class Bought(BaseModel):
    """Shaped like a redemption, but nobody's own: tests write it freely."""

    model_config = ConfigDict(extra="forbid")

    person: str | None = None
    household: str | None = None
    home_area: str | None = None
    goods: str | None = None
    quantity: int | None = None


DIMENSIONS = {
    "person": DimensionType.PERSON,
    "household": DimensionType.HOUSEHOLD,
    "home_area": DimensionType.AREA,
    "goods": DimensionType.TEXT,
    "quantity": DimensionType.INTEGER,
}
BOUGHT = FactKind(
    "probe.bought",
    Sentence("兑换", "redemption"),
    Bought,
    DIMENSIONS,
    amount=Sentence("积分", "points"),
    owned=("goods", "shop.goods"),
)
RETURNED = FactKind(
    "probe.returned",
    Sentence("退回", "return"),
    Bought,
    DIMENSIONS,
    amount=Sentence("积分", "points"),
)
KINDS = {kind.kind: kind for kind in (BOUGHT, RETURNED)}


def indicator(**changes: object) -> IndicatorSpec:
    """Return the redeemers of the example playbook, with changes."""
    return IndicatorSpec.model_validate(
        {
            "code": "credit.redeemers",
            "title": "兑换居民数",
            "of": "probe.bought",
            "measure": {"count_distinct": "person"},
            "by": ["home_area", "month"],
            **changes,
        }
    )
