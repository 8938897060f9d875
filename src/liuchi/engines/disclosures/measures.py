"""What may be counted over disclosures, by place, item and fault. Nobody is compared."""

from __future__ import annotations

from collections.abc import Iterator

from liuchi.engines.disclosures.facts import KINDS
from liuchi.playbooks.registry import AMOUNT, FactKind, Measure, MeasureOp


def _measures(kind: FactKind) -> Iterator[Measure]:
    yield Measure(kind.kind, MeasureOp.COUNT)
    for dimension in ("village", "item", "seat"):
        if dimension in kind.dimensions:
            yield Measure(kind.kind, MeasureOp.COUNT_DISTINCT, dimension)
    if kind.amount is not None:
        yield Measure(kind.kind, MeasureOp.SUM, AMOUNT)


MEASURES = tuple(measure for kind in KINDS for measure in _measures(kind))
