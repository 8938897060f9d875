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
    Stock,
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

ABOUT_PEOPLE = (DimensionType.PERSON, DimensionType.HOUSEHOLD)

OneMeasure = str | CountDistinct | Sum | Percentile | Stock
"""What is counted at one go: all but a rate."""
Dimensions = tuple[tuple[str, DimensionType], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Facts of one kind that meet a condition, such as those that take records out."""

    kind: str
    dimensions: Dimensions
    where: Predicate
    owned: tuple[str, str] | None = None

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
class Family:
    """The facts that put a record into a state, and those that take it out: the last decides."""

    enters: tuple[Chosen, ...]
    leaves: tuple[Chosen, ...]

    @property
    def all(self) -> tuple[Chosen, ...]:
        """Both."""
        return (*self.enters, *self.leaves)


@dataclass(frozen=True, slots=True)
class Term:
    """One count over one kind of fact: a whole figure, or a part of one side of a ratio.

    ``over`` is None for a plain count. ``area`` is a dimension or ``place``. ``owned`` is a
    dimension and the value the playbook of the indicator has for it: see ``compiling``.
    ``less``: taken away from the rest of its side. ``spread``: only facts that have such a number
    count, also where it is their number that is counted. ``family``: only the fact counts that
    put a record into the state it is in; ``kind`` is then the first that does, ``dimensions``
    what all that do have.
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
    family: Family | None = None

    @property
    def others(self) -> tuple[Chosen, ...]:
        """What else is read of the same records: a new one may change which others count."""
        since = None if self.spread is None else self.spread.since
        family = () if self.family is None else self.family.all
        return (*self.unless, *family, *(() if since is None else (since,)))

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
    of = term.of or indicator.of
    where = indicator.where if term.where is None else term.where
    op, over = operation(measure)
    area = indicator.area_dimension
    family = _family(measure, of, kinds)
    kind = kinds[of if family is None else family.enters[0].kind]
    dimensions = dict(kind.dimensions) if family is None else _common(family)
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
        family=family,
    )


def entering(of: str, stock: Stock) -> tuple[Facts, ...]:
    """Return the facts that put a record into the state."""
    return stock.stock.enters or (Facts(of=of),)


def _family(measure: OneMeasure, of: str, kinds: Mapping[str, FactKind]) -> Family | None:
    if not isinstance(measure, Stock):
        return None
    return Family(
        tuple(_chosen(each, kinds) for each in entering(of, measure)),
        tuple(_chosen(each, kinds) for each in measure.stock.leaves),
    )


def _common(family: Family) -> dict[str, DimensionType]:
    every = [dict(each.dimensions) for each in family.enters]
    return {
        name: type_
        for name, type_ in every[0].items()
        if all(each.get(name) is type_ for each in every)
    }


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
    if playbook is None:
        return term
    family = term.family
    if family is not None:
        enters, leaves = (
            tuple(replace(each, owned=_owner(each.kind, kinds, playbook)) for each in some)
            for some in (family.enters, family.leaves)
        )
        family = Family(enters, leaves)
    return replace(term, owned=_owner(term.kind, kinds, playbook), family=family)


def _owner(
    kind: str, kinds: Mapping[str, FactKind], playbook: Mapping[str, object]
) -> tuple[str, str] | None:
    owned = kinds[kind].owned
    if owned is not None:
        dimension, place = owned
        with suppress(LookupError):
            return dimension, str(lookup(playbook, place))
    return None


def about_people(kind: FactKind) -> str | None:
    """Return the dimension that says whom a fact is about; None where it is about nobody."""
    for about in ABOUT_PEOPLE:
        for name, declared in kind.dimensions.items():
            if declared is about:
                return name
    return None


def operation(measure: OneMeasure) -> tuple[MeasureOp, str | None]:
    """Return a simple measure as the registry names it."""
    match measure:
        case CountDistinct(count_distinct=over):
            return MeasureOp.COUNT_DISTINCT, over
        case Sum(sum=over):
            return MeasureOp.SUM, over
        case Percentile(percentile=told):
            return MeasureOp.PERCENTILE, told.over
        case Stock():
            return MeasureOp.STOCK, None
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
        yield from _moves((), indicator.of, measure, indicator.where)
        return
    for name, side in measure.ratio.sides:
        for place, term in enumerate(side):
            several = not isinstance(getattr(measure.ratio, name), TermSpec)
            path = ("measure", "ratio", name, *((place,) if several else ()))
            where = indicator.where if term.where is None else term.where
            of = term.of or indicator.of
            yield path, of, term.measure, where
            yield from _moves(path, of, term.measure, where)
            if term.unless is not None:
                yield (*path, "unless"), term.unless.of, "count", term.unless.where


def _moves(
    at: tuple[str | int, ...], of: str, measure: OneMeasure, where: Where | None
) -> Iterator[Counted]:
    """Yield what puts records into a state and takes them out; all that do know the condition."""
    if not isinstance(measure, Stock):
        return
    for side, some in (("enters", measure.stock.enters), ("leaves", measure.stock.leaves)):
        for place, each in enumerate(some):
            path = (*at, "measure", "stock", side, place)
            yield path, each.of, "count", each.where
            if side == "enters" and each.of != of:
                yield path, each.of, "count", where
