"""Figures from what is rolled up, and from the few facts that are not yet.

Whatever this answers equals the count over the facts themselves at the same moment, to the
last fact that was committed; where it cannot, it does not answer and they are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.indicators.queries import changes, spreads
from liuchi.engines.indicators.queries.changes import NewFact, Touched
from liuchi.engines.indicators.queries.questions import STRETCH_OF, At, Question, Values
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.rolling import (
    EVER,
    NO_GROUP,
    Change,
    Stretch,
    can_be_kept,
    digest,
    with_new,
)
from liuchi.engines.indicators.rules.terms import Term
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import Kept, token
from liuchi.kernel import clock
from liuchi.kernel.periods import period
from liuchi.playbooks.registry import MeasureOp

CONSUMER = "indicators"
"""How far the journal is rolled up stands under this name."""
NEW_FACTS_MAX = 2_000
"""With more than these behind, counting the facts is quicker than making it good."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Rolls:
    """Which counts are kept, and by which tree of areas they were added up."""

    series: Mapping[str, int]
    areas: str
    day: date | None


def rolls() -> Rolls:
    """Return what is kept; read again only when it changed."""
    return _ROLLS.get()


def values(questions: Sequence[Question]) -> dict[At, Values]:
    """Return the values of each count that what is rolled up can answer."""
    kept = rolls()
    today = clock.today()
    if not kept.series or kept.day != today or kept.areas != token("areas"):
        return {}
    asked = {
        (place, number): _Count(question, term, series)
        for place, question in enumerate(questions)
        if question.nodes and question.asked.days.as_of == today
        for number, term in enumerate(question.asked.terms)
        if can_be_kept(term)
        and (series := kept.series.get(digest(term, question.asked.playbooks))) is not None
    }
    for _ in range(_TRIES if asked else 0):
        ordinal, cells = _cells(asked)
        facts = changes.new_facts(ordinal, None, NEW_FACTS_MAX + 1)
        if len(facts) > NEW_FACTS_MAX:
            return {}
        found = {at: count.with_new(cells[at], facts, ordinal) for at, count in asked.items()}
        if None not in found.values():
            return {at: asked[at].whole(each) for at, each in found.items() if each is not None}
    return {}


Cells = dict[Any, tuple[int, Decimal]]


