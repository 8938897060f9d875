"""Two records become one human being's, with their points; and part again in time."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points_queries
from liuchi.engines.points.actions import rounds_of_life as points
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor


def decide_merge(*, merge_id: UUID, approve: bool, actor: Actor, key: str) -> int:
    """Merge two records and their purses, or say they are two people; the points moved."""
    with acting_as(actor):
        merge = directory.decide_merge(merge_id=merge_id, approve=approve, actor=actor, key=key)
        if not approve:
            return 0
        return points.merge_purses(
            duplicate_id=merge.duplicate_id,
            survivor_id=merge.survivor_id,
            merge_id=merge_id,
            actor=actor,
        )


def part(*, merge_id: UUID, actor: Actor, key: str) -> int:
    """Undo a merge within the time the playbook gives; the points that went back.

    Points first: what is spent can't go back, and then the records stay together.
    """
    with acting_as(actor):
        row = directory_queries.merge(actor, merge_id)
        within = points_queries.life_at(row.survivor.village_id).undo_merge_within
        day = clock.local_day(row.decided_at or row.asked_at)
        directory.part(merge_id=merge_id, until=within.after(day), actor=actor, key=key)
        return points.part_purses(
            duplicate_id=row.duplicate.id,
            survivor_id=row.survivor.id,
            merge_id=merge_id,
            actor=actor,
        )
