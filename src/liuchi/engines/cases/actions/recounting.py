"""Days off and make-up days entered after a limit began: its end is counted anew."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.moving import Moving, taking
from liuchi.engines.cases.actions.overdue import rewrite
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

# Night and day run on whatever the calendar says; what is paused is counted when it goes on.
_RUNNING = """
SELECT DISTINCT case_id FROM cases_clock
WHERE stopped_at IS NULL AND paused_at IS NULL AND limit_unit IN ('work hours', 'work days')
  AND case_id > %s ORDER BY case_id LIMIT %s
"""


def recount_limits(*, actor: Actor, after: UUID, limit: int = 200) -> tuple[UUID | None, int]:
    """Count anew the limits that run, of some cases in order of their ids.

    Returns the last case looked at, None where there is none behind ``after``, and how many
    had an end that moved: each is written with a fact of its own. Safe to repeat.
    """
    actor.may("cases.case.escalate").or_refuse()
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(_RUNNING, [after, limit])
        case_ids = [row[0] for row in cursor.fetchall()]
    if not case_ids:
        return None, 0
    try:
        with taking(actor, "", "recount", case_ids, {}) as held:
            moved = sum(_recount(moving) for moving in held)
    except NotFound:
        moved = 0
    return case_ids[-1], moved


def _recount(moving: Moving) -> bool:
    if not moving.case.state.runs:
        return False
    before = {each.id: each.due_at for each in moving.clocks}
    case = moving.case
    moving.rewind()
    moved = [each for each in moving.clocks if each.due_at != before[each.id]]
    for held in moved:
        moving.tell(
            facts.RECOUNTED,
            facts.LimitData,
            case,
            None,
            limit=held.kind.value,
            round=held.round,
        )
    if moved:
        rewrite(moving)
    return bool(moved)
