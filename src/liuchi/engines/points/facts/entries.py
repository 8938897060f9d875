"""Which facts of points are entries that somebody makes by hand, and by which verb."""

from __future__ import annotations

from liuchi.engines.points.facts import benefits, budgets, campaigns, claims, grades, notices, shops

_BY_VERB = {
    "points.claim.propose": (
        claims.CLAIM_PROPOSED, claims.CLAIM_WITHDRAWN, claims.CLAIM_CORRECTED,
        claims.APPROVAL_ASKED, campaigns.CAMPAIGN_PROPOSED,
    ),
    "points.claim.review": (
        claims.CLAIM_REVIEWED, claims.APPEAL_DECIDED, claims.APPROVAL_GIVEN,
        claims.APPROVAL_DECLINED, claims.CLAIM_STOPPED, campaigns.CAMPAIGN_DECIDED,
        campaigns.CAMPAIGN_UNDONE,
    ),
    "points.objection.enter": (notices.OBJECTION_RECEIVED, notices.OBJECTION_ADDED),
    "points.objection.answer": (notices.OBJECTION_ANSWERED,),
    "points.redemption.make": (shops.REDEEMED,),
    "points.redemption.reverse": (shops.REDEMPTION_REVERSED, shops.REDEMPTION_RETURNED),
    "points.gift.give": (shops.GIFT_GIVEN,),
    "points.stock.write": (
        shops.STOCK_RECEIVED, shops.STOCK_COUNTED, shops.STOCK_TRANSFERRED, shops.GOODS_CHANGED,
        shops.SHOP_CHANGED,
    ),
    "points.grade.write": (
        grades.ROUND_OPENED, grades.ROUND_CANCELLED, grades.APPEAL_RECEIVED,
        grades.GRADE_CORRECTED,
    ),
    "points.grade.issue": (grades.ROUND_PUBLISHED, grades.ROUND_ISSUED),
    "points.grade.answer": (grades.APPEAL_ANSWERED,),
    "points.card.write": (grades.CARD_ISSUED, grades.CARD_REVOKED),
    "points.agreement.write": (
        benefits.AGREEMENT_SIGNED, benefits.AGREEMENT_SUSPENDED, benefits.AGREEMENT_RESUMED,
        benefits.AGREEMENT_ENDED, benefits.PLAQUE_GIVEN,
    ),
    "points.benefit.honour": (
        benefits.BENEFIT_USED, benefits.BENEFIT_UNDONE, benefits.LOAN_RETURNED,
    ),
    "points.budget.write": (budgets.BUDGET_SET,),
}  # fmt: skip
ENTRIES = {kind: verb for verb, kinds in _BY_VERB.items() for kind in kinds}
