"""Moving to another household or village, with the purse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.actions import rounds_of_life as points
from liuchi.kernel.actors import Actor


def move(
    *,
    person_ids: Sequence[UUID],
    village_id: UUID,
    household: str = "",
    grid_id: UUID | None = None,
    on: date,
    actor: Actor,
    key: str,
) -> UUID:
    """Move people together as :func:`directory.move_people` does, and their purses with them."""
    with acting_as(actor):
        house_id = directory.move_people(
            person_ids=person_ids,
            village_id=village_id,
            household=household,
            grid_id=grid_id,
            on=on,
            actor=actor,
            key=key,
        )
        homes = directory_queries.subjects(actor, person_ids)
        for home in {(each.village_id, each.scope_code) for each in homes.values()}:
            points.follow_home(
                [each.id for each in homes.values() if (each.village_id, each.scope_code) == home],
                village_id=home[0],
                scope_code=home[1],
                actor=actor,
            )
    return house_id
