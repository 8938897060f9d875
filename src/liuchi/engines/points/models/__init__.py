"""Tables of points: claims, the ledger, the shop. Fields and constraints, no verbs."""

from __future__ import annotations

from liuchi.engines.points.models.claims import Approval, Batch, Claim
from liuchi.engines.points.models.ledger import (
    Account,
    Entry,
    Gift,
    Goods,
    Redemption,
    Shop,
    Transfer,
)
from liuchi.engines.points.models.notices import (
    NoticeSheet,
    Objection,
    ObjectionGuard,
    ObjectionKey,
    ObjectionLine,
    PublicName,
)
from liuchi.engines.points.models.openings import Opening, OpeningList

__all__ = [
    "Account",
    "Approval",
    "Batch",
    "Claim",
    "Entry",
    "Gift",
    "Goods",
    "NoticeSheet",
    "Objection",
    "ObjectionGuard",
    "ObjectionKey",
    "ObjectionLine",
    "Opening",
    "OpeningList",
    "PublicName",
    "Redemption",
    "Shop",
    "Transfer",
]
