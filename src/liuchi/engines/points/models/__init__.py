"""Tables of points: claims, the ledger, the shop. Fields and constraints, no verbs."""

from __future__ import annotations

from liuchi.engines.points.models.claims import Claim
from liuchi.engines.points.models.ledger import (
    Account,
    Entry,
    Gift,
    Goods,
    Redemption,
    Shop,
    Transfer,
)

__all__ = [
    "Account",
    "Claim",
    "Entry",
    "Gift",
    "Goods",
    "Redemption",
    "Shop",
    "Transfer",
]
