"""Points: awarded, undone, brought along, ended, settled, moved to another purse."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from liuchi.engines.points.facts.claims import ClaimData
from liuchi.engines.points.facts.shape import CLAIM, PERSON, POINTS, Data
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class OpeningData(Data):
    """Points a resident brought from a paper book, or their contra-entry."""

    person: UUID
    household: UUID | None
    home_area: UUID
    currency: str = ""


class PurseData(Data):
    """Points of one ``currency`` that left a purse for good."""

    person: UUID
    household: UUID | None
    home_area: UUID
    currency: str


class ExpiringData(PurseData):
    """Points that end on a day not far off; the amount says how many."""

    day: date


class MergeData(PurseData):
    """Points that followed ``person`` into the purse of ``into``: the same human being."""

    into: UUID


_PURSE = {**PERSON, "currency": DimensionType.TEXT}

AWARDED = "points.awarded"
AWARD_REVERSED = "points.award_reversed"
OPENED = "points.opened"
OPENING_REVERSED = "points.opening_reversed"
EXPIRY_NEAR = "points.expiry_near"
EXPIRED = "points.expired"
SETTLED = "points.settled"
MERGED = "points.merged"

KINDS = (
    FactKind(AWARDED, Sentence("积分记入", "points awarded"), ClaimData, CLAIM, POINTS),
    FactKind(AWARD_REVERSED, Sentence("积分冲正", "award reversed"), ClaimData, CLAIM, POINTS),
    FactKind(OPENED, Sentence("期初积分", "opening balance"), OpeningData, _PURSE, POINTS),
    FactKind(
        OPENING_REVERSED,
        Sentence("期初积分冲正", "opening balance reversed"),
        OpeningData,
        _PURSE,
        POINTS,
    ),
    FactKind(
        EXPIRY_NEAR,
        Sentence("积分将到期", "points about to expire"),
        ExpiringData,
        {**_PURSE, "day": DimensionType.DATE},
        POINTS,
    ),
    FactKind(EXPIRED, Sentence("积分到期", "points expired"), PurseData, _PURSE, POINTS),
    FactKind(SETTLED, Sentence("积分结清", "points settled"), PurseData, _PURSE, POINTS),
    FactKind(MERGED, Sentence("积分合并", "points merged"), MergeData, _PURSE, POINTS),
)
