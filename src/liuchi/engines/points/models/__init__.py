"""Tables of points: claims, the ledger, the shop. Fields and constraints, no verbs."""

from __future__ import annotations

from liuchi.engines.points.models.benefits import (
    Agreement,
    BenefitCode,
    BenefitStatement,
    BenefitUse,
    Offer,
    StatementNote,
)
from liuchi.engines.points.models.budgets import Budget, BudgetChange
from liuchi.engines.points.models.campaigns import Campaign, CampaignLine, CampaignPart
from liuchi.engines.points.models.catalogue import GoodsPrice, ShopClosure
from liuchi.engines.points.models.claims import Approval, Batch, Claim
from liuchi.engines.points.models.counter import (
    Basket,
    BasketLine,
    CounterSecret,
    Lease,
    Reservation,
)
from liuchi.engines.points.models.grades import (
    Card,
    CardKey,
    Grade,
    GradeAppeal,
    GradeRound,
    OfficialGrade,
)
from liuchi.engines.points.models.ledger import (
    Account,
    Entry,
    Gift,
    Goods,
    Redemption,
    Return,
    Shop,
    Transfer,
)
from liuchi.engines.points.models.life import Closing
from liuchi.engines.points.models.lots import DatedUnit, Lot, LotMove
from liuchi.engines.points.models.notices import (
    NoticeSheet,
    Objection,
    ObjectionGuard,
    ObjectionKey,
    ObjectionLine,
    PublicName,
)
from liuchi.engines.points.models.openings import Opening, OpeningList
from liuchi.engines.points.models.reviews import Appeal, Review
from liuchi.engines.points.models.stock import StockMove, Stocktake
from liuchi.engines.points.models.totals import Total, TotalMark

__all__ = [
    "Account",
    "Agreement",
    "Appeal",
    "Approval",
    "Basket",
    "BasketLine",
    "Batch",
    "BenefitCode",
    "BenefitStatement",
    "BenefitUse",
    "Budget",
    "BudgetChange",
    "Campaign",
    "CampaignLine",
    "CampaignPart",
    "Card",
    "CardKey",
    "Claim",
    "Closing",
    "CounterSecret",
    "DatedUnit",
    "Entry",
    "Gift",
    "Goods",
    "GoodsPrice",
    "Grade",
    "GradeAppeal",
    "GradeRound",
    "Lease",
    "Lot",
    "LotMove",
    "NoticeSheet",
    "Objection",
    "ObjectionGuard",
    "ObjectionKey",
    "ObjectionLine",
    "Offer",
    "OfficialGrade",
    "Opening",
    "OpeningList",
    "PublicName",
    "Redemption",
    "Reservation",
    "Return",
    "Review",
    "Shop",
    "ShopClosure",
    "StatementNote",
    "StockMove",
    "Stocktake",
    "Total",
    "TotalMark",
    "Transfer",
]
