"""Pure decisions about points: what may be claimed, reviewed, spent and undone."""

from liuchi.engines.points.rules.claims import (
    QUANTITY_MAX,
    Deed,
    Review,
    award_points,
    cap_period,
    may_propose,
    may_review,
    may_take_back,
    room_under_cap,
)
from liuchi.engines.points.rules.examples import RUNNERS
from liuchi.engines.points.rules.lifecycle import LIFECYCLE, lifecycle_markdown, moved, next_state
from liuchi.engines.points.rules.shop import (
    Redemption,
    Reversal,
    may_give,
    may_redeem,
    may_reverse,
    may_stock,
    not_enough_points,
    out_of_stock,
    spent_already,
    stock_returned_short,
)

__all__ = [
    "LIFECYCLE",
    "QUANTITY_MAX",
    "RUNNERS",
    "Deed",
    "Redemption",
    "Reversal",
    "Review",
    "award_points",
    "cap_period",
    "lifecycle_markdown",
    "may_give",
    "may_propose",
    "may_redeem",
    "may_reverse",
    "may_review",
    "may_stock",
    "may_take_back",
    "moved",
    "next_state",
    "not_enough_points",
    "out_of_stock",
    "room_under_cap",
    "spent_already",
    "stock_returned_short",
]
