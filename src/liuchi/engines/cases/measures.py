"""What may be counted over the facts of cases: by place, type and unit, never by person."""

from __future__ import annotations

from collections.abc import Iterator

from liuchi.engines.cases.facts import KINDS
from liuchi.playbooks.registry import AMOUNT, FactKind, Measure, MeasureOp


def _measures(kind: FactKind) -> Iterator[Measure]:
    yield Measure(kind.kind, MeasureOp.COUNT)
    yield Measure(kind.kind, MeasureOp.COUNT_DISTINCT, "unit")
    if kind.amount is not None:
        yield Measure(kind.kind, MeasureOp.SUM, AMOUNT)


MEASURES = tuple(measure for kind in KINDS for measure in _measures(kind))
