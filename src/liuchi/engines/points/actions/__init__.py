"""All writes of points: decide, write, journal, in one transaction or one posting."""

from liuchi.engines.points.actions.claims import (
    propose_claim,
    resubmit_claim,
    review_claim,
    withdraw_claim,
)
from liuchi.engines.points.actions.rewards import post_claims, reverse_award
from liuchi.engines.points.actions.shelves import offer_goods, open_shop, stock_in
from liuchi.engines.points.actions.shop import give_gift, redeem, reverse_redemption

__all__ = [
    "give_gift",
    "offer_goods",
    "open_shop",
    "post_claims",
    "propose_claim",
    "redeem",
    "resubmit_claim",
    "reverse_award",
    "reverse_redemption",
    "review_claim",
    "stock_in",
    "withdraw_claim",
]
