"""Periodic work of points."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, queries
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor

# Who posts what nobody posts by hand; the same in every installation.
POSTING_ACTOR_ID = UUID("0196b2c0-0000-7000-8000-706f696e7473")
_BATCH = 500


def post_due() -> int:
    """Post every claim whose public notice is over; return how many were posted.

    Safe to repeat and to run twice at once: a claim is posted under a key of its own.
    """
    actor = system_actor(POSTING_ACTOR_ID, "points.claim.read", "points.claim.post")
    posted = 0
    while True:
        with acting_as(actor):
            due = queries.due_claims(actor, clock.now(), _BATCH)
        if not due:
            return posted
        done = actions.post_claims(actor=actor, claim_ids=due)
        posted += done
        if done == 0:
            return posted


def unbalanced_accounts() -> tuple[UUID, ...]:
    """Return accounts whose balance is not the sum of their entries: none, or something is wrong.

    What a restore and an audit ask. Reads the whole ledger once.
    """
    with acting_as(system_actor(POSTING_ACTOR_ID)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT account.id FROM points_account AS account LEFT JOIN points_entry AS entry "
            "ON entry.account_id = account.id GROUP BY account.id, account.balance "
            "HAVING account.balance <> coalesce(sum(CASE entry.side WHEN 'debit' "
            "THEN -entry.amount ELSE entry.amount END), 0) ORDER BY account.id"
        )
        return tuple(row[0] for row in cursor.fetchall())
