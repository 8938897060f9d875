"""Why a figure is another one than on an earlier day: each fact that came, went or was put right.

Both days are counted over the facts as everybody counts them, and the two sets laid beside each
other; so what is listed adds up to the difference by construction, and no rule of corrections
is told a second time. Of a rate the two sides are told apart: a quotient has no parts. Neither has
a percentile: told is how many more or fewer numbers it is of, and whose number was put right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.indicators.enums import Part, Reason
from liuchi.engines.indicators.queries.asked import Asked, ask
from liuchi.engines.indicators.queries.questions import Question
from liuchi.engines.indicators.queries.rows import (
    Change,
    ChangedFact,
    ChangePage,
    Figure,
)
from liuchi.engines.indicators.queries.running import beside, given_of, text_of, values
from liuchi.engines.indicators.queries.statements import traced_fact
from liuchi.engines.indicators.rules.compiling import FACTS, Shape, view_name
from liuchi.engines.indicators.rules.figures import read_position
from liuchi.engines.indicators.rules.terms import Term
from liuchi.engines.indicators.scope import TRACE
from liuchi.engines.journal import queries as journal
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import start_of_day
from liuchi.kernel.periods import Span
from liuchi.playbooks.registry import MeasureOp

_ONCE = (MeasureOp.COUNT_DISTINCT, MeasureOp.STOCK)
_THEN, _NOW = "_then", "_now"
# What was learned between two days, what that corrects, and whose records it leaves out.
_LEARNED = f"""
learned AS MATERIALIZED (
    SELECT id, kind, subject_id, corrects_id FROM public.{FACTS}
    WHERE recorded_at >= %(learned_from)s AND recorded_at < %(learned_before)s
      AND id >= %(learned_id)s::uuid
), touched AS MATERIALIZED (
    SELECT id FROM learned UNION SELECT corrects_id FROM learned WHERE corrects_id IS NOT NULL
), left_out AS MATERIALIZED (
    SELECT subject_id FROM learned WHERE kind = ANY(%(excluding)s) UNION
    SELECT fact.subject_id FROM public.{FACTS} AS fact
    JOIN learned ON learned.corrects_id = fact.id WHERE fact.kind = ANY(%(excluding)s)
)"""  # noqa: S608  every word is ours
_TOUCHED = "id IN (SELECT id FROM touched) OR subject_id IN (SELECT subject_id FROM left_out)"
# Which facts count on one day and not on the other, why, and how much each makes. Pairs are looked
# up with IN, which is hashed once; EXISTS would go through a whole set for each of them.
_CHANGED = f"""
, gone_or_come AS (
    SELECT coalesce(new.place, old.place) AS place, coalesce(new.id, old.id) AS id,
           new.id IS NOT NULL AS is_now,
           coalesce(new.entity, old.entity) AS entity,
           coalesce(new.first_of_entity, old.first_of_entity) AS is_first,
           coalesce(new.weight, old.weight) AS weight,
           old.id IS NOT NULL AND new.id IS NOT NULL AS is_otherwise
    FROM then_set AS old FULL JOIN now_set AS new ON new.place = old.place AND new.id = old.id
    WHERE old.id IS NULL OR new.id IS NULL OR old.measured <> new.measured
), changed AS (
    SELECT diff.*, fact.kind, fact.at, fact.recorded_at, fact.area_id, fact.actor_id,
        fact.subject_kind, fact.subject_id, fact.amount, side.part,
        side.sign * CASE WHEN diff.is_now THEN 1 ELSE -1 END * CASE
            WHEN diff.is_otherwise THEN 0
            WHEN NOT side.once THEN diff.weight
            WHEN NOT diff.is_first THEN 0
            WHEN diff.is_now AND (diff.place, diff.entity) IN (
                SELECT place, entity FROM then_set WHERE entity IS NOT NULL) THEN 0
            WHEN NOT diff.is_now AND (diff.place, diff.entity) IN (
                SELECT place, entity FROM now_set WHERE entity IS NOT NULL) THEN 0
            ELSE 1 END AS makes,
        CASE
            WHEN diff.is_otherwise THEN 'corrected'
            WHEN diff.is_now AND (diff.place, fact.corrects_id) IN (
                SELECT place, id FROM then_set) THEN 'corrected'
            WHEN diff.is_now AND (fact.at AT TIME ZONE 'Asia/Shanghai')::date > %(as_of_then)s
                THEN 'added'
            WHEN diff.is_now AND fact.recorded_at >= %(end_then)s THEN 'late'
            WHEN diff.is_now THEN CASE WHEN (diff.place, diff.id) IN (
                SELECT place, id FROM then_all) THEN 'excluded'
                WHEN side.stays AND EXISTS (SELECT FROM {FACTS} AS new
                    WHERE new.subject_id = fact.subject_id AND new.corrects_id IS NOT NULL
                    AND new.recorded_at >= %(end_then)s AND new.recorded_at < %(end_now)s)
                    THEN 'corrected'
                ELSE 'otherwise' END
            WHEN (diff.place, diff.id) IN (
                SELECT other.place, new.corrects_id FROM {FACTS} AS new
                JOIN now_set AS other ON other.id = new.id
                WHERE new.corrects_id IS NOT NULL) THEN 'corrected'
            WHEN EXISTS (SELECT FROM {FACTS} AS new WHERE new.corrects_id = diff.id
                AND new.recorded_at < %(end_now)s) THEN 'removed'
            WHEN (diff.place, diff.id) IN (SELECT place, id FROM now_all) THEN 'excluded'
            WHEN side.stays THEN 'left'
            ELSE 'otherwise' END AS reason
    FROM gone_or_come AS diff
    JOIN {FACTS} AS fact ON fact.id = diff.id
    JOIN unnest(%(places)s::integer[], %(parts)s::text[], %(signs)s::integer[],
                %(onces)s::boolean[], %(stays)s::boolean[])
         AS side (place, part, sign, once, stays)
        ON side.place = diff.place
)
"""  # noqa: S608  every word is ours


def why_changed(
    actor: Actor,
    code: str,
    area_id: UUID,
    *,
    since: date,
    span: Span | None = None,
    as_of: date | None = None,
    reason: Reason | None = None,
    after: str | None = None,
    limit: int = 50,
) -> ChangePage:
    """Say why a figure is not what it was on the day ``since``, and list facts of a reason.

    NotFound where it was not defined on one of the two days.
    """
    start = read_position(after) if after else None
    now = ask(actor, TRACE, code, area_id, span=span, as_of=as_of)
    then = ask(actor, TRACE, code, area_id, span=span, as_of=since)
    text, given = _compiled(then, now)
    rows = _listed(text, given, reason, start, limit + 1) if reason is not None else []
    more = len(rows) > limit
    return ChangePage(
        _figure(then),
        _figure(now),
        _told(text, given),
        tuple(rows[:limit]),
        str(rows[limit - 1].fact.id) if more else None,
    )


def _figure(asked: Asked) -> Figure:
    (found,) = values([Question(asked, Shape.TOTAL, asked.whole, (asked.area.id,))])
    return asked.figure(found.get(None), asked.area, asked.span)


def _compiled(then: Asked, now: Asked) -> tuple[str, dict[str, Any]]:
    """Return the relations both lists read, and their parameters."""
    places = then.whole(), now.whole()
    given = given_of(then, places[0], _THEN) | given_of(now, places[1], _NOW)
    sides = {number: term for asked in (then, now) for number, term in enumerate(asked.terms)}
    given |= {
        "places": list(sides),
        "parts": [str(term.part) for term in sides.values()],
        "signs": [-1 if term.less else 1 for term in sides.values()],
        "onces": [term.op in _ONCE for term in sides.values()],
        "stays": [term.family is not None for term in sides.values()],
    }
    sets = {
        "then_set": _set(then, then.terms, _THEN),
        "now_set": _set(now, now.terms, _NOW),
        "then_all": _set(then, _with_excluded(then), _THEN),
        "now_all": _set(now, _with_excluded(now), _NOW),
    }
    narrowed, more = _narrowed(then, now, alike=_alike(then, now) and places[0] == places[1])
    named = [*narrowed, *(f"{name} AS MATERIALIZED ({text})" for name, text in sets.items())]
    return f"WITH {', '.join(named)}{_CHANGED}", given | more


def _narrowed(then: Asked, now: Asked, *, alike: bool) -> tuple[list[str], dict[str, Any]]:
    """Return the views that are counted with the facts alone that may count on one day only.

    None of a day before the stretch that is asked of: a fact is learned after it happened, and
    its id is of the moment it was learned. Where rule and places are the same on both days, a
    fact counts otherwise only if it was learned in between, or what was learned in between
    corrects it or leaves its record out; and with it all facts about whom it names once. Of what
    stands, or took a while, other facts of the record decide as well: all of it is counted.
    """
    terms = (*then.terms, *now.terms)
    excluding = {each.kind for term in terms for each in term.unless}
    if excluding & {term.kind for term in terms} or any(t.family or t.spread for t in terms):
        return [], {}
    earlier, later = sorted((then.days.as_of_end, now.days.as_of_end))
    given = {
        "learned_from": earlier,
        "learned_before": later,
        "learned_id": journal.ids_recorded(earlier, later)[0],
        "first_id": journal.ids_recorded(start_of_day(now.days.since), later)[0],
        "excluding": sorted(excluding),
    }
    found = [_LEARNED] if alike else []
    for kind in dict.fromkeys(term.kind for term in terms):
        once = {term.over for term in terms if term.kind == kind and term.op in _ONCE}
        found.append(_view(kind, sorted(filter(None, once)) if alike else None))
    return found, given


def _view(kind: str, once: Sequence[str] | None) -> str:
    """Return a view of what may count otherwise, and of all of whom that counts once.

    None: everything may, of the days that are asked for.
    """
    view = view_name(kind)
    facts = f"SELECT * FROM public.{view} WHERE id >= %(first_id)s::uuid"  # noqa: S608
    if once is not None:
        whose = (
            f" OR {each} IN (SELECT {each} FROM public.{view} "  # noqa: S608
            f"WHERE id >= %(first_id)s::uuid AND ({_TOUCHED}))"
            for each in once
        )
        facts = f"{facts} AND ({_TOUCHED}{''.join(whose)})"
    return f"{view} AS MATERIALIZED ({facts})"


def _alike(then: Asked, now: Asked) -> bool:
    """Whether the rule is the same on both days, and looks back from neither."""
    return (
        then.asked_at is None
        and now.asked_at is None
        and (then.terms, then.versions) == (now.terms, now.versions)
    )


def _with_excluded(asked: Asked) -> list[Term | None]:
    return [replace(term, unless=()) if term.unless else None for term in asked.terms]


def _set(asked: Asked, terms: Sequence[Term | None], mark: str) -> str:
    # The texts are compiled from declared names (rules.compiling); values are parameters.
    selects = [
        f"SELECT {number} AS place, told.id, told.entity, told.first_of_entity, "  # noqa: S608
        f"{_weight(term)} AS weight, {_number(term)} AS measured FROM ({beside(mark)}SELECT * FROM "
        f"({text_of(asked, term, Shape.FACTS)}) AS asked) AS told "
        f"{_joined(term)}"
        for number, term in enumerate(terms)
        if term is not None
    ]
    nothing = (
        "SELECT 0 AS place, NULL::uuid AS id, NULL::text AS entity, NULL::boolean AS "
        "first_of_entity, 0::numeric AS weight, 0::numeric AS measured WHERE false"
    )
    return " UNION ALL ".join(selects) if selects else nothing


def _joined(term: Term) -> str:
    """Of a stock the facts may be of several kinds; their numbers are not needed."""
    if term.op is not MeasureOp.SUM:
        return ""
    return f"JOIN {view_name(term.kind)} AS fact ON fact.id = told.id"


def _weight(term: Term) -> str:
    return f"fact.{term.over}::numeric" if term.op is MeasureOp.SUM else "1::numeric"


def _number(term: Term) -> str:
    return "told.measured" if term.op is MeasureOp.PERCENTILE else "0::numeric"


def _told(text: str, given: dict[str, Any]) -> tuple[Change, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"{text} SELECT part, reason, count(*), coalesce(sum(makes), 0) "  # noqa: S608
            "FROM changed GROUP BY part, reason",
            given,
        )
        found = {
            (Part(part), Reason(reason)): Change(Part(part), Reason(reason), many, makes)
            for part, reason, many, makes in cursor.fetchall()
        }
    return tuple(
        found[part, reason] for part in Part for reason in Reason if (part, reason) in found
    )


def _listed(
    text: str, given: dict[str, Any], reason: Reason, after: UUID | None, limit: int
) -> list[ChangedFact]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"{text} SELECT id, kind, at, recorded_at, area_id, actor_id, "  # noqa: S608
            "subject_kind, "
            "subject_id, amount, part, entity, is_first, is_now, makes FROM changed "
            "WHERE reason = %(reason)s AND (%(after)s::uuid IS NULL OR id > %(after)s::uuid) "
            "ORDER BY id, place LIMIT %(limit)s",
            {**given, "reason": str(reason), "after": after, "limit": limit},
        )
        rows = cursor.fetchall()
    return [
        ChangedFact(traced_fact(row[:12]), reason, is_now=row[12], makes=row[13]) for row in rows
    ]
