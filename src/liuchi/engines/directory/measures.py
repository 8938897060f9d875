"""What may be counted over the facts of the directory."""

from __future__ import annotations

from liuchi.engines.directory.facts import RULES_ADOPTED, RULES_VOTED
from liuchi.playbooks.registry import AMOUNT, Measure, MeasureOp

MEASURES = (
    Measure(RULES_VOTED.kind, MeasureOp.COUNT),
    Measure(RULES_VOTED.kind, MeasureOp.SUM, AMOUNT),
    Measure(RULES_VOTED.kind, MeasureOp.SUM, "present"),
    Measure(RULES_ADOPTED.kind, MeasureOp.COUNT),
    Measure(RULES_ADOPTED.kind, MeasureOp.COUNT_DISTINCT, "village"),
)
