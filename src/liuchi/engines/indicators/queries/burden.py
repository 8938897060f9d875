"""How much is asked of whom at a place: declared by methods, and written, by the journal.

Inside ``acting_as(actor)``. Kinds of posts only; the statement adds up before it gives anything
out, so that no row about one person leaves the database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.queries.asked import may
from liuchi.engines.indicators.queries.statements import hashed
from liuchi.engines.indicators.rules import burden as rules
from liuchi.engines.indicators.rules.burden import (
    Declared,
    Ground,
    Load,
    Planned,
    PostAt,
    Written,
)
from liuchi.engines.indicators.scope import READ
from liuchi.engines.journal import queries as journal
from liuchi.kernel import clock
from liuchi.kernel.actors import SYSTEM_ROLE, Actor
from liuchi.playbooks import asks_of, registry
from liuchi.playbooks.asks import Asking, Rhythm, censuses, entries, open_asks, within
from liuchi.playbooks.repeats import Repeat, repeats

IMPORT = "files.import_run"


@dataclass(frozen=True, slots=True)
class Burden:
    """What a place's posts are asked for, and what they wrote in the last whole weeks."""

    weeks: tuple[date, ...]
    posts: Mapping[str, int]
    declared: tuple[Declared, ...]
    loads: tuple[Load, ...]
    repeats: tuple[Repeat, ...]


def burden(actor: Actor) -> Burden:
    """Return what is asked of the posts below the actor's place. Refused without the right."""
    may(actor, READ).or_refuse()
    below = (actor.scope_code,)
    methods = _in_force(actor, below)
    ground = _ground(below)
    return Burden(
        rules.whole_weeks(clock.today()),
        ground.held,
        rules.declared(methods, ground),
        _written(actor, below),
        repeats(methods, ground.roles),
    )


def planned(actor: Actor, compiled: Mapping[str, Any], places: Collection[UUID]) -> Planned:
    """Return what a version would ask at those of its places that the actor's reaches.

    What is written there now is said of the actor's whole place alone: a part of it, taken from
    what the page says of the whole, would tell about the few posts that are left.
    """
    may(actor, READ).or_refuse()
    below = within(_scope_codes(places), (actor.scope_code,))
    after = _asking(str(compiled.get("playbook", "")), compiled, below)
    others = _in_force(actor, below, on=_begins(compiled))
    ground = _ground(below)
    held = [each for each in others if each.code != after.code]
    found = repeats([*held, after], ground.roles)
    return Planned(
        rules.declared(others, ground),
        rules.declared([*held, after], ground),
        _written(actor, below)
        if actor.role == SYSTEM_ROLE or below == (actor.scope_code,)
        else None,
        tuple(each for each in found if after.title in {where.method for where in each.where}),
    )


def _begins(compiled: Mapping[str, Any]) -> date:
    """Return the day to look at: that on which the version begins, today at the earliest."""
    begins = (compiled.get("in_force") or {}).get("from")
    return max(clock.today(), date.fromisoformat(str(begins or clock.today())))


def _in_force(actor: Actor, below: tuple[str, ...], on: date | None = None) -> list[Asking]:
    """Return what is asked below some places: by methods in force, cut to them, and besides."""
    held = journal.playbooks_in_force(None, on or clock.today())
    codes = {
        place: area.scope_code
        for place, area in directory.areas({each for row in held for each in row.places}).items()
    }
    found = []
    for applied in held:
        places = [codes[place] for place in applied.places if place in codes]
        shared = within(places, below)
        if shared and _sees(actor, applied.compiled):
            found.append(replace(_asks(applied.id), scope_codes=shared))
    return [*found, *open_asks(below)]


def _sees(actor: Actor, compiled: Mapping[str, Any]) -> bool:
    """Whether the actor may see what a method counts; work on the server sees all."""
    return actor.role == SYSTEM_ROLE or all(
        actor.may(verb).allowed for verb in registry.read_by(compiled)
    )


@cache
def _asks(version_id: UUID) -> Asking:
    """Return what a version asks. It never changes, so that it is read once."""
    applied = journal.playbook_version(version_id)
    return _asking(applied.code, applied.compiled, ())


