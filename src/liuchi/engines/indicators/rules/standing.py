"""How many records are in a state: the last fact that puts in or takes out decides.

Of each record the facts of its family are put in order, by when they happened and then as they
were written. The last one by the end of a day says whether it is in the state then, and where. So
every fact that puts it in counts from its own day until the day of the next one of the record.
Added up from the beginning, what came in less what went out is what is there: that is kept rolled
up, and a figure by month is made of it (:func:`added_up`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import ibis

from liuchi.engines.indicators.rules.figures import spans
from liuchi.engines.indicators.rules.reading import (
    COLUMN_TYPES,
    EXACT,
    MONTHS,
    Known,
    chosen,
    known_by_day,
    known_by_ordinal,
    meeting,
    not_corrected,
    nothing,
    of_playbook,
    placed_by,
    places,
    time,
    view,
)
from liuchi.engines.indicators.rules.terms import Chosen, Family, Term
from liuchi.kernel.periods import Per, span_of
from liuchi.kernel.predicates import to_ibis


def last_of_each(term: Term, family: Family, asked_at: datetime | None) -> Any:
    """The fact that put each record into the state it is in at the end of the days asked for."""
    rows = _by_day(term, family, asked_at)
    turn = ibis.row_number().over(
        group_by=rows.subject_id,
        order_by=[rows["at"].desc(), rows.id.desc(), rows.figure_enters.desc()],
    )
    rows = rows.mutate(figure_turn=turn)
    return _placed(rows.filter(rows.figure_turn == 0, rows.figure_counts), term)


def moves_by(term: Term, family: Family, asked_at: datetime | None, per: Per) -> Any:
    """By how much the state moved in each stretch; the first one asked for has all before it."""
    rows = _placed(_with_ends(_by_day(term, family, asked_at)), term)
    parts = (
        found.select(month=_first(ibis.greatest(day, found.figure_since), per), moves=moves)
        for found, day, moves in _moved(rows)
    )
    told = ibis.union(*parts)
    return told.group_by("month").aggregate(value=_total(told)).order_by("month")


def cells(term: Term, family: Family) -> Any:
    """The same by place and month, of all facts up to an ordinal; ``n`` is how often it moved."""
    rows = _with_ends(_facts(term, family, None, known_by_ordinal))
    rows = rows.mutate(area=rows[placed_by(term)]).filter(rows[placed_by(term)].notnull())
    parts = (
        found.select("area", month=_first(day, Per.MONTH), entity=ibis.literal(""), moves=moves)
        for found, day, moves in _moved(rows)
    )
    told = ibis.union(*parts)
    return told.group_by("area", "month", "entity").aggregate(n=told.count(), value=_total(told))


def _moved(rows: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the facts that put in, and those after which another decides; the day; which way."""
    for name, moves in (("at_day", 1), ("figure_next", -1)):
        found = rows.filter(rows[name].notnull())
        yield found, found[name], ibis.literal(moves, type="int64")


def _first(day: Any, per: Per) -> Any:
    return ibis.date(day.year(), MONTHS[per](day), 1)


def _total(rows: Any) -> Any:
    return rows.moves.sum().cast(EXACT)


def _with_ends(rows: Any) -> Any:
    """Add the day of the record's next fact, after which this one decides no more."""
    following = rows.at_day.lead().over(
        group_by=rows.subject_id, order_by=[rows["at"], rows.id, rows.figure_enters]
    )
    rows = rows.mutate(figure_next=following)
    return rows.filter(rows.figure_counts)


def _placed(rows: Any, term: Term) -> Any:
    areas = places()
    return rows.join(areas, rows[placed_by(term)] == areas.figure_place)


def _by_day(term: Term, family: Family, asked_at: datetime | None) -> Any:
    rows = _facts(term, family, asked_at, known_by_day)
    return rows.filter(rows.at_day < rows.figure_before, rows.at_day <= rows.figure_day)


def _facts(term: Term, family: Family, asked_at: datetime | None, known: Known) -> Any:
    """Every fact of the family, one row each, and whether it counts while it is the last."""
    parts = [_part(term, each, asked_at, known, enters=True) for each in family.enters]
    parts += [_part(term, each, asked_at, known, enters=False) for each in family.leaves]
    rows = parts[0] if len(parts) == 1 else ibis.union(*parts)
    rows = not_corrected(rows, known)
    for each in term.unless:
        excluded = chosen(each, asked_at, known).select("subject_id")
        rows = rows.anti_join(excluded, rows.subject_id == excluded.subject_id)
    return rows.cross_join(time()) if known is known_by_day else rows


def _part(
    term: Term, each: Chosen, asked_at: datetime | None, known: Known, *, enters: bool
) -> Any:
    columns = {"subject_id": "uuid", **({"ordinal": "int64"} if known is known_by_ordinal else {})}
    facts = view(each.kind, each.dimensions, **columns)
    facts = facts.filter(of_playbook(facts, each.owned))
    facts = known(meeting(facts, each, asked_at))
    counts: Any = ibis.literal(value=False)
    if enters:
        counts = to_ibis(term.where, facts, term.schema, asked_at)
    told = {
        name: facts[name] if enters else nothing(facts, COLUMN_TYPES[type_])
        for name, type_ in term.dimensions
    }
    return facts.select(
        "id", "subject_id", "at", "at_day", "area_id", **told,
        figure_enters=ibis.literal(int(enters), type="int8"), figure_counts=counts,
    )  # fmt: skip


def added_up(moved: Mapping[date, Decimal], per: Per, last: date) -> dict[date, Decimal]:
    """Return what is there at the end of each stretch, from the first that moved to ``last``."""
    if not moved:
        return {}
    total, found = Decimal(0), {}
    for span in spans(span_of(per, min(moved)), span_of(per, last)):
        total += moved.get(span.first, Decimal(0))
        found[span.first] = total
    return found
