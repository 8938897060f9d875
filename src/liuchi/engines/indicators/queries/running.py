"""Executing what was compiled, on the request's own connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.indicators.enums import Part
from liuchi.engines.indicators.queries import rolled
from liuchi.engines.indicators.queries.asked import Asked
from liuchi.engines.indicators.queries.questions import STRETCH_OF, At, Question, Values
from liuchi.engines.indicators.queries.rows import TracedFact
from liuchi.engines.indicators.queries.statements import hashed, traced_fact
from liuchi.engines.indicators.rules.compiling import (
    AREA_RELATION,
    FACTS,
    PLAYBOOK_RELATION,
    TIME_RELATION,
    Shape,
    statement,
    view_name,
)
from liuchi.engines.indicators.rules.standing import added_up
from liuchi.engines.indicators.rules.terms import Term
from liuchi.engines.indicators.rules.words import combined
from liuchi.engines.journal import queries as journal
from liuchi.kernel.clock import start_of_day
from liuchi.playbooks import registry

_GROUPED_BY = {
    Shape.BY_AREA: "figure_group",
    Shape.BY_DIMENSION: "key",
    **dict.fromkeys(STRETCH_OF, "month"),
}
_KEYS: Mapping[Shape, Callable[[str], object]] = {
    Shape.BY_AREA: UUID,
    Shape.BY_DIMENSION: str,
    **dict.fromkeys(STRETCH_OF, date.fromisoformat),
}


def values(
    questions: Sequence[Question], *, anew: bool = False
) -> tuple[dict[Any, Decimal | None], ...]:
    """Return, for each question, the value of each group; the key of a total is None.

    What is kept rolled up is read from there, and the rest counted over the facts in one
    statement: a rate is two counts, a page asks for a dozen. ``anew``: all of it is counted.
    """
    if not questions:
        return ()
    counts = {
        (place, number): term
        for place, each in enumerate(questions)
        for number, term in enumerate(each.asked.terms)
    }
    found = {} if anew else rolled.values(questions)
    found |= _counted(questions, {at: term for at, term in counts.items() if at not in found})
    return tuple(
        combined(
            each.asked.spec,
            [
                (term, _standing(each, term, found[place, number]))
                for number, term in enumerate(each.asked.terms)
            ],
        )
        for place, each in enumerate(questions)
    )


def _standing(question: Question, term: Term, found: Values) -> Values:
    """Return what is there at the end of each stretch, of a stock told by stretches."""
    per = STRETCH_OF.get(question.shape)
    if term.family is None or per is None:
        return found
    return added_up(found, per, question.asked.days.last)


def _counted(questions: Sequence[Question], counts: Mapping[At, Term]) -> dict[At, Values]:
    """Count over the facts themselves, in one statement."""
    found: dict[At, Values] = {at: {} for at in counts}
    if not counts:
        return found
    selects: list[str] = []
    given: dict[str, Any] = {}
    order = list(counts)
    for number, at in enumerate(order):
        place, term = at[0], counts[at]
        question = questions[place]
        key = "NULL" if question.shape is Shape.TOTAL else f"asked.{_GROUPED_BY[question.shape]}"
        text = text_of(question.asked, term, question.shape, question.dimension)
        # The text is compiled from declared names (rules.compiling); values are parameters.
        selects.append(
            f"SELECT {number}, {key}::text, asked.value FROM ("  # noqa: S608
            f"{beside(f'_{place}')}SELECT * FROM ({text}) AS told) AS asked"
        )
        if f"places_{place}" not in given:
            given |= given_of(question.asked, question.groups(), f"_{place}")
    with connection.cursor() as cursor:
        for number, group, value in hashed(cursor, " UNION ALL ".join(selects), given):
            shape = questions[order[number][0]].shape
            if value is not None:  # of nothing there is no percentile
                found[order[number]][None if group is None else _KEYS[shape](group)] = value
    return found


def text_of(asked: Asked, term: Term, shape: Shape, dimension: str = "") -> str:
    """Return a compiled count, ready to stand in a statement with parameters."""
    text = statement(term, shape, asked.asked_at, dimension).text.replace("%", "%%")
    return f"{_within(asked, term)} SELECT * FROM ({text}) AS counted"  # noqa: S608


def _within(asked: Asked, term: Term) -> str:
    """Let a count read only the partitions of the journal that its days can lie in.

    A fact is recorded no earlier than it happened, and what corrects it comes after it. Where
    other facts of the same records decide, they may be older.
    """
    if asked.span is None or term.others:
        return ""
    first, end = journal.ids_recorded(start_of_day(asked.days.since), asked.days.as_of_end)
    known = f"id >= '{first}' AND id < '{end}'"
    narrowed = (
        f"{name} AS NOT MATERIALIZED (SELECT * FROM {name} WHERE {known})"  # noqa: S608
        for name in (FACTS, view_name(term.kind))
    )
    return f"WITH {', '.join(narrowed)}"


def beside(mark: str = "") -> str:
    """Return the relations a compiled text reads; ``mark`` ends the names of their parameters."""
    return (
        f"WITH {AREA_RELATION} (figure_place, figure_group) AS ("  # noqa: S608
        f"SELECT * FROM unnest(%(places{mark})s::uuid[], %(groups{mark})s::uuid[])), "
        f"{TIME_RELATION} (figure_since, figure_before, figure_day, figure_end) AS ("
        f"SELECT %(since{mark})s::date, %(before{mark})s::date, %(as_of{mark})s::date, "
        f"%(end{mark})s::timestamptz), "
        f"{PLAYBOOK_RELATION} (figure_version) AS (SELECT unnest(%(versions{mark})s::uuid[])) "
    )


def given_of(asked: Asked, groups: Mapping[UUID, UUID], mark: str = "") -> dict[str, Any]:
    """Return what the relations of :func:`beside` hold."""
    days = asked.days
    return {
        f"places{mark}": list(groups),
        f"groups{mark}": list(groups.values()),
        f"since{mark}": days.since,
        f"before{mark}": days.before,
        f"as_of{mark}": days.as_of,
        f"end{mark}": days.as_of_end,
        f"versions{mark}": list(asked.versions),
    }


def _run(
    text: str, asked: Asked, groups: Mapping[UUID, UUID], **parameters: Any
) -> list[tuple[Any, ...]]:
    """Execute compiled SQL on the request's connection, with its relations beside it."""
    # The text is compiled from declared names (rules.compiling); values are parameters.
    with connection.cursor() as cursor:
        cursor.execute(
            f"{beside()}SELECT * FROM ({text}) AS asked",  # noqa: S608
            {**given_of(asked, groups), **parameters},
        )
        return list(cursor.fetchall())