def _asking(code: str, compiled: Mapping[str, Any], scope_codes: tuple[str, ...]) -> Asking:
    counted = (each.get("title") for each in compiled.get("indicators") or ())
    return Asking(
        code,
        str(compiled.get("title", code)),
        asks_of(compiled),
        scope_codes,
        tuple(str(title) for title in counted if title),
    )


def _scope_codes(places: Iterable[UUID]) -> tuple[str, ...]:
    return tuple(sorted(area.scope_code for area in directory.areas(places).values()))


def _ground(below: tuple[str, ...]) -> Ground:
    counted: dict[tuple[str, str, tuple[str, ...]], int] = {}

    def census(rhythm: Rhythm, scope_codes: tuple[str, ...]) -> int:
        at = (rhythm.each, rhythm.of, scope_codes)
        if at not in counted:
            count = censuses().get(rhythm.each)
            counted[at] = count(scope_codes, rhythm.of) if count else 0
        return counted[at]

    with connection.cursor() as cursor:
        cursor.execute(_POSTS, {"below": list(below), "today": clock.today()})
        posts = tuple(PostAt(*row) for row in cursor.fetchall())
        cursor.execute(_VILLAGES, [list(below)])
        villages = tuple(row[0] for row in cursor.fetchall())
    return Ground(posts, villages, accounts.roles_by_verb(), census)


def _written(actor: Actor, below: tuple[str, ...]) -> tuple[Load, ...]:
    weeks = rules.whole_weeks(clock.today())
    values = _values(below, weeks)
    with connection.cursor() as cursor:
        cursor.execute(_POST_DAYS, values)
        held = {(role, week): days for role, week, days in cursor.fetchall()}
        rows = _rows(cursor, values)
    titles = _titles(actor)
    written = (
        Written(role, week, titles[version], kind, number)
        for role, week, version, kind, number in rows
        if version in titles
    )
    return rules.loads(weeks, held, written)


_COUNTED: dict[tuple[str, tuple[str, ...], date], list[tuple[Any, ...]]] = {}
_COUNTED_MAX = 256


