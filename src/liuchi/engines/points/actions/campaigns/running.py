"""What the worker does with campaigns: post those whose notice is over, take back the undone.

A piece at a time, each a transaction of its own: the desk sees how far it has come, and a
village's account is locked for part of a second only.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries
from liuchi.engines.points.actions.notices import lengthen_notices
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

PEOPLE_AT_ONCE = 25_000


def run_campaigns(*, actor: Actor, at_once: int = PEOPLE_AT_ONCE) -> int:
    """Post and take back all that is due; return for how many people.

    Safe to repeat and to run twice at once: a part is locked while a piece of it is posted.
    """
    actor.may("points.claim.post").or_refuse()
    with acting_as(actor):
        due = queries.due_campaign_parts(actor, clock.now())
        undone = queries.undone_campaign_parts(actor)
    if due and lengthen_notices(actor=actor, sheet_ids={each.sheet_id for each in due}):
        return run_campaigns(actor=actor, at_once=at_once)  # a day off was entered meanwhile
    posted = sum(_pieces(actor, "points_post_campaign", each.id, at_once) for each in due)
    return posted + sum(_pieces(actor, "points_undo_campaign", each, at_once) for each in undone)


def _pieces(actor: Actor, function: str, part_id: UUID, at_once: int) -> int:
    done = 0
    while True:
        with acting_as(actor), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {function}(%s, %s, %s, %s)",
                [part_id, at_once, actor.id, clock.now()],
            )
            piece = cursor.fetchone()[0]
        if piece is None:
            return done
        done += piece
