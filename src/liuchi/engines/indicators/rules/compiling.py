"""A count as SQL. Ibis compiles, nobody executes here.

The statements read three small relations that whoever runs them supplies, so that
one compiled text serves every area, month and as-of day, on any engine Ibis knows:

``figure_area(figure_place, figure_group)``
    the areas that count, and for each the area it is counted under;
``figure_time(figure_since, figure_before, figure_day, figure_end)``
    the days asked for (``figure_before`` is exclusive), the as-of day, and the
    first instant after it;
``figure_playbook(figure_version)``
    every version of the playbooks that define the indicator.

A figure is its playbook's: two methods may hold in one place and count the same kind of
fact. A fact that names the version it happened under counts for that playbook. One that
names none, such as goods taken for points, counts for the playbooks that say the same of
the dimension its kind is ``owned`` by, the currency; one that says neither counts for all.

Roll-ups ask otherwise: what counted once the journal had come so far. For them the facts up to
an ordinal count, less what those correct and exclude (``Shape.CELLS``), read from

``figure_reach(figure_ordinal)``
    the last ordinal that counts; a fact that waits for its own comes after every other.

As of a day D counts what had happened by D and was recorded by D, less what a
fact recorded by D corrects. So a figure printed on D can be had again whatever was
recorded or corrected later. A record that was excluded by D, where the definition says
``unless``, counts no more; an exclusion that was corrected excludes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import ibis

from liuchi.engines.indicators.rules.terms import Dimensions, Exclusion, Term
from liuchi.engines.indicators.spec import PLACE
from liuchi.kernel.predicates import to_ibis
from liuchi.playbooks.registry import DimensionType, MeasureOp

AREA_RELATION = "figure_area"
TIME_RELATION = "figure_time"
PLAYBOOK_RELATION = "figure_playbook"
REACH_RELATION = "figure_reach"
FACTS = "journal_fact"
WAITING = 2**63 - 1
"""The ordinal a fact is taken to have as long as it has none."""

_INSTANT = "timestamp('UTC', 6)"
_ENVELOPE = {
    "id": "uuid",
    "at": _INSTANT,
    "at_day": "date",
    "recorded_at": _INSTANT,
    "area_id": "uuid",
    "amount": "decimal(38, 6)",
    "playbook_version": "uuid",
}
_TYPES = {
    DimensionType.UUID: "uuid",
    DimensionType.AREA: "uuid",
    DimensionType.PERSON: "uuid",
    DimensionType.HOUSEHOLD: "uuid",
    DimensionType.TEXT: "string",
    DimensionType.INTEGER: "int64",
    DimensionType.DECIMAL: "decimal(38, 6)",
    DimensionType.DATE: "date",
}
_EXACT = "decimal(38, 6)"  # sums are decimal in every engine, never a float


class Dialect(StrEnum):
    """Whose SQL a count is compiled to, as Ibis names it.

    Tables in Parquet hold ids as text. No statement depends on it: ids are only compared,
    with each other and with literals that are cast to the engine's own type.
    """

    POSTGRES = "postgres"
    DUCKDB = "duckdb"
    SPARK = "pyspark"


class Shape(StrEnum):
    """What a statement returns."""

    TOTAL = "total"  # value
    BY_AREA = "by area"  # figure_group, value
    BY_MONTH = "by month"  # month (its first day), value
    BY_QUARTER = "by quarter"  # month (its first one's first day), value
    BY_YEAR = "by year"  # month (its first day), value
    BY_DIMENSION = "by dimension"  # key (empty where a fact says none), value
    FACTS = "facts"  # id, entity, first_of_entity
    EXTENT = "extent"  # facts, entities
    CELLS = "cells"  # area, month (its first day), entity, n, value


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text reading the three relations above; it takes no parameters."""

    text: str
    columns: tuple[str, ...]


def view_name(kind: str) -> str:
    """Return the typed view of a kind: ``points.redeemed`` → ``journal_fact_points_redeemed``."""
    return f"{FACTS}_{kind.replace('.', '_')}"


