"""All writes of disclosures: decide, write, journal, in one transaction."""

from liuchi.engines.disclosures.actions.checking import (
    announce_check,
    draw_checks,
    link_case,
    record_check,
)
from liuchi.engines.disclosures.actions.committee import (
    elect_member,
    end_membership,
    hold_meeting,
    review_spending,
)
from liuchi.engines.disclosures.actions.importing import (
    check_table,
    forget_tables,
    run_table,
    undo_table,
)
from liuchi.engines.disclosures.actions.mending import (
    mend_fault,
    propose_strike_off,
    return_mending,
    strike_off,
)
from liuchi.engines.disclosures.actions.model_villages import (
    end_model_village,
    name_model_village,
)
from liuchi.engines.disclosures.actions.papers import PAPERS_MAX, attach_paper
from liuchi.engines.disclosures.actions.preparing import (
    FILES_MAX,
    attach,
    begin_posting,
    change_row,
    detach,
    discard_posting,
    mask_found,
    set_applicability,
    set_applicability_of,
    submit_posting,
    write_note,
    write_rows,
)
from liuchi.engines.disclosures.actions.releasing import (
    correct_posting,
    release_posting,
    send_back_posting,
    take_down_expired,
    take_down_posting,
)
from liuchi.engines.disclosures.actions.taking_over import (
    Gathered,
    note_source,
    row_digest,
    take_over,
)

__all__ = [
    "FILES_MAX",
    "PAPERS_MAX",
    "Gathered",
    "announce_check",
    "attach",
    "attach_paper",
    "begin_posting",
    "change_row",
    "check_table",
    "correct_posting",
    "detach",
    "discard_posting",
    "draw_checks",
    "elect_member",
    "end_membership",
    "end_model_village",
    "forget_tables",
    "hold_meeting",
    "link_case",
    "mask_found",
    "mend_fault",
    "name_model_village",
    "note_source",
    "propose_strike_off",
    "record_check",
    "release_posting",
    "return_mending",
    "review_spending",
    "row_digest",
    "run_table",
    "send_back_posting",
    "set_applicability",
    "set_applicability_of",
    "strike_off",
    "submit_posting",
    "take_down_expired",
    "take_down_posting",
    "take_over",
    "undo_table",
    "write_note",
    "write_rows",
]
