"""What may be counted over the facts of points: how often, by whom, how many points."""

from __future__ import annotations

from collections.abc import Iterator

from liuchi.engines.points.facts import KINDS
from liuchi.playbooks.registry import AMOUNT, DimensionType, FactKind, Measure, MeasureOp

_DISTINCT = (DimensionType.PERSON, DimensionType.HOUSEHOLD, DimensionType.UUID)


def _measures(kind: FactKind) -> Iterator[Measure]:
    yield Measure(kind.kind, MeasureOp.COUNT)
    if kind.amount is not None:
        yield Measure(kind.kind, MeasureOp.SUM, AMOUNT)
    for name, dimension in kind.dimensions.items():
        if dimension in _DISTINCT:
            yield Measure(kind.kind, MeasureOp.COUNT_DISTINCT, name)
        elif dimension is DimensionType.INTEGER:
            yield Measure(kind.kind, MeasureOp.SUM, name)


MEASURES = tuple(measure for kind in KINDS for measure in _measures(kind))
