"""All reads of cases, as frozen rows. Inside ``acting_as(actor)``, but for types and receipts."""

from liuchi.engines.cases.queries.alike import AlikeRow, alike
from liuchi.engines.cases.queries.books import books_at, spec_as_applied, spec_of
from liuchi.engines.cases.queries.cases import (
    COUNTED_MAX,
    CaseDetail,
    CaseRow,
    ClockRow,
    Order,
    StepRow,
    Wanted,
    asked,
    case,
    cases,
    count,
    open_tasks,
    steps,
)
from liuchi.engines.cases.queries.prompts import PromptRow, prompt_sheet, prompts_of
from liuchi.engines.cases.queries.receipts import Receipt, receipt_code
from liuchi.engines.cases.queries.registers import (
    DrawnRow,
    RecheckRow,
    Register,
    RegisterRow,
    drawn_open,
    rechecks_due,
    register,
)
from liuchi.engines.cases.queries.routes import Proposal, proposed_unit
from liuchi.engines.cases.queries.telling import CaseNote, case_notes
from liuchi.engines.cases.queries.tracking import (
    Own,
    OwnRow,
    Track,
    own_reports,
    report_by_code,
    track,
)
from liuchi.engines.cases.queries.verifying import differing
from liuchi.engines.cases.queries.whistles import (
    CalledRow,
    WhistleRow,
    calls_of_units,
    whistles_of,
)

__all__ = [
    "COUNTED_MAX",
    "AlikeRow",
    "CalledRow",
    "CaseDetail",
    "CaseNote",
    "CaseRow",
    "ClockRow",
    "DrawnRow",
    "Order",
    "Own",
    "OwnRow",
    "PromptRow",
    "Proposal",
    "Receipt",
    "RecheckRow",
    "Register",
    "RegisterRow",
    "StepRow",
    "Track",
    "Wanted",
    "WhistleRow",
    "alike",
    "asked",
    "books_at",
    "calls_of_units",
    "case",
    "case_notes",
    "cases",
    "count",
    "differing",
    "drawn_open",
    "open_tasks",
    "own_reports",
    "prompt_sheet",
    "prompts_of",
    "proposed_unit",
    "receipt_code",
    "rechecks_due",
    "register",
    "report_by_code",
    "spec_as_applied",
    "spec_of",
    "steps",
    "track",
    "whistles_of",
]
