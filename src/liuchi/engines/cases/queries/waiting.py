"""What waits for somebody in cases, counted together for the first screen of the day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.cases.enums import ExclusionState
from liuchi.engines.cases.queries.cases import Wanted, counting, due_counting
from liuchi.engines.cases.scope import see
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

READ = "cases.case.read"
COUNTED_MAX = 200
"""Counts stop here: nobody does more in a day."""

# Said as the partial index of what is open says it, so that what has ended costs nothing.
_CALLED = "cases_called WHERE NOT (state IN ('rated', 'excused'))"
_UNITS, _NOW = "units", "now"
_PARTS = {
    "to_arrive": (f"{_CALLED} AND state = 'called' AND unit_id = ANY(%s)", _UNITS),
    "to_finish": (f"{_CALLED} AND state = 'agreed' AND unit_id = ANY(%s)", _UNITS),
    "prompts_to_answer": (
        "cases_prompt WHERE closed_at IS NULL AND answered_at IS NULL AND unit_id = ANY(%s)",
        _UNITS,
    ),
    "late": (f"{_CALLED} AND state = 'called' AND respond_by < %s", _NOW),
    "to_rate": (f"{_CALLED} AND state = 'done'", ""),
    "objected": (f"{_CALLED} AND state = 'objected'", ""),
    "prompts_answered": ("cases_prompt WHERE closed_at IS NULL AND answered_at IS NOT NULL", ""),
    "arbitrations": ("cases_arbitration WHERE decided_at IS NULL", ""),
}


@dataclass(frozen=True, slots=True)
class UnitWork:
    """Up to :data:`COUNTED_MAX` each. The first three are of the actor's own units.

    ``late``: called units past their deadline; ``to_rate``: done and not rated;
    ``objected``: objections to calls; ``prompts_answered``: sheets to be closed.
    """

    to_arrive: int
    to_finish: int
    prompts_to_answer: int
    late: int
    to_rate: int
    objected: int
    prompts_answered: int
    arbitrations: int


@dataclass(frozen=True, slots=True)
class DeskWork:
    """What waits at a desk. ``lists`` counts those asked for, in their order.

    ``due_today`` and ``overdue`` are of the post's own work; ``exclusions`` wait for this
    person's agreement: asked for by others, and in sight.
    """

    lists: tuple[int, ...]
    due_today: int
    overdue: int
    exclusions: int
    units: UnitWork


def unit_work(actor: Actor) -> UnitWork:
    """Count what waits between places and units in the actor's scope."""
    return desk_work(actor, ()).units


def desk_work(actor: Actor, wanted: Sequence[Wanted]) -> DeskWork:
    """Count all that waits in the actor's scope. One statement beside those of the scope."""
    actor.may(READ).or_refuse()
    units = see(actor)
    lists = [counting(actor, each, units) for each in wanted]
    due = due_counting(actor, units)
    given: dict[str, list[Any]] = {_UNITS: [list(units)], _NOW: [clock.now()], "": []}
    asked = [
        *lists,
        *due,
        _counted("cases_exclusion WHERE state = %s AND asked_by_id <> %s", _exclusions(actor)),
        *(_counted(text, given[needs]) for text, needs in _PARTS.values()),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(text for text, _ in asked)}",
            [value for _, values in asked for value in values],
        )
        found = cursor.fetchone()
    before = len(lists) + len(due)
    pairs = [json.loads(each) for each in found[len(lists) : before]]
    return DeskWork(
        found[: len(lists)],
        sum(today for today, _late in pairs),
        sum(late for _today, late in pairs),
        found[before],
        UnitWork(*found[before + 1 :]),
    )


def _exclusions(actor: Actor) -> list[str | UUID]:
    return [str(ExclusionState.ASKED), actor.id]


def _counted(text: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """Return what counts some rows within a statement; every name in it is our own."""
    part = f"(SELECT count(*) FROM (SELECT FROM {text} LIMIT {COUNTED_MAX}) AS part)"  # noqa: S608
    return part, list(values)
