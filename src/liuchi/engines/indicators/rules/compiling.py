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

from liuchi.engines.indicators.rules.terms import Dimensions, Exclusion, Term
from liuchi.engines.indicators.spec import PLACE
from liuchi.kernel.predicates import to_ibis
from liuchi.playbooks.registry import DimensionType, MeasureOp

AREA_RELATION = "figure_area"
TIME_RELATION = "figure_time"
PLAYBOOK_RELATION = "figure_playbook"
FACTS = "journal_fact"

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


class Shape(StrEnum):
    """What a statement returns."""

    TOTAL = "total"  # value
    BY_AREA = "by area"  # figure_group, value
    BY_MONTH = "by month"  # month (its first day), value
    FACTS = "facts"  # id, entity, first_of_entity
    EXTENT = "extent"  # facts, entities


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text of PostgreSQL, reading the three relations above; it takes no parameters."""

    text: str
    columns: tuple[str, ...]


def view_name(kind: str) -> str:
    """Return the typed view of a kind: ``points.redeemed`` → ``journal_fact_points_redeemed``."""
    return f"{FACTS}_{kind.replace('.', '_')}"


@lru_cache(maxsize=512)
def statement(term: Term, shape: Shape, asked_at: datetime | None = None) -> Statement:
    """Compile one count. ``asked_at`` is needed only where a condition says ``within``."""
    expression = _SHAPES[shape](_counted(term, asked_at), term)
    text = str(ibis.to_sql(expression, dialect="postgres"))
    return Statement(text, tuple(expression.columns))


def _counted(term: Term, asked_at: datetime | None) -> Any:
    """The facts that count, one row each, with the area they are counted under."""
    facts = _view(term.kind, term.dimensions, **({"subject_id": "uuid"} if term.unless else {}))
    areas = ibis.table({"figure_place": "uuid", "figure_group": "uuid"}, name=AREA_RELATION)
    placed_by = "area_id" if term.area == PLACE else term.area
    wanted = facts.filter(_of_playbook(facts, term.owned))
    wanted = wanted.filter(to_ibis(term.where, wanted, term.schema, asked_at))
    if term.over is not None:  # what it counts over is missing: it makes no part of the figure
        wanted = wanted.filter(wanted[term.over].notnull())
    wanted = wanted.join(areas, wanted[placed_by] == areas.figure_place)
    wanted = wanted.cross_join(_time())
    wanted = wanted.filter(
        wanted.at_day >= wanted.figure_since,
        wanted.at_day < wanted.figure_before,
        wanted.at_day <= wanted.figure_day,
        wanted.recorded_at < wanted.figure_end,
    )
    wanted = _not_corrected(wanted)
    for each in term.unless:
        excluded = _excluded(each, asked_at)
        wanted = wanted.anti_join(excluded, wanted.subject_id == excluded.subject_id)
    return wanted


def _view(kind: str, dimensions: Dimensions, **more: str) -> Any:
    columns = {**_ENVELOPE, **more, **{name: _TYPES[type_] for name, type_ in dimensions}}
    return ibis.table(columns, name=view_name(kind))


def _not_corrected(facts: Any) -> Any:
    corrected = _corrections()
    return facts.anti_join(corrected, facts.id == corrected.corrects_id)


def _excluded(exclusion: Exclusion, asked_at: datetime | None) -> Any:
    """The records taken out by the as-of day, one row or more each."""
    facts = _view(exclusion.kind, exclusion.dimensions, subject_id="uuid")
    facts = facts.filter(to_ibis(exclusion.where, facts, exclusion.schema, asked_at))
    facts = facts.cross_join(_time())
    facts = facts.filter(facts.recorded_at < facts.figure_end)
    return _not_corrected(facts).select("subject_id")


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


def _corrections() -> Any:
    schema = {"corrects_id": "uuid", "recorded_at": _INSTANT}
    facts = ibis.table(schema, name=FACTS)
    facts = facts.filter(facts.corrects_id.notnull()).cross_join(_time())
    return facts.filter(facts.recorded_at < facts.figure_end).select("corrects_id")


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
    rows = rows.mutate(month=ibis.date(rows.at_day.year(), rows.at_day.month(), 1))
    return rows.group_by("month").aggregate(value=_value(rows, term)).order_by("month")


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
    Shape.FACTS: _facts,
    Shape.EXTENT: _extent,
}
