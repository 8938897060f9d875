"""All writes of points: decide, write, journal, in one transaction or one posting."""

from liuchi.engines.points.actions.agreements import (
    attach_document,
    draw_agreement,
    give_plaque,
    move_agreement,
    sign_agreement,
)
from liuchi.engines.points.actions.appeals import ask_appeal, decide_appeal, withdraw_appeal
from liuchi.engines.points.actions.approvals import (
    ask_correction,
    ask_gift,
    decide_approval,
    take_back_approval,
)
from liuchi.engines.points.actions.baskets import Later, Line, settle_refused, take_basket
from liuchi.engines.points.actions.batches import open_book_page, propose_claims
from liuchi.engines.points.actions.benefit_codes import ask_code
from liuchi.engines.points.actions.benefit_statements import (
    confirm_statement,
    dispute_statement,
    draw_statements,
    resolve_statement,
)
from liuchi.engines.points.actions.benefits import (
    CardAnswer,
    Use,
    check_card,
    return_loan,
    undo_use,
    use_benefit,
    use_code,
)
from liuchi.engines.points.actions.budgets import set_budget
from liuchi.engines.points.actions.campaigns import (
    ask_to_undo_campaign,
    decide_campaign,
    propose_campaign,
    run_campaigns,
    take_out,
    undo_campaign,
)
from liuchi.engines.points.actions.catalogue import (
    close_shop,
    discontinue_goods,
    edit_goods,
    reopen_shop,
    set_hours,
    set_photo,
    set_price,
)
from liuchi.engines.points.actions.claims import (
    propose_claim,
    resubmit_claim,
    review_claim,
    withdraw_claim,
)
from liuchi.engines.points.actions.expiring import expire_points, warn_of_expiry
from liuchi.engines.points.actions.flowing import claim_from_flow
from liuchi.engines.points.actions.forgetting import forget_old_claims, forget_people
from liuchi.engines.points.actions.groups import Reviewed, ReviewItem, review_claims
from liuchi.engines.points.actions.handing import Wanted, redeem, redeem_all
from liuchi.engines.points.actions.leases import (
    close_lease,
    close_lost_lease,
    hold_points,
    renew_lease,
)
from liuchi.engines.points.actions.notices import lengthen_notices
from liuchi.engines.points.actions.objections import (
    add_to_objection,
    answer_objection,
    forget_objections,
    object_to,
    rewrap_objection_keys,
    show_contact,
    withdraw_objection,
)
from liuchi.engines.points.actions.openings import confirm_openings, decline_openings
from liuchi.engines.points.actions.public_names import choose_public_name
from liuchi.engines.points.actions.raising import raise_overdue
from liuchi.engines.points.actions.referring import refer_claim
from liuchi.engines.points.actions.rewards import post_claims
from liuchi.engines.points.actions.secrets import forget_secrets, new_code, set_pin
from liuchi.engines.points.actions.shelves import offer_goods, open_shop, stock_in
from liuchi.engines.points.actions.shop import give_gift, reverse_redemption
from liuchi.engines.points.actions.stock import (
    cancel_move,
    count_stock,
    drop_count,
    post_count,
    receive_goods,
    return_goods,
    send_goods,
)

__all__ = [
    "CardAnswer",
    "Later",
    "Line",
    "ReviewItem",
    "Reviewed",
    "Use",
    "Wanted",
    "add_to_objection",
    "answer_objection",
    "ask_appeal",
    "ask_code",
    "ask_correction",
    "ask_gift",
    "ask_to_undo_campaign",
    "attach_document",
    "cancel_move",
    "check_card",
    "choose_public_name",
    "claim_from_flow",
    "close_lease",
    "close_lost_lease",
    "close_shop",
    "confirm_openings",
    "confirm_statement",
    "count_stock",
    "decide_appeal",
    "decide_approval",
    "decide_campaign",
    "decline_openings",
    "discontinue_goods",
    "dispute_statement",
    "draw_agreement",
    "draw_statements",
    "drop_count",
    "edit_goods",
    "expire_points",
    "forget_objections",
    "forget_old_claims",
    "forget_people",
    "forget_secrets",
    "give_gift",
    "give_plaque",
    "hold_points",
    "lengthen_notices",
    "move_agreement",
    "new_code",
    "object_to",
    "offer_goods",
    "open_book_page",
    "open_shop",
    "post_claims",
    "post_count",
    "propose_campaign",
    "propose_claim",
    "propose_claims",
    "raise_overdue",
    "receive_goods",
    "redeem",
    "redeem_all",
    "refer_claim",
    "renew_lease",
    "reopen_shop",
    "resolve_statement",
    "resubmit_claim",
    "return_goods",
    "return_loan",
    "reverse_redemption",
    "review_claim",
    "review_claims",
    "rewrap_objection_keys",
    "run_campaigns",
    "send_goods",
    "set_budget",
    "set_hours",
    "set_photo",
    "set_pin",
    "set_price",
    "settle_refused",
    "show_contact",
    "sign_agreement",
    "stock_in",
    "take_back_approval",
    "take_basket",
    "take_out",
    "undo_campaign",
    "undo_use",
    "use_benefit",
    "use_code",
    "warn_of_expiry",
    "withdraw_appeal",
    "withdraw_claim",
    "withdraw_objection",
]