def _rows(cursor: CursorWrapper, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Count, once a day and place: what was recorded in weeks that are over stays as it is."""
    at = (connection.settings_dict["NAME"], tuple(values["below"]), clock.today())
    if at not in _COUNTED:
        if len(_COUNTED) >= _COUNTED_MAX:
            _COUNTED.clear()
        cursor.execute(_AREAS, [values["below"]])
        areas = [row[0] for row in cursor.fetchall()]
        # What is gathered of a county fits into memory.
        _COUNTED[at] = hashed(cursor, _ENTRIES, {**values, "areas": areas}, work_mem="64MB")
    return _COUNTED[at]


def _titles(actor: Actor) -> dict[UUID | None, str]:
    """Return by version what its method is called; "" outside methods. Not what is not seen."""
    found: dict[UUID | None, str] = {None: ""}
    for each in journal.applied_playbooks():
        if _sees(actor, each.compiled):
            found[each.id] = str(each.compiled.get("title", each.code))
    return found


def _values(below: tuple[str, ...], weeks: Sequence[date]) -> dict[str, Any]:
    """Return what both statements take."""
    first, end = weeks[0], weeks[-1] + timedelta(weeks=1)
    since, before = clock.start_of_day(first), clock.start_of_day(end)
    low, high = journal.ids_recorded(since, before)
    verbs = entries()
    return {
        "below": list(below),
        "first": first,
        "end": end,
        "since": since,
        "before": before,
        "low": low,
        "high": high,
        "kinds": list(verbs),
        "verbs": list(verbs.values()),
        "import": IMPORT,
    }


_POSTS = """
SELECT post.role_id, place.scope_code
FROM directory_post AS post JOIN directory_area AS place ON place.id = post.area_id
WHERE EXISTS (SELECT FROM unnest(%(below)s::text[]) AS low
              WHERE starts_with(place.scope_code, low))
  AND post.valid_from <= %(today)s AND %(today)s < coalesce(post.valid_to, 'infinity')
ORDER BY 2, 1
"""

_VILLAGES = """
SELECT place.scope_code FROM directory_area AS place
WHERE place.kind IN ('village', 'community') AND place.valid_to IS NULL
  AND EXISTS (SELECT FROM unnest(%s::text[]) AS low WHERE starts_with(place.scope_code, low))
ORDER BY 1
"""

# Days on which posts of a kind were held, by week: who came for who left holds the same post on.
_POST_DAYS = """
SELECT post.role_id, week.first::date,
       sum(least(coalesce(post.valid_to, 'infinity'), week.first::date + 7)
           - greatest(post.valid_from, week.first::date))::integer
FROM generate_series(%(first)s::timestamp, %(end)s::timestamp - interval '1 week',
                     interval '1 week') AS week(first)
JOIN directory_post AS post
  ON post.valid_from < week.first::date + 7
 AND coalesce(post.valid_to, 'infinity') > week.first::date
JOIN directory_area AS place ON place.id = post.area_id
WHERE EXISTS (SELECT FROM unnest(%(below)s::text[]) AS low
              WHERE starts_with(place.scope_code, low))
GROUP BY 1, 2 ORDER BY 1, 2
"""

# What one person does in one transaction about one thing is one entry, told by the step that
# comes first: a report that is filed and sent on at once is a report. What came in with a list
# counts as the list. The day is Anqing's, the post the one held then: of several the narrowest
# that reaches the place (docs/adr/0019), then one that may do it, then the one held longest.
_ENTRIES = """
WITH post AS (
    SELECT held.id, held.user_id, held.role_id, place.scope_code, held.valid_from,
           coalesce(held.valid_to, 'infinity') AS valid_to
    FROM directory_post AS held JOIN directory_area AS place ON place.id = held.area_id
    WHERE EXISTS (SELECT FROM unnest(%(below)s::text[]) AS low
                  WHERE starts_with(place.scope_code, low))
      AND held.valid_from < %(end)s AND coalesce(held.valid_to, 'infinity') >= %(first)s
), made_by AS (
    SELECT step, kind, verb
    FROM unnest(%(kinds)s::text[], %(verbs)s::text[]) WITH ORDINALITY AS made(kind, verb, step)
), list AS (
    SELECT actor_id, xid FROM journal_fact
    WHERE kind = %(import)s AND id >= %(low)s AND id < %(high)s
), done AS (
    SELECT fact.actor_id, fact.area_id, fact.playbook_version AS version,
           (min(fact.recorded_at) AT TIME ZONE 'Asia/Shanghai')::date AS day,
           min(made_by.step) AS step
    FROM journal_fact AS fact JOIN made_by ON made_by.kind = fact.kind
    WHERE fact.id >= %(low)s AND fact.id < %(high)s
      AND fact.recorded_at >= %(since)s AND fact.recorded_at < %(before)s
      AND fact.kind = ANY(%(kinds)s) AND fact.area_id = ANY(%(areas)s)
      AND fact.actor_id IN (SELECT user_id FROM post)
      AND (fact.kind = %(import)s OR (fact.actor_id, fact.xid) NOT IN (SELECT * FROM list))
    GROUP BY fact.actor_id, fact.xid, fact.subject_id, fact.area_id, fact.playbook_version
), counted AS (
    SELECT actor_id, day, step, area_id, version, count(*) AS entries
    FROM done GROUP BY 1, 2, 3, 4, 5
), held AS (
    SELECT DISTINCT ON (counted.actor_id, day, counted.step, counted.area_id, version)
           post.role_id, day, version, made_by.kind, entries
    FROM counted
    JOIN made_by ON made_by.step = counted.step
    JOIN directory_area AS spot ON spot.id = counted.area_id
    JOIN post ON post.user_id = counted.actor_id AND day BETWEEN post.valid_from AND post.valid_to
     AND starts_with(spot.scope_code, post.scope_code)
    LEFT JOIN accounts_grant AS may ON may.role_id = post.role_id AND may.verb = made_by.verb
    ORDER BY counted.actor_id, day, counted.step, counted.area_id, version,
             day < post.valid_to DESC, length(post.scope_code) DESC,
             may.role_id IS NOT NULL DESC, post.valid_from, post.id
)
SELECT role_id, date_trunc('week', day)::date, version, kind, sum(entries)::integer
FROM held GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""

_AREAS = """
SELECT place.id FROM directory_area AS place
WHERE EXISTS (SELECT FROM unnest(%s::text[]) AS low WHERE starts_with(place.scope_code, low))
"""
