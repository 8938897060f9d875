"""What waits between places and units, counted for the first screen of the day."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from liuchi.engines.cases.scope import see
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

READ = "cases.case.read"
COUNTED_MAX = 200
"""Counts stop here: nobody does more in a day."""

# Said as the partial index of what is open says it, so that what has ended costs nothing.
_CALLED = "cases_called WHERE NOT (state IN ('rated', 'excused'))"
_PARTS = {
    "to_arrive": f"{_CALLED} AND state = 'called' AND unit_id = ANY(%(units)s)",
    "to_finish": f"{_CALLED} AND state = 'agreed' AND unit_id = ANY(%(units)s)",
    "prompts_to_answer": "cases_prompt WHERE closed_at IS NULL AND answered_at IS NULL "
    "AND unit_id = ANY(%(units)s)",
    "late": f"{_CALLED} AND state = 'called' AND respond_by < %(now)s",
    "to_rate": f"{_CALLED} AND state = 'done'",
    "objected": f"{_CALLED} AND state = 'objected'",
    "prompts_answered": "cases_prompt WHERE closed_at IS NULL AND answered_at IS NOT NULL",
    "arbitrations": "cases_arbitration WHERE decided_at IS NULL",
}
_COUNTED = [
    f"(SELECT count(*) FROM (SELECT FROM {part} LIMIT {COUNTED_MAX}) AS part)"  # noqa: S608  ours
    for part in _PARTS.values()
]


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


def unit_work(actor: Actor) -> UnitWork:
    """Count what waits in the actor's scope. One statement beside those of the scope."""
    actor.may(READ).or_refuse()
    units = list(see(actor))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_COUNTED)}", {"units": units, "now": clock.now()})
        return UnitWork(*cursor.fetchone())
