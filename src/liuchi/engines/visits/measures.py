"""What may be counted over links and visits, by place and kind. Keepers are never compared."""

from __future__ import annotations

from collections.abc import Iterator

from liuchi.engines.visits.facts import KINDS
from liuchi.playbooks.registry import AMOUNT, FactKind, Measure, MeasureOp


def _measures(kind: FactKind) -> Iterator[Measure]:
    yield Measure(kind.kind, MeasureOp.COUNT)
    for dimension in ("keeper", "household", "organization", "reach"):
        if dimension in kind.dimensions:
            yield Measure(kind.kind, MeasureOp.COUNT_DISTINCT, dimension)
    if kind.amount is not None:
        yield Measure(kind.kind, MeasureOp.SUM, AMOUNT)


MEASURES = tuple(measure for kind in KINDS for measure in _measures(kind))
