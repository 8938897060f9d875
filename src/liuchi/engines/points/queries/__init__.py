"""All reads of points, as frozen rows. Inside ``acting_as(actor)``, but for rules and notices."""

from liuchi.engines.points.queries.claims import (
    ClaimRow,
    claim,
    claim_of,
    claims,
    due_claims,
    points_under_cap,
)
from liuchi.engines.points.queries.ledger import EntryRow, Statement, balance, statement, transfer
from liuchi.engines.points.queries.places import (
    NoticeRow,
    RuleRow,
    WorkToday,
    notices,
    rules,
    rules_at,
    spec_of,
    work_today,
)
from liuchi.engines.points.queries.shop import (
    GoodsRow,
    RedemptionRow,
    ShopRow,
    goods,
    goods_item,
    redemption,
    redemptions,
    shop,
    shops,
)

__all__ = [
    "ClaimRow",
    "EntryRow",
    "GoodsRow",
    "NoticeRow",
    "RedemptionRow",
    "RuleRow",
    "ShopRow",
    "Statement",
    "WorkToday",
    "balance",
    "claim",
    "claim_of",
    "claims",
    "due_claims",
    "goods",
    "goods_item",
    "notices",
    "points_under_cap",
    "redemption",
    "redemptions",
    "rules",
    "rules_at",
    "shop",
    "shops",
    "spec_of",
    "statement",
    "transfer",
    "work_today",
]
