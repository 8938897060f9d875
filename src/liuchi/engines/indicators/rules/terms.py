"""From a definition in a playbook to the counts it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from liuchi.engines.indicators.enums import Part
from liuchi.engines.indicators.spec import (
    PLACE,
    CountDistinct,
    IndicatorSpec,
    Ratio,
    Sum,
    Where,
)
from liuchi.kernel.predicates import Field, FieldType, Predicate, Schema, parse
from liuchi.kernel.predicates.tree import ALWAYS
from liuchi.playbooks import lookup
from liuchi.playbooks.registry import AMOUNT, DimensionType, FactKind, MeasureOp

FIELD_TYPES: Mapping[DimensionType, FieldType] = {
    DimensionType.UUID: FieldType.UUID,
    DimensionType.AREA: FieldType.UUID,
    DimensionType.PERSON: FieldType.UUID,
    DimensionType.HOUSEHOLD: FieldType.UUID,
    DimensionType.TEXT: FieldType.TEXT,
    DimensionType.INTEGER: FieldType.INTEGER,
    DimensionType.DECIMAL: FieldType.DECIMAL,
    DimensionType.DATE: FieldType.DATE,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One count over one kind of fact: a whole figure, or one side of a ratio.

    ``over`` is None for a plain count. ``area`` is a dimension or ``place``. ``owned`` is a
    dimension and the value the playbook of the indicator has for it: see ``compiling``.
    """

    part: Part
    kind: str
    dimensions: tuple[tuple[str, DimensionType], ...]
    op: MeasureOp
    over: str | None
    where: Predicate
    area: str
    owned: tuple[str, str] | None = None

    @property
    def schema(self) -> Schema:
        """The fields a condition over this kind may speak of."""
        return condition_schema(dict(self.dimensions))


def condition_schema(dimensions: Mapping[str, DimensionType]) -> Schema:
    """Return the fields a condition may speak of: the dimensions, ``amount``, ``at_day``."""
    fields = {name: Field(FIELD_TYPES[kind]) for name, kind in dimensions.items()}
    return {**fields, AMOUNT: Field(FieldType.DECIMAL), "at_day": Field(FieldType.DATE)}


def terms(
    indicator: IndicatorSpec,
    kinds: Mapping[str, FactKind],
    playbook: Mapping[str, object] | None = None,
) -> tuple[Term, ...]:
    """Return the one count of a plain indicator, or numerator and denominator of a ratio.

    ``playbook`` is the compiled form of the one that defines it; it may be left out where
    nothing is counted.
    Raises KeyError for a kind nobody declares and ``PredicateError`` for a
    condition that cannot be read; ``rules.checks`` reports both with their place.
    """
    measure = indicator.measure
    if not isinstance(measure, Ratio):
        where = indicator.where
        whole = _term(indicator, kinds[indicator.of], measure, where, Part.WHOLE)
        return (_owned(whole, kinds, playbook),)
    return tuple(
        _owned(
            _term(
                indicator,
                kinds[side.of or indicator.of],
                side.measure,
                indicator.where if side.where is None else side.where,
                part,
            ),
            kinds,
            playbook,
        )
        for part, side in (
            (Part.NUMERATOR, measure.ratio.numerator),
            (Part.DENOMINATOR, measure.ratio.denominator),
        )
    )


def _term(
    indicator: IndicatorSpec,
    kind: FactKind,
    measure: str | CountDistinct | Sum,
    where: Where | None,
    part: Part,
) -> Term:
    op, over = operation(measure)
    area = indicator.area_dimension
    dimensions = dict(kind.dimensions)
    return Term(
        part,
        kind.kind,
        tuple(sorted(dimensions.items())),
        op,
        over,
        ALWAYS if where is None else parse(where, condition_schema(dimensions)),
        area if area in dimensions else PLACE,
    )


def _owned(
    term: Term, kinds: Mapping[str, FactKind], playbook: Mapping[str, object] | None
) -> Term:
    owned = kinds[term.kind].owned
    if owned is None or playbook is None:
        return term
    dimension, place = owned
    with suppress(LookupError):
        return replace(term, owned=(dimension, str(lookup(playbook, place))))
    return term


def operation(measure: str | CountDistinct | Sum) -> tuple[MeasureOp, str | None]:
    """Return a simple measure as the registry names it."""
    match measure:
        case CountDistinct(count_distinct=over):
            return MeasureOp.COUNT_DISTINCT, over
        case Sum(sum=over):
            return MeasureOp.SUM, over
        case _:
            return MeasureOp.COUNT, None


def measures_of(
    indicator: IndicatorSpec,
) -> Iterator[tuple[tuple[str | int, ...], str, str | CountDistinct | Sum, Where | None]]:
    """Yield path, kind, measure and condition of each count of a definition."""
    measure = indicator.measure
    if not isinstance(measure, Ratio):
        yield (), indicator.of, measure, indicator.where
        return
    for name in ("numerator", "denominator"):
        side = getattr(measure.ratio, name)
        where = indicator.where if side.where is None else side.where
        yield ("measure", "ratio", name), side.of or indicator.of, side.measure, where
