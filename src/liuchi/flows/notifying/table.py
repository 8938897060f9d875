"""Which kinds of fact tell somebody, one small function each. A kind not here tells nobody."""

from __future__ import annotations

from collections.abc import Mapping

from liuchi.flows.notifying import cases, claims, loans, lots, others
from liuchi.flows.notifying.words import Handler

TOLD: Mapping[str, Handler] = {
    "points.claim_proposed": claims.proposed,
    "points.claim_reviewed": claims.reviewed,
    "points.claim_withdrawn": claims.withdrawn,
    "points.claim_raised": claims.raised,
    "points.claim_stopped": claims.stopped,
    "points.claim_corrected": claims.corrected,
    "points.objection_received": others.objections_changed,
    "points.objection_withdrawn": others.objections_changed,
    "points.objection_answered": others.objections_changed,
    "points.approval_asked": others.approvals_changed,
    "points.approval_given": others.approvals_changed,
    "points.approval_declined": others.approvals_changed,
    "points.approval_taken_back": others.approvals_changed,
    "points.appeal_asked": claims.appeal_asked,
    "points.appeal_withdrawn": claims.appeals_changed,
    "points.appeal_decided": claims.appeal_decided,
    "points.grade_appeal_received": others.grade_appeals_changed,
    "points.grade_appeal_answered": others.grade_appeals_changed,
    "points.agreement_signed": others.agreements_changed,
    "points.agreement_suspended": others.agreements_changed,
    "points.agreement_resumed": others.agreements_changed,
    "points.agreement_ended": others.agreements_changed,
    "points.loan_returned": loans.returned,
    "points.benefit_undone": loans.returned,
    "points.awarded": claims.awarded,
    "points.award_reversed": claims.award_reversed,
    "points.expiry_near": lots.expiry_near,
    "points.redeemed": others.shelves_changed,
    "points.redemption_reversed": others.shelves_changed,
    "points.gift_given": others.shelves_changed,
    "points.stock_received": others.shelves_changed,
    "points.redemption_returned": others.shelves_changed,
    "points.stock_counted": others.shelves_changed,
    "points.stock_transferred": others.shelves_changed,
    "points.goods_changed": others.shelves_changed,
    "points.lease_lapsed": others.lease_lapsed,
    "points.pin_set": others.pin_set,
    "cases.overdue": cases.limit_passed,
    "cases.escalated": cases.escalated,
    "cases.dispatched": cases.went_on,
    "cases.returned": cases.went_on,
    "cases.finished": cases.went_on,
    "cases.closed": cases.went_on,
    "cases.rejected": cases.went_on,
    "cases.suspended": cases.went_on,
    "cases.withdrawn": cases.went_on,
    "cases.merged": cases.went_on,
    "cases.time_decided": cases.went_on,
    "cases.limit_recounted": cases.went_on,
    "cases.whistle_called": cases.called,
    "cases.whistle_arrived": cases.answered(
        "「{type}」的吹哨有单位报到。", "A unit has reported in for {type}."
    ),
    "cases.whistle_late": cases.answered(
        "「{type}」的吹哨有单位超时未报到。", "A unit is late to {type}.", cases.WHISTLE_LATE
    ),
    "cases.whistle_objected": cases.answered(
        "「{type}」的吹哨有单位提出异议，请答复。",
        "A unit called to {type} objects; please answer.",
        cases.WHISTLE_OBJECTED,
    ),
    "cases.whistle_decided": cases.decided,
    "cases.whistle_done": cases.answered(
        "「{type}」的吹哨有单位办结，请评价。", "A unit is done with {type}; please rate it."
    ),
    "cases.whistle_rated": cases.rated,
    "directory.post_appointed": others.post_appointed,
    "directory.post_ended": others.post_ended,
    "directory.person_departed": others.person_departed,
    "directory.person_erased": others.person_erased,
    "accounts.slip_issued": others.account(
        "accounts.safety",
        "有人给您的账号打印了登录条。不是您要的，请告诉社区书记。",
        "A sign-in slip was printed for your account. If you did not ask, tell the secretary.",
    ),
    "accounts.access_reset": others.account(
        "accounts.safety",
        "您的登录方式已重置。不是您要的，请告诉社区书记。",
        "Your sign-in was reset. If you did not ask for it, tell the secretary.",
    ),
    "accounts.device_trusted": others.always(
        "accounts.safety",
        "您的账号信任了一台设备。不是您的，请告诉社区书记。",
        "A device was trusted with your account. If it is not yours, tell the secretary.",
    ),
    "accounts.password_changed": others.always(
        "accounts.safety",
        "您的密码已修改。不是您改的，请告诉社区书记。",
        "Your password was changed. If it was not you, tell the secretary.",
    ),
}
