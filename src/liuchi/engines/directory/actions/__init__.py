"""All writes of the directory. Each decides, writes and journals in one transaction."""

from __future__ import annotations

from liuchi.engines.directory.actions.areas import load_reference_areas, reorganise
from liuchi.engines.directory.actions.calendars import (
    complete_calendar_year,
    enter_calendar_day,
    remove_calendar_day,
)
from liuchi.engines.directory.actions.clients import end_client, open_client
from liuchi.engines.directory.actions.departures import note_departure
from liuchi.engines.directory.actions.drafts import (
    approve_draft,
    drop_draft,
    return_draft,
    save_draft,
    send_draft,
    start_draft,
    take_back_draft,
)
from liuchi.engines.directory.actions.duplicates import (
    ask_merge,
    decide_merge,
    part,
    take_back_merge,
)
from liuchi.engines.directory.actions.grids import void_grid
from liuchi.engines.directory.actions.hand_overs import (
    Ending,
    cancel_hand_over,
    finish_due,
    hand_over,
)
from liuchi.engines.directory.actions.imports import ImportResult, add_person, import_people
from liuchi.engines.directory.actions.keys import ask_rewrap
from liuchi.engines.directory.actions.moves import move_people
from liuchi.engines.directory.actions.people import (
    PersonChange,
    correct_person,
    erase_person,
    give_consent,
    rewrap_keys,
    unmask,
    withdraw_consent,
)
from liuchi.engines.directory.actions.posts import (
    FirstPassword,
    add_organization,
    appoint,
    end_post,
    link_account,
    print_first_passwords,
    reset_password,
)
from liuchi.engines.directory.actions.sign_in import (
    PrintedSlip,
    account_for_phone,
    issue_device_code,
    issue_slips,
    reset_access,
    void_slip,
)
from liuchi.engines.directory.actions.votes import (
    Meeting,
    confirm_vote,
    decline_vote,
    record_vote,
    take_back_vote,
)
from liuchi.engines.directory.rules import PersonImport

__all__ = [
    "Ending",
    "FirstPassword",
    "ImportResult",
    "Meeting",
    "PersonChange",
    "PersonImport",
    "PrintedSlip",
    "account_for_phone",
    "add_organization",
    "add_person",
    "appoint",
    "approve_draft",
    "ask_merge",
    "ask_rewrap",
    "cancel_hand_over",
    "complete_calendar_year",
    "confirm_vote",
    "correct_person",
    "decide_merge",
    "decline_vote",
    "drop_draft",
    "end_client",
    "end_post",
    "enter_calendar_day",
    "erase_person",
    "finish_due",
    "give_consent",
    "hand_over",
    "import_people",
    "issue_device_code",
    "issue_slips",
    "link_account",
    "load_reference_areas",
    "move_people",
    "note_departure",
    "open_client",
    "part",
    "print_first_passwords",
    "record_vote",
    "remove_calendar_day",
    "reorganise",
    "reset_access",
    "reset_password",
    "return_draft",
    "rewrap_keys",
    "save_draft",
    "send_draft",
    "start_draft",
    "take_back_draft",
    "take_back_merge",
    "take_back_vote",
    "unmask",
    "void_grid",
    "void_slip",
    "withdraw_consent",
]
