"""Moving: the purse goes along; what was done, and is still being decided, stays."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor


def follow_home(
    person_ids: Collection[UUID], *, village_id: UUID, scope_code: str, actor: Actor
) -> int:
    """Let people's purses go to their new village; return how many purses that were.

    Inside ``acting_as(actor)``, who answers for both villages: it belongs into the
    transaction that moves the people. Claims stay where the deed was done and are decided
    there; what they award goes to the purse all the same, and a cap counts both villages.
    """
    require(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT points_move_home(%s, %s, %s)", [list(person_ids), village_id, scope_code]
        )
        (moved,) = cursor.fetchone()
    return int(moved)