def traced(
    asked: Asked, groups: Mapping[UUID, UUID], start: tuple[Part, UUID] | None, limit: int
) -> tuple[TracedFact, ...]:
    """Return the facts that make a figure, after a position."""
    selects = []
    parameters: dict[str, object] = {"limit": limit}
    begun = start is None
    for term in asked.terms:
        here = start is not None and start[0] is term.part
        if not (begun or here):
            continue  # this side was listed on an earlier page
        begun = True
        after = "WHERE traced.id > %(after)s" if here and start is not None else ""
        if here and start is not None:
            parameters["after"] = start[1]
        # The names come from the registry and enums, never from a request.
        selects.append(
            f"SELECT traced.id, fact.kind, fact.at, fact.recorded_at, "  # noqa: S608
            "fact.area_id, fact.actor_id, fact.subject_kind, fact.subject_id, fact.amount, "
            f"'{term.part.value}' AS part, traced.entity, traced.first_of_entity, "
            f"{_measured(term)} AS measured "
            f"FROM ({text_of(asked, term, Shape.FACTS)}) AS traced "
            f"JOIN {FACTS} AS fact ON fact.id = traced.id {after}"
        )
    # A side may add up several counts: its facts are listed as one, by their ids.
    text = f"{' UNION ALL '.join(selects)} ORDER BY part DESC, id LIMIT %(limit)s"
    return tuple(map(traced_fact, _run(text, asked, groups, **parameters)))


def _measured(term: Term) -> str:
    of_percentile = term.op is registry.MeasureOp.PERCENTILE
    return "traced.measured" if of_percentile else "NULL::numeric"


def extent(asked: Asked, groups: Mapping[UUID, UUID]) -> tuple[int, int | None]:
    """Return how many facts make the figure, and how many entities they name."""
    counted = [_run(text_of(asked, term, Shape.EXTENT), asked, groups)[0] for term in asked.terms]
    facts = sum(row[0] for row in counted)
    distinct = len(asked.terms) == 1 and asked.terms[0].op is registry.MeasureOp.COUNT_DISTINCT
    return facts, counted[0][1] if distinct else None
