"""All writes of cases: decide, write, journal, in one transaction."""

from liuchi.engines.cases.actions.arbitrating import arbitrate_case
from liuchi.engines.cases.actions.checking import check_case, close_case, recheck_case, send_back
from liuchi.engines.cases.actions.desk import (
    file_case,
    note_case,
    refer_case,
    reject_case,
    supervise_case,
    verify_case,
    withdraw_case,
)
from liuchi.engines.cases.actions.drawing import draw_samples, record_call_back
from liuchi.engines.cases.actions.evidence import keep_photo
from liuchi.engines.cases.actions.excluding import (
    ask_exclusion,
    decide_exclusion,
    end_exclusion,
)
from liuchi.engines.cases.actions.forgetting import forget_reports, rewrap_contacts, show_contact
from liuchi.engines.cases.actions.limits import ask_time, decide_time, resume_case
from liuchi.engines.cases.actions.moving import Moved
from liuchi.engines.cases.actions.on_spot import record_settled, settle_on_spot
from liuchi.engines.cases.actions.overdue import escalate_overdue
from liuchi.engines.cases.actions.own import (
    answer_question,
    dispute_case,
    note_from_outside,
    own,
    rate_case,
    reopen_own,
    withdraw_own,
)
from liuchi.engines.cases.actions.prompting import (
    answer_prompt,
    close_prompt,
    issue_prompt,
    receive_prompt,
)
from liuchi.engines.cases.actions.recounting import recount_limits
from liuchi.engines.cases.actions.relating import merge_case, split_case
from liuchi.engines.cases.actions.reminding import (
    Reminder,
    mark_late_prompts,
    mark_late_units,
    take_reminders,
)
from liuchi.engines.cases.actions.reopening import appeal_case, reopen_case, settle_case
from liuchi.engines.cases.actions.reporting import Told, report_case
from liuchi.engines.cases.actions.unit import (
    accept_case,
    dispatch_case,
    finish_case,
    finish_part,
    return_case,
)

__all__ = [
    "Moved",
    "Reminder",
    "Told",
    "accept_case",
    "answer_prompt",
    "answer_question",
    "appeal_case",
    "arbitrate_case",
    "ask_exclusion",
    "ask_time",
    "check_case",
    "close_case",
    "close_prompt",
    "decide_exclusion",
    "decide_time",
    "dispatch_case",
    "dispute_case",
    "draw_samples",
    "end_exclusion",
    "escalate_overdue",
    "file_case",
    "finish_case",
    "finish_part",
    "forget_reports",
    "issue_prompt",
    "keep_photo",
    "mark_late_prompts",
    "mark_late_units",
    "merge_case",
    "note_case",
    "note_from_outside",
    "own",
    "rate_case",
    "receive_prompt",
    "recheck_case",
    "record_call_back",
    "record_settled",
    "recount_limits",
    "refer_case",
    "reject_case",
    "reopen_case",
    "reopen_own",
    "report_case",
    "resume_case",
    "return_case",
    "rewrap_contacts",
    "send_back",
    "settle_case",
    "settle_on_spot",
    "show_contact",
    "split_case",
    "supervise_case",
    "take_reminders",
    "verify_case",
    "withdraw_case",
    "withdraw_own",
]
