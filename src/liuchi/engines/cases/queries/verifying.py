"""The journal beside the rows: cases that are not what their facts say. Reads everything once."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from liuchi.engines.cases.queries.cases import case_now
from liuchi.engines.cases.rules.replay import Replayed, replayed
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor


def differing(actor: Actor) -> tuple[UUID, ...]:
    """Return the cases in sight whose facts come to something else than their row: none."""
    require(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_case ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
    return tuple(case_id for case_id in ids if not _same(case_id))


def _same(case_id: UUID) -> bool:
    now = case_now(case_id)
    if now is None:
        return False
    places = {now.area_id, now.town_id}
    told = journal.facts_of_subject("cases.case", case_id, area_ids=places)
    return replayed((fact.kind, fact.data) for fact in told) == Replayed(
        state=now.state,
        unit_id=now.unit_id,
        type_code=now.type_code,
        condition_code=now.condition_code,
        tier=now.tier,
        returned=now.returned,
        reworked=now.reworked,
        reopened=now.reopened,
        supervised=now.supervised,
        appealed=now.appealed,
        disputed=now.disputed,
        basically_done=now.basically_done,
    )
