"""Pure decisions about cases: who may take which step, and by when."""

from liuchi.engines.cases.rules.deciding import (
    OPINION_CHARACTERS_MAX,
    TEXT_CHARACTERS_MAX,
    may,
    may_change,
    may_decide_change,
    may_file,
    may_recheck,
    may_reopen,
    may_send,
    may_set_aside,
    may_settle,
    reason_usable,
    whos,
    words_usable,
)
from liuchi.engines.cases.rules.lifecycle import (
    LIFECYCLE,
    Move,
    lifecycle_markdown,
    move,
    pairs,
    refusal,
)
from liuchi.engines.cases.rules.now import CaseNow, ChangeNow, ClockNow, TaskNow
from liuchi.engines.cases.rules.public import is_public, rounded, type_is_public
from liuchi.engines.cases.rules.running import CLOCK_OF, deadline, stopped
from liuchi.kernel.deadlines import Deadline

__all__ = [
    "CLOCK_OF",
    "LIFECYCLE",
    "OPINION_CHARACTERS_MAX",
    "TEXT_CHARACTERS_MAX",
    "CaseNow",
    "ChangeNow",
    "ClockNow",
    "Deadline",
    "Move",
    "TaskNow",
    "deadline",
    "is_public",
    "lifecycle_markdown",
    "may",
    "may_change",
    "may_decide_change",
    "may_file",
    "may_recheck",
    "may_reopen",
    "may_send",
    "may_set_aside",
    "may_settle",
    "move",
    "pairs",
    "reason_usable",
    "refusal",
    "rounded",
    "stopped",
    "type_is_public",
    "whos",
    "words_usable",
]
