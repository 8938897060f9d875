"""Pure rules of collecting: what may be asked, what may stand in a cell, who may do what when."""

from __future__ import annotations

from liuchi.engines.collect.rules.columns import (
    COLUMNS_MAX,
    TITLE_CHARACTERS_MAX,
    Column,
    Offer,
    faults,
    held_words,
    offered,
)
from liuchi.engines.collect.rules.lifecycle import (
    DAYS_MAX,
    last_day,
    may_close,
    may_fill,
    may_keep,
    may_prolong,
    may_send_back,
    wrong_end,
)
from liuchi.engines.collect.rules.values import (
    ROWS_MAX,
    Problem,
    Read,
    checked,
    read_workbook,
    template,
    too_many_rows,
)

__all__ = [
    "COLUMNS_MAX",
    "DAYS_MAX",
    "ROWS_MAX",
    "TITLE_CHARACTERS_MAX",
    "Column",
    "Offer",
    "Problem",
    "Read",
    "checked",
    "faults",
    "held_words",
    "last_day",
    "may_close",
    "may_fill",
    "may_keep",
    "may_prolong",
    "may_send_back",
    "offered",
    "read_workbook",
    "template",
    "too_many_rows",
    "wrong_end",
]