@lru_cache(maxsize=1024)
def statement(
    term: Term,
    shape: Shape,
    asked_at: datetime | None = None,
    dimension: str = "",
    dialect: Dialect = Dialect.POSTGRES,
) -> Statement:
    """Compile one count. ``asked_at`` is needed only where a condition says ``within``.

    ``dimension`` is what ``Shape.BY_DIMENSION`` lists it by.
    """
    if shape is Shape.CELLS:
        expression = _cells(_reached(term), term)
    elif shape is Shape.BY_DIMENSION:
        expression = _by_dimension(_counted(term, asked_at), term, dimension)
    else:
        expression = _SHAPES[shape](_counted(term, asked_at), term)
    text = str(ibis.to_sql(expression, dialect=dialect.value))
    return Statement(text, tuple(expression.columns))


def _counted(term: Term, asked_at: datetime | None) -> Any:
    """The facts that count on a day, one row each, with the area they are counted under."""
    areas = ibis.table({"figure_place": "uuid", "figure_group": "uuid"}, name=AREA_RELATION)
    wanted = _wanted(term, asked_at)
    wanted = wanted.join(areas, wanted[_placed_by(term)] == areas.figure_place)
    wanted = wanted.cross_join(_time())
    wanted = wanted.filter(
        wanted.at_day >= wanted.figure_since,
        wanted.at_day < wanted.figure_before,
        wanted.at_day <= wanted.figure_day,
        wanted.recorded_at < wanted.figure_end,
    )
    return _less(wanted, term, asked_at, _known_by_day)


def _reached(term: Term) -> Any:
    """The facts that count up to an ordinal, one row each."""
    wanted = _known_by_ordinal(_wanted(term, None, ordinal="int64"))
    wanted = wanted.filter(wanted[_placed_by(term)].notnull())
    return _less(wanted, term, None, _known_by_ordinal)


def _wanted(term: Term, asked_at: datetime | None, **more: str) -> Any:
    columns = {**more, **({"subject_id": "uuid"} if term.unless else {})}
    facts = _view(term.kind, term.dimensions, **columns)
    wanted = facts.filter(_of_playbook(facts, term.owned))
    wanted = wanted.filter(to_ibis(term.where, wanted, term.schema, asked_at))
    if term.over is not None:  # what it counts over is missing: it makes no part of the figure
        wanted = wanted.filter(wanted[term.over].notnull())
    return wanted


def _placed_by(term: Term) -> str:
    return "area_id" if term.area == PLACE else term.area


_Known = Callable[[Any], Any]


def _known_by_day(facts: Any) -> Any:
    facts = facts.cross_join(_time())
    return facts.filter(facts.recorded_at < facts.figure_end)


def _known_by_ordinal(facts: Any) -> Any:
    facts = facts.cross_join(ibis.table({"figure_ordinal": "int64"}, name=REACH_RELATION))
    place = ibis.coalesce(facts.ordinal, ibis.literal(WAITING, type="int64"))
    return facts.filter(place <= facts.figure_ordinal)


def _less(wanted: Any, term: Term, asked_at: datetime | None, known: _Known) -> Any:
    """Take out what was corrected, and the records that were excluded."""
    wanted = _not_corrected(wanted, known)
    for each in term.unless:
        excluded = _excluded(each, asked_at, known)
        wanted = wanted.anti_join(excluded, wanted.subject_id == excluded.subject_id)
    return wanted


def _view(kind: str, dimensions: Dimensions, **more: str) -> Any:
    columns = {**_ENVELOPE, **more, **{name: _TYPES[type_] for name, type_ in dimensions}}
    return ibis.table(columns, name=view_name(kind))


def _not_corrected(facts: Any, known: _Known) -> Any:
    schema = {"corrects_id": "uuid", "recorded_at": _INSTANT}
    if known is _known_by_ordinal:
        schema = {"corrects_id": "uuid", "ordinal": "int64"}
    corrections = ibis.table(schema, name=FACTS)
    corrections = known(corrections.filter(corrections.corrects_id.notnull()))
    corrected = corrections.select("corrects_id")
    return facts.anti_join(corrected, facts.id == corrected.corrects_id)


