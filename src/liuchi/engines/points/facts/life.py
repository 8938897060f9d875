"""Purses that are being closed: somebody died, moved away or no longer takes part."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.points.facts.shape import Data
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class ClosingData(Data):
    """Whose purse, why (``ClosingReason``) and where that stands (``ClosingState``)."""

    person: UUID
    home_area: UUID
    reason: str
    outcome: str


_CLOSING = {
    "person": DimensionType.PERSON,
    "home_area": DimensionType.AREA,
    "reason": DimensionType.TEXT,
    "outcome": DimensionType.TEXT,
}

PURSE_CLOSING = "points.purse_closing"
PURSE_CLOSED = "points.purse_closed"

KINDS = (
    FactKind(PURSE_CLOSING, Sentence("积分待结清", "purse to be closed"), ClosingData, _CLOSING),
    FactKind(PURSE_CLOSED, Sentence("积分账户办结", "purse closed"), ClosingData, _CLOSING),
)
