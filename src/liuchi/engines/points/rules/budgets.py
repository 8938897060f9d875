"""Decisions on budgets: what a town may set a place's points of a period to."""

from __future__ import annotations

from liuchi.engines.points.spec.currency import BUDGET_MAX
from liuchi.kernel.decisions import ALLOWED, Decision, refuse


def may_set_budget(*, before: int, after: int, committed: int, reason: str) -> Decision:
    """Decide on another sum: a reason for all to read, and never less than is approved."""
    if not reason.strip():
        return refuse("reason_missing", "请写明理由。", "Say why.")
    if after == before:
        return refuse("budget_as_it_is", "预算没有变化。", "The budget stays as it is.")
    if not 0 <= after <= BUDGET_MAX:
        return refuse(
            "budget_unusable",
            "请填0到{most}的整数。",
            "Enter a whole number up to {most}.",
            most=BUDGET_MAX,
        )
    if after < committed:
        return refuse(
            "budget_below_approved",
            "已经批了{n}分，预算不能比它少。",
            "{n} points are approved already; the budget cannot be less.",
            n=committed,
        )
    return ALLOWED
