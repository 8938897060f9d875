"""What facts that came behind an ordinal change, count by count.

A fact may change more than itself: it takes back the one it corrects, and where a definition
says ``unless`` it takes out, or brings back, all facts about a record. So each count looks at
the facts that are touched, as they counted before and as they count now. Only those few are
read: the compiled texts find relations of their views' names that hold nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.indicators.rules.compiling import (
    FACTS,
    PLAYBOOK_RELATION,
    REACH_RELATION,
    WAITING,
    Shape,
    statement,
    view_name,
)
from liuchi.engines.indicators.rules.rolling import Change
from liuchi.engines.indicators.rules.terms import Term
from liuchi.engines.journal.scope import planned_once


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact behind an ordinal, as far as counting needs it, and of what it corrects."""

    id: UUID
    kind: str
    subject_id: UUID
    corrects_id: UUID | None
    corrected_kind: str | None
    corrected_subject: UUID | None


@dataclass(frozen=True, slots=True)
class Touched:
    """The facts of one count that may count otherwise than before.

    ``old`` are corrected by what is new; ``subjects`` are records of which something else changed,
    such as their exclusion;
    ``about`` the records of all that is touched; ``correcting`` the new corrections.
    """

    new: tuple[UUID, ...]
    old: tuple[UUID, ...]
    subjects: tuple[UUID, ...]
    about: tuple[UUID, ...]
    correcting: tuple[UUID, ...]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.new or self.old or self.subjects)


def new_facts(after: int, upto: int | None, most: int) -> tuple[NewFact, ...]:
    """Return at most ``most`` facts behind an ordinal; ``upto`` None: all that are committed."""
    with planned_once() as cursor:
        cursor.execute(
            "SELECT id, kind, subject_id, corrects_id, corrected_kind, corrected_subject "
            "FROM indicators_new_facts(%s, %s, %s)",
            [after, upto, most],
        )
        return tuple(NewFact(*row) for row in cursor.fetchall())


def touched(term: Term, facts: Iterable[NewFact]) -> Touched:
    """Return which facts of a count some new ones touch."""
    beside = {each.kind for each in term.others}
    new, old, correcting = [], [], []
    subjects: list[UUID | None] = []
    about: list[UUID | None] = []
    for fact in facts:
        if fact.kind == term.kind:
            new.append(fact.id)
            about.append(fact.subject_id)
        if fact.kind in beside:
            subjects.append(fact.subject_id)
        if fact.corrects_id is None:
            continue
        correcting.append(fact.id)
        if fact.corrected_kind == term.kind:
            old.append(fact.corrects_id)
            about.append(fact.corrected_subject)
        if fact.corrected_kind in beside:
            subjects.append(fact.corrected_subject)
    known = [each for each in dict.fromkeys(subjects) if each is not None]
    told = [each for each in dict.fromkeys((*about, *known)) if each is not None]
    return Touched(tuple(new), tuple(old), tuple(known), tuple(told), tuple(correcting))


Text = tuple[str, dict[str, Any]]


def changed(term: Term, versions: Sequence[UUID], facts: Touched, before: int, now: int) -> Text:
    """Return the statement of what touched facts change, and its parameters.

    Its columns are those of ``Shape.CELLS``; what comes out as nothing is left out.
    """
    text = _cells(term)
    views = _narrowed(term, facts)
    # The texts are compiled from declared names (rules.compiling); values are parameters.
    query = (
        f"WITH {PLAYBOOK_RELATION} (figure_version) AS (SELECT unnest(%(versions)s::uuid[])), "  # noqa: S608
        f"{', '.join(views)} "
        "SELECT area, month, entity, sum(n)::bigint AS n, sum(value) AS value FROM ("
        f"(WITH {REACH_RELATION} (figure_ordinal) AS (SELECT %(now)s::bigint) {text}) UNION ALL "
        "SELECT area, month, entity, -n, -value FROM ("
        f"WITH {REACH_RELATION} (figure_ordinal) AS (SELECT %(before)s::bigint) {text}) AS was"
        ") AS told GROUP BY area, month, entity HAVING sum(n) <> 0 OR sum(value) <> 0"
    )
    return query, {
        "versions": list(versions),
        "now": now,
        "before": before,
        "ids": [*facts.new, *facts.old],
        "old": list(facts.old),
        "subjects": list(facts.subjects),
        "about": list(facts.about),
        "correcting": list(facts.correcting),
    }


def _cells(term: Term) -> str:
    """Return the compiled text; one of its own relations may stand before it."""
    text = statement(term, Shape.CELLS).text.replace("%", "%%")
    return f"SELECT * FROM ({text}) AS counted"  # noqa: S608


def whole(term: Term, versions: Sequence[UUID], now: int) -> Text:
    """Return the statement of everything that counts up to an ordinal, and its parameters."""
    text = _cells(term)
    query = (
        f"WITH {PLAYBOOK_RELATION} (figure_version) AS (SELECT unnest(%(versions)s::uuid[])), "
        f"{REACH_RELATION} (figure_ordinal) AS (SELECT %(now)s::bigint) {text}"
    )
    return query, {"versions": list(versions), "now": now}


def not_yet(term: Term, versions: Sequence[UUID], facts: Touched, ordinal: int) -> list[Change]:
    """Return what facts behind an ordinal change, also those that wait for theirs."""
    text, given = changed(term, versions, facts, ordinal, WAITING)
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return [Change(*row) for row in cursor.fetchall()]


def held(series: int, entities: Iterable[str]) -> list[Change]:
    """Return where some of what is counted once is counted so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT area_id, month, entity, n, n::numeric FROM indicators_ref "
            "WHERE series_id = %s AND entity = ANY(%s)",
            [series, list(entities)],
        )
        return [Change(*row) for row in cursor.fetchall()]


def _narrowed(term: Term, facts: Touched) -> list[str]:
    """The views a count reads, and the journal's corrections, with nothing but what is touched.

    Only later facts correct one, so that what corrects a new fact is new as well.
    """
    conditions = {term.kind: ["id = ANY(%(ids)s::uuid[])"]}
    if facts.subjects:
        conditions[term.kind].append("subject_id = ANY(%(subjects)s::uuid[])")
    for each in term.others:
        conditions.setdefault(each.kind, []).append("subject_id = ANY(%(about)s::uuid[])")
    corrections = ["id = ANY(%(correcting)s::uuid[])", "corrects_id = ANY(%(old)s::uuid[])"]
    by_record = [each.kind for each in term.others]
    if facts.subjects:
        by_record.append(term.kind)
    corrections += [
        f"corrects_id IN (SELECT id FROM {view_name(kind)})"  # noqa: S608
        for kind in dict.fromkeys(by_record)
    ]
    views = [
        f"{view_name(kind)} AS MATERIALIZED (SELECT * FROM public.{view_name(kind)} "  # noqa: S608
        f"WHERE {' OR '.join(dict.fromkeys(where))})"
        for kind, where in conditions.items()
    ]
    selects = " UNION ALL ".join(
        f"SELECT corrects_id, ordinal FROM public.{FACTS} WHERE {each}"  # noqa: S608
        for each in corrections
    )
    return [*views, f"{FACTS} AS MATERIALIZED ({selects})"]