def _excluded(exclusion: Exclusion, asked_at: datetime | None, known: _Known) -> Any:
    """The records taken out, one row or more each."""
    columns = {"subject_id": "uuid", **({"ordinal": "int64"} if known is _known_by_ordinal else {})}
    facts = _view(exclusion.kind, exclusion.dimensions, **columns)
    facts = facts.filter(to_ibis(exclusion.where, facts, exclusion.schema, asked_at))
    return _not_corrected(known(facts), known).select("subject_id")


def _of_playbook(facts: Any, owned: tuple[str, str] | None) -> Any:
    versions = ibis.table({"figure_version": "uuid"}, name=PLAYBOOK_RELATION)
    of_none = facts.playbook_version.isnull()
    if owned is not None:
        said = facts[owned[0]]
        of_none &= said.isnull() | said.isin(("", owned[1]))
    return facts.playbook_version.isin(versions.figure_version) | of_none


def _time() -> Any:
    days = dict.fromkeys(("figure_since", "figure_before", "figure_day"), "date")
    return ibis.table({**days, "figure_end": _INSTANT}, name=TIME_RELATION)


def _value(rows: Any, term: Term) -> Any:
    match term.op:
        case MeasureOp.COUNT:
            return rows.count()
        case MeasureOp.COUNT_DISTINCT:
            return rows[term.over].nunique()
        case MeasureOp.SUM:
            total = rows[term.over].cast(_EXACT).sum()
            return ibis.coalesce(total, ibis.literal(0, type=_EXACT))


def _total(rows: Any, term: Term) -> Any:
    return rows.aggregate(value=_value(rows, term))


def _by_area(rows: Any, term: Term) -> Any:
    return (
        rows.group_by("figure_group").aggregate(value=_value(rows, term)).order_by("figure_group")
    )


def _by_month(rows: Any, term: Term) -> Any:
    # Not truncate(): on PostgreSQL it returns an instant of the session's time zone.
    return _by_first_day(rows, term, rows.at_day.month())


def _by_quarter(rows: Any, term: Term) -> Any:
    return _by_first_day(rows, term, rows.at_day.quarter() * 3 - 2)


def _by_year(rows: Any, term: Term) -> Any:
    return _by_first_day(rows, term, 1)


def _by_first_day(rows: Any, term: Term, month: Any) -> Any:
    rows = rows.mutate(month=ibis.date(rows.at_day.year(), month, 1))
    return rows.group_by("month").aggregate(value=_value(rows, term)).order_by("month")


def _by_dimension(rows: Any, term: Term, dimension: str) -> Any:
    rows = rows.mutate(key=rows[dimension].cast("string").fill_null(""))
    return rows.group_by("key").aggregate(value=_value(rows, term)).order_by("key")


def _cells(rows: Any, term: Term) -> Any:
    counts_entities = term.op is MeasureOp.COUNT_DISTINCT
    rows = rows.mutate(
        area=rows[_placed_by(term)],
        month=ibis.date(rows.at_day.year(), rows.at_day.month(), 1),
        entity=rows[term.over].cast("string") if counts_entities else ibis.literal(""),
    )
    total = rows.count().cast(_EXACT) if term.op is not MeasureOp.SUM else _value(rows, term)
    return rows.group_by("area", "month", "entity").aggregate(n=rows.count(), value=total)


def _entity(rows: Any, term: Term) -> Any:
    if term.op is MeasureOp.COUNT_DISTINCT:
        return rows[term.over].cast("string")
    return ibis.null("string")


def _facts(rows: Any, term: Term) -> Any:
    rows = rows.mutate(entity=_entity(rows, term))
    order = ibis.row_number().over(group_by=rows.entity, order_by=rows.id)
    first = (order == 0) if term.op is MeasureOp.COUNT_DISTINCT else ibis.literal(value=False)
    return rows.select("id", "entity", first_of_entity=first)


def _extent(rows: Any, term: Term) -> Any:
    rows = rows.mutate(entity=_entity(rows, term))
    return rows.aggregate(facts=rows.count(), entities=rows.entity.nunique())


_SHAPES = {
    Shape.TOTAL: _total,
    Shape.BY_AREA: _by_area,
    Shape.BY_MONTH: _by_month,
    Shape.BY_QUARTER: _by_quarter,
    Shape.BY_YEAR: _by_year,
    Shape.FACTS: _facts,
    Shape.EXTENT: _extent,
}