@dataclass(frozen=True, slots=True)
class _Count:
    """One count that is kept: of which question, and under which number."""

    question: Question
    term: Term
    series: int

    def with_new(self, cells: Cells, facts: Sequence[NewFact], ordinal: int) -> Values | None:
        """Return the values; None where what is kept moved on while it was read."""
        touched = changes.touched(self.term, facts)
        if not touched:
            return {key: value for key, (_, value) in cells.items()}
        return self._made_good(cells, touched, ordinal)

    def whole(self, found: Values) -> Values:
        """Return the values, a total also where nothing counts; of nothing no percentile."""
        shape = self.question.shape
        if self._is_stock and shape is Shape.BY_AREA:  # what moved there may be gone again
            return {key: value for key, value in found.items() if value}
        counts = shape is Shape.TOTAL and not self._of_spread
        return {None: Decimal(0)} | found if counts else found

    @property
    def _is_stock(self) -> bool:
        return self.term.op is MeasureOp.STOCK

    @property
    def _of_spread(self) -> bool:
        return self.term.op is MeasureOp.PERCENTILE

    def _made_good(self, cells: Cells, touched: Touched, ordinal: int) -> Values | None:
        new = changes.not_yet(self.term, self.question.asked.versions, touched, ordinal)
        if self._of_spread:
            return self._ranked_anew(cells, new, ordinal)
        entities = {each.entity for each in new if each.entity}
        held = changes.held(self.series, entities) if entities else []
        if entities and journal.cursor(CONSUMER) != ordinal:
            return None
        return with_new(cells, new, held, self._key())

    def _ranked_anew(self, cells: Cells, new: Sequence[Change], ordinal: int) -> Values | None:
        """Return the percentiles; those with new numbers, of what is kept together with these."""
        key_of = self._key()
        told = [(key_of(each.area, each.month), each) for each in new]
        told = [(key, each) for key, each in told if key is not NO_GROUP]
        if not told:
            return {key: value for key, (_, value) in cells.items()}
        text, given = self.select(0, anew=True)
        given |= {
            "keys": [None if key is None else str(key) for key, _ in told],
            "numbers": [Decimal(each.entity) for _, each in told],
            "many": [each.n for _, each in told],
        }
        with connection.cursor() as cursor:
            cursor.execute(text, given)
            rows = cursor.fetchall()
        if journal.cursor(CONSUMER) != ordinal:
            return None
        those = {key for key, _ in told}
        kept = {key: value for key, (_, value) in cells.items() if key not in those}
        return kept | {_read(self.question.shape, key): value for key, value in rows}

    def _key(self) -> Callable[[UUID, date], object]:
        groups = self.question.groups()
        days, shape = self.question.asked.days, self.question.shape
        per = STRETCH_OF.get(shape)

        def key(area: UUID, month: date) -> object:
            since = EVER if self._is_stock else days.since
            if area not in groups or not since <= month < days.before:
                return NO_GROUP
            if shape is Shape.BY_AREA:
                return groups[area]
            return period(per, max(month, days.since))[0] if per is not None else None

        return key

    def select(self, number: int, *, anew: bool = False) -> tuple[str, dict[str, Any]]:
        """Return the statement that reads the cells, and its parameters.

        ``anew``: of a percentile, together with numbers that are not kept yet.
        """
        asked = self.question.asked
        span, per = asked.span, STRETCH_OF.get(self.question.shape)
        stretch = Stretch.EVER if span is None else Stretch(span.per)
        first = EVER if span is None else span.first
        where, key, when = "node_id = {node} AND NOT own", "NULL", "first = {first}"
        if per is not None:
            stretch, key = Stretch(per), "first"
            when = "first >= {since} AND first < {before}"
        elif self.question.shape is Shape.BY_AREA:
            key = "node_id"
            where = "(node_id = ANY({nodes}) AND NOT own OR node_id = {area} AND own)"
        if self._is_stock and stretch is not Stretch.EVER:
            # What moved until then: all of it is what is there.
            stretch, when = Stretch.MONTH, "first < {before}"
            if per is not None:
                key = f"date_trunc('{per}', greatest(first, {{since}}))::date"
        names = {
            "nodes": list(self.question.nodes),
            "node": self.question.nodes[0],
            "area": asked.area.id,
            "since": asked.days.since,
            "before": asked.days.before,
            "first": first,
        }
        marks = {name: f"%({name}_{number})s" for name in names}
        # Every word is ours; values are parameters.
        cells = (
            f"WHERE series_id = {self.series} AND stretch = '{stretch}' "
            f"AND {where.format(**marks)} AND {when.format(**marks)}"
        )
        key = key.format(**marks)
        if self.term.spread is not None and self._of_spread:
            at = self.term.spread.at
            ranked = spreads.ranked(number, key, cells, at)
            text = spreads.ranked_with(key, cells, at) if anew else ranked
        elif self._is_stock:
            told = f"{number}, {key}::text, sum(n)::bigint, sum(value)"
            text = f"SELECT {told} FROM indicators_cell {cells} GROUP BY 2"  # noqa: S608
        else:
            text = f"SELECT {number}, {key}::text, n, value FROM indicators_cell {cells}"  # noqa: S608
        return text, {f"{name}_{number}": value for name, value in names.items()}


def _cells(asked: Mapping[At, _Count]) -> tuple[int, dict[At, Cells]]:
    """Return how far what is kept reaches, and its cells, as of one moment."""
    selects = [
        "SELECT -1, NULL, coalesce(max(ordinal), 0), 0 FROM journal_cursor WHERE consumer = %(us)s"
    ]
    given: dict[str, Any] = {"us": CONSUMER}
    order = list(asked)
    for number, at in enumerate(order):
        text, parameters = asked[at].select(number)
        selects.append(text)
        given |= parameters
    found: dict[At, Cells] = {at: {} for at in order}
    ordinal = 0
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), given)
        for number, key, n, value in cursor.fetchall():
            if number < 0:
                ordinal = n
            else:
                found[order[number]][_read(asked[order[number]].question.shape, key)] = (n, value)
    return ordinal, found


def _read(shape: Shape, key: str | None) -> object:
    if key is None:
        return None
    return date.fromisoformat(key) if shape in STRETCH_OF else UUID(key)


def _load() -> Rolls:
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, id FROM indicators_series WHERE built")
        series = dict(cursor.fetchall())
        cursor.execute("SELECT token, day FROM indicators_tree")
        areas, day = cursor.fetchone() or ("", None)
    return Rolls(series, areas, day)


_ROLLS = Kept("roll_ups", _load)
