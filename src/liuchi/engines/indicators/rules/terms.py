"""From a definition in a playbook to the counts it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from liuchi.engines.indicators.enums import Part
from liuchi.engines.indicators.spec import (
    PLACE,
    CountDistinct,
    Facts,
    IndicatorSpec,
    Percentile,
    Ratio,
    Sum,
    Where,
)
from liuchi.engines.indicators.spec import Term as TermSpec
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


OneMeasure = str | CountDistinct | Sum | Percentile
"""What is counted at one go: all but a rate."""
Dimensions = tuple[tuple[str, DimensionType], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Facts of one kind that meet a condition, such as those that take records out."""

    kind: str
    dimensions: Dimensions
    where: Predicate

    @property
    def schema(self) -> Schema:
        """The fields a condition over this kind may speak of."""
        return condition_schema(dict(self.dimensions))


@dataclass(frozen=True, slots=True)
class Spread:
    """The numbers a percentile is of: carried by the facts, or the time since others.

    ``seconds`` are those of the unit they are told in; 0: they are told as they are.
    """

    at: int
    over: str | None
    seconds: int
    since: Chosen | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One count over one kind of fact: a whole figure, or a part of one side of a ratio.

    ``over`` is None for a plain count. ``area`` is a dimension or ``place``. ``owned`` is a
    dimension and the value the playbook of the indicator has for it: see ``compiling``.
    ``less``: taken away from the rest of its side. ``spread``: only facts that have such a number
    count, also where it is their number that is counted.
    """

    part: Part
    kind: str
    dimensions: Dimensions
    op: MeasureOp
    over: str | None
    where: Predicate
    area: str
    owned: tuple[str, str] | None = None
    less: bool = False
    unless: tuple[Chosen, ...] = ()
    spread: Spread | None = None

    @property
    def others(self) -> tuple[Chosen, ...]:
        """What else is read of the same records: a new one may change which others count."""
        since = None if self.spread is None else self.spread.since
        return self.unless if since is None else (*self.unless, since)

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
    """Return the one count of a plain indicator, or those of both sides of a ratio, in order.

    ``playbook`` is the compiled form of the one that defines it; it may be left out where
    nothing is counted.
    Raises KeyError for a kind nobody declares and ``PredicateError`` for a
    condition that cannot be read; ``rules.checks`` reports both with their place.
    """
    measure = indicator.measure
    if not isinstance(measure, Ratio):
        whole = _term(indicator, kinds, TermSpec(), measure, Part.WHOLE)
        return (_owned(whole, kinds, playbook),)
    return tuple(
        _owned(_term(indicator, kinds, term, term.measure, Part(name)), kinds, playbook)
        for name, side in measure.ratio.sides
        for term in side
    )


def _term(
    indicator: IndicatorSpec,
    kinds: Mapping[str, FactKind],
    term: TermSpec,
    measure: OneMeasure,
    part: Part,
) -> Term:
    kind = kinds[term.of or indicator.of]
    where = indicator.where if term.where is None else term.where
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
        less=term.less,
        unless=tuple(
            _chosen(each, kinds) for each in (indicator.unless, term.unless) if each is not None
        ),
        spread=_spread(measure, kinds),
    )


def _spread(measure: OneMeasure, kinds: Mapping[str, FactKind]) -> Spread | None:
    if not isinstance(measure, Percentile):
        return None
    told = measure.percentile
    return Spread(
        told.at,
        told.over,
        told.told_in.seconds if told.told_in is not None else 0,
        _chosen(told.since, kinds) if told.since is not None else None,
    )


def _chosen(facts: Facts, kinds: Mapping[str, FactKind]) -> Chosen:
    dimensions = kinds[facts.of].dimensions
    where = facts.where
    return Chosen(
        facts.of,
        tuple(sorted(dimensions.items())),
        ALWAYS if where is None else parse(where, condition_schema(dimensions)),
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


def operation(measure: OneMeasure) -> tuple[MeasureOp, str | None]:
    """Return a simple measure as the registry names it."""
    match measure:
        case CountDistinct(count_distinct=over):
            return MeasureOp.COUNT_DISTINCT, over
        case Sum(sum=over):
            return MeasureOp.SUM, over
        case Percentile(percentile=told):
            return MeasureOp.PERCENTILE, told.over
        case _:
            return MeasureOp.COUNT, None


Counted = tuple[tuple[str | int, ...], str, OneMeasure, Where | None]


def measures_of(indicator: IndicatorSpec) -> Iterator[Counted]:
    """Yield path, kind, measure and condition of each count of a definition, exclusions too."""
    measure = indicator.measure
    if indicator.unless is not None:
        yield ("unless",), indicator.unless.of, "count", indicator.unless.where
    if isinstance(measure, Percentile) and measure.percentile.since is not None:
        since = measure.percentile.since
        yield ("measure", "percentile", "since"), since.of, "count", since.where
    if not isinstance(measure, Ratio):
        yield (), indicator.of, measure, indicator.where
        return
    for name, side in measure.ratio.sides:
        for place, term in enumerate(side):
            several = not isinstance(getattr(measure.ratio, name), TermSpec)
            path = ("measure", "ratio", name, *((place,) if several else ()))
            where = indicator.where if term.where is None else term.where
            yield path, term.of or indicator.of, term.measure, where
            if term.unless is not None:
                yield (*path, "unless"), term.unless.of, "count", term.unless.where
