"""Pure decisions of the directory: names, masks, checks, who may see what."""

from __future__ import annotations

from liuchi.engines.directory.rules.checks import (
    PersonImport,
    Problem,
    birth_date_of,
    check_import,
    check_values,
    mobile_usable,
    normal_id_number,
    normal_name,
    normal_phone,
    normal_uscc,
    purpose_usable,
)
from liuchi.engines.directory.rules.drafts import (
    Drafting,
    may_approve_draft,
    may_edit_draft,
    may_return_draft,
    may_take_back_draft,
)
from liuchi.engines.directory.rules.duplicates import Deciding as MergeDeciding
from liuchi.engines.directory.rules.duplicates import may_decide_merge, may_part
from liuchi.engines.directory.rules.masking import (
    mask,
    mask_address,
    mask_id_number,
    mask_name,
    mask_phone,
)
from liuchi.engines.directory.rules.moves import Move, may_move, may_move_to
from liuchi.engines.directory.rules.names import (
    initials,
    search_term,
    search_terms,
    sort_key,
    spelled,
    surname_of,
)
from liuchi.engines.directory.rules.rights import (
    is_below,
    may_appoint,
    may_cancel_hand_over,
    may_hand_over,
    may_read_access_log,
    may_unmask,
    within,
)
from liuchi.engines.directory.rules.votes import (
    carried,
    has_quorum,
    may_confirm_vote,
    may_decline_vote,
    may_record_vote,
)

__all__ = [
    "Drafting",
    "MergeDeciding",
    "Move",
    "PersonImport",
    "Problem",
    "birth_date_of",
    "carried",
    "check_import",
    "check_values",
    "has_quorum",
    "initials",
    "is_below",
    "mask",
    "mask_address",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "may_appoint",
    "may_approve_draft",
    "may_cancel_hand_over",
    "may_confirm_vote",
    "may_decide_merge",
    "may_decline_vote",
    "may_edit_draft",
    "may_hand_over",
    "may_move",
    "may_move_to",
    "may_part",
    "may_read_access_log",
    "may_record_vote",
    "may_return_draft",
    "may_take_back_draft",
    "may_unmask",
    "mobile_usable",
    "normal_id_number",
    "normal_name",
    "normal_phone",
    "normal_uscc",
    "purpose_usable",
    "search_term",
    "search_terms",
    "sort_key",
    "spelled",
    "surname_of",
    "within",
]
