"""Budgets: that the town set how many points a place may commit in a period."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from liuchi.engines.points.facts.shape import POINTS, Data
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class BudgetData(Data):
    """The budget of a place for the period from ``first_day``; the amount is what it is now."""

    home_area: UUID
    currency: str
    first_day: date
    before: int


BUDGET_SET = "points.budget_set"

KINDS = (
    FactKind(
        BUDGET_SET,
        Sentence("调整积分预算", "points budget set"),
        BudgetData,
        {
            "home_area": DimensionType.AREA,
            "currency": DimensionType.TEXT,
            "first_day": DimensionType.DATE,
            "before": DimensionType.INTEGER,
        },
        POINTS,
    ),
)
