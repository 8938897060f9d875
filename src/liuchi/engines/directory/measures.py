"""What may be counted over the facts of the directory."""

from __future__ import annotations

from liuchi.engines.directory.facts import (
    GRID_CHANGED,
    POST_APPOINTED,
    RULES_ADOPTED,
    RULES_VOTED,
)
from liuchi.playbooks.registry import AMOUNT, Measure, MeasureOp

MEASURES = (
    # What came less what went: the grids there are.
    Measure(GRID_CHANGED.kind, MeasureOp.SUM, AMOUNT),
    # How many hold a kind of post; never broken down by who.
    Measure(POST_APPOINTED.kind, MeasureOp.COUNT_DISTINCT, "user"),
    Measure(RULES_VOTED.kind, MeasureOp.COUNT),
    Measure(RULES_VOTED.kind, MeasureOp.SUM, AMOUNT),
    Measure(RULES_VOTED.kind, MeasureOp.SUM, "present"),
    Measure(RULES_ADOPTED.kind, MeasureOp.COUNT),
    Measure(RULES_ADOPTED.kind, MeasureOp.COUNT_DISTINCT, "village"),
)
