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

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import ibis

from liuchi.engines.indicators.rules import standing
from liuchi.engines.indicators.rules.reading import (
    AREA_RELATION,
    EXACT,
    FACTS,
    MONTHS,
    PLAYBOOK_RELATION,
    REACH_RELATION,
    TIME_RELATION,
    WAITING,
    Known,
    chosen,
    known_by_day,
    known_by_ordinal,
    not_corrected,
    of_playbook,
    placed_by,
    places,
    time,
    view,
    view_name,
)
from liuchi.engines.indicators.rules.spreading import measured, reached, spread_value
from liuchi.engines.indicators.rules.terms import Term
from liuchi.kernel.periods import Per
from liuchi.kernel.predicates import to_ibis
from liuchi.playbooks.registry import MeasureOp

__all__ = [
    "AREA_RELATION",
    "FACTS",
    "PLAYBOOK_RELATION",
    "REACH_RELATION",
    "TIME_RELATION",
    "WAITING",
    "Dialect",
    "Shape",
    "Statement",
    "statement",
    "view_name",
]


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
    BY_MONTH = "by month"  # month (its first day), value; of a stock how much it moved by
    BY_QUARTER = "by quarter"  # month (its first one's first day), value
    BY_YEAR = "by year"  # month (its first day), value
    BY_DIMENSION = "by dimension"  # key (empty where a fact says none), value
    FACTS = "facts"  # id, entity, first_of_entity; of a percentile measured
    EXTENT = "extent"  # facts, entities
    CELLS = "cells"  # area, month (its first day), entity, n, value


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text reading the three relations above; it takes no parameters."""

    text: str
    columns: tuple[str, ...]


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
    if term.family is not None and shape in _STRETCHES:
        expression = standing.moves_by(term, term.family, asked_at, _STRETCHES[shape])
    elif term.family is not None and shape is Shape.CELLS:
        expression = standing.cells(term, term.family)
    elif shape is Shape.CELLS:
        expression = _cells(_reached(term), term)
    elif shape is Shape.BY_DIMENSION:
        expression = _by_dimension(_counted(term, asked_at), term, dimension)
    else:
        expression = _SHAPES[shape](_counted(term, asked_at), term)
    text = str(ibis.to_sql(expression, dialect=dialect.value))
    return Statement(text, tuple(expression.columns))


def _counted(term: Term, asked_at: datetime | None) -> Any:
    """The facts that count on a day, one row each, with the area they are counted under."""
    if term.family is not None:
        return standing.last_of_each(term, term.family, asked_at)
    wanted = _wanted(term, asked_at)
    areas = places()
    wanted = wanted.join(areas, wanted[placed_by(term)] == areas.figure_place)
    wanted = wanted.cross_join(time())
    wanted = wanted.filter(
        wanted.at_day >= wanted.figure_since,
        wanted.at_day < wanted.figure_before,
        wanted.at_day <= wanted.figure_day,
        wanted.recorded_at < wanted.figure_end,
    )
    return _less(wanted, term, asked_at, known_by_day)


def _reached(term: Term) -> Any:
    """The facts that count up to an ordinal, one row each."""
    wanted = known_by_ordinal(_wanted(term, None, ordinal="int64"))
    wanted = wanted.filter(wanted[placed_by(term)].notnull())
    return _less(wanted, term, None, known_by_ordinal)


def _wanted(term: Term, asked_at: datetime | None, **more: str) -> Any:
    columns = {**more, **({"subject_id": "uuid"} if term.others else {})}
    facts = view(term.kind, term.dimensions, **columns)
    wanted = facts.filter(of_playbook(facts, term.owned))
    wanted = wanted.filter(to_ibis(term.where, wanted, term.schema, asked_at))
    if term.over is not None:  # what it counts over is missing: it makes no part of the figure
        wanted = wanted.filter(wanted[term.over].notnull())
    return wanted


def _less(wanted: Any, term: Term, asked_at: datetime | None, known: Known) -> Any:
    """Take out what was corrected, the records that were excluded, and what has no number."""
    wanted = not_corrected(wanted, known)
    for each in term.unless:
        excluded = chosen(each, asked_at, known).select("subject_id")
        wanted = wanted.anti_join(excluded, wanted.subject_id == excluded.subject_id)
    if term.spread is not None:
        wanted = measured(wanted, term.spread, asked_at, known)
    return wanted


def _value(rows: Any, term: Term) -> Any:
    match term.op:
        case MeasureOp.COUNT | MeasureOp.STOCK:
            return rows.count()
        case MeasureOp.COUNT_DISTINCT:
            return rows[term.over].nunique()
        case MeasureOp.SUM:
            total = rows[term.over].cast(EXACT).sum()
            return ibis.coalesce(total, ibis.literal(0, type=EXACT))
        case MeasureOp.PERCENTILE:
            return spread_value(rows)


def _grouped(rows: Any, term: Term, key: str) -> Any:
    rows = _ranked(rows, term, key)
    return rows.group_by(key).aggregate(value=_value(rows, term)).order_by(key)


def _total(rows: Any, term: Term) -> Any:
    rows = _ranked(rows, term)
    return rows.aggregate(value=_value(rows, term))


def _ranked(rows: Any, term: Term, key: str | None = None) -> Any:
    if term.spread is None or term.op is not MeasureOp.PERCENTILE:
        return rows
    return reached(rows, term.spread.at, key)


def _by_area(rows: Any, term: Term) -> Any:
    return _grouped(rows, term, "figure_group")


def _by_month(rows: Any, term: Term) -> Any:
    # Not truncate(): on PostgreSQL it returns an instant of the session's time zone.
    return _by_first_day(rows, term, MONTHS[Per.MONTH](rows.at_day))


def _by_quarter(rows: Any, term: Term) -> Any:
    return _by_first_day(rows, term, MONTHS[Per.QUARTER](rows.at_day))


def _by_year(rows: Any, term: Term) -> Any:
    return _by_first_day(rows, term, MONTHS[Per.YEAR](rows.at_day))


def _by_first_day(rows: Any, term: Term, month: Any) -> Any:
    rows = rows.mutate(month=ibis.date(rows.at_day.year(), month, 1))
    return _grouped(rows, term, "month")


def _by_dimension(rows: Any, term: Term, dimension: str) -> Any:
    rows = rows.mutate(key=rows[dimension].cast("string").fill_null(""))
    return _grouped(rows, term, "key")


def _cells(rows: Any, term: Term) -> Any:
    entity: Any = ibis.literal("")
    if term.op is MeasureOp.COUNT_DISTINCT:
        entity = rows[term.over].cast("string")
    elif term.op is MeasureOp.PERCENTILE:
        entity = rows.measured.cast("string")
    rows = rows.mutate(
        area=rows[placed_by(term)],
        month=ibis.date(rows.at_day.year(), rows.at_day.month(), 1),
        entity=entity,
    )
    total = rows.count().cast(EXACT) if term.op is not MeasureOp.SUM else _value(rows, term)
    return rows.group_by("area", "month", "entity").aggregate(n=rows.count(), value=total)


def _entity(rows: Any, term: Term) -> Any:
    if term.op is MeasureOp.COUNT_DISTINCT:
        return rows[term.over].cast("string")
    return rows.subject_id.cast("string") if term.family is not None else ibis.null("string")


def _facts(rows: Any, term: Term) -> Any:
    rows = rows.mutate(entity=_entity(rows, term))
    order = ibis.row_number().over(group_by=rows.entity, order_by=rows.id)
    once = term.op in (MeasureOp.COUNT_DISTINCT, MeasureOp.STOCK)
    first = (order == 0) if once else ibis.literal(value=False)
    more = {"measured": rows.measured} if term.op is MeasureOp.PERCENTILE else {}
    return rows.select("id", "entity", first_of_entity=first, **more)


def _extent(rows: Any, term: Term) -> Any:
    rows = rows.mutate(entity=_entity(rows, term))
    return rows.aggregate(facts=rows.count(), entities=rows.entity.nunique())


_STRETCHES = {
    Shape.BY_MONTH: Per.MONTH,
    Shape.BY_QUARTER: Per.QUARTER,
    Shape.BY_YEAR: Per.YEAR,
}
_SHAPES = {
    Shape.TOTAL: _total,
    Shape.BY_AREA: _by_area,
    Shape.BY_MONTH: _by_month,
    Shape.BY_QUARTER: _by_quarter,
    Shape.BY_YEAR: _by_year,
    Shape.FACTS: _facts,
    Shape.EXTENT: _extent,
}
