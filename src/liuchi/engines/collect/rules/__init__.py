"""Pure rules of collecting: what may be asked, what may stand in a cell, who may do what when."""

from __future__ import annotations

from liuchi.engines.collect.rules.columns import Column, faults, held_words
from liuchi.engines.collect.rules.lifecycle import may_close, may_fill, may_send_back
from liuchi.engines.collect.rules.values import (
    Problem,
    Read,
    checked,
    read_workbook,
    template,
)

__all__ = [
    "Column",
    "Problem",
    "Read",
    "checked",
    "faults",
    "held_words",
    "may_close",
    "may_fill",
    "may_send_back",
    "read_workbook",
    "template",
]
