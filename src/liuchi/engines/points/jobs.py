"""Periodic work of points."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, queries
from liuchi.engines.points.actions import leases, rounds_of_life
from liuchi.engines.points.actions.cards import rewrap_card_keys
from liuchi.engines.points.actions.grade_appeals import forget_appeals, rewrap_appeal_keys
from liuchi.engines.points.queries import Verified
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor

# Who posts what nobody posts by hand; the same in every installation.
POSTING_ACTOR_ID = UUID("0196b2c0-0000-7000-8000-706f696e7473")
_BATCH = 500
_ROLLED_AT_ONCE = 500_000
_POSTED_AT_ONCE = 2_000  # the village's account is locked meanwhile, for a tenth of a second


def post_due() -> int:
    """Post every claim whose public notice is over; return how many were posted.

    A claim with an objection open, or answered too short a time ago, is not due. Safe to
    repeat and to run twice at once: a claim is posted under a key of its own.
    """
    actor = system_actor(POSTING_ACTOR_ID, "points.claim.read", "points.claim.post")
    posted = 0
    while True:
        with acting_as(actor):
            due = queries.due_claims(actor, clock.now(), _POSTED_AT_ONCE)
            sheets = queries.sheets_of(actor, due)
        if not due:
            return posted
        if actions.lengthen_notices(actor=actor, sheet_ids=sheets):
            continue  # a day off was entered meanwhile: some are no longer due
        done = actions.post_claims(actor=actor, claim_ids=due)
        posted += done
        if done == 0:
            return posted


def post_campaigns() -> int:
    """Post campaigns whose notice is over and take back those undone; for how many people."""
    return actions.run_campaigns(
        actor=system_actor(POSTING_ACTOR_ID, "points.claim.read", "points.claim.post")
    )


def roll_up_totals() -> int:
    """Carry the sums of purses on to their newest entries; return for how many purses.

    Each piece is a transaction of its own. Left out for a night, statements read a little longer.
    """
    rolled = 0
    while True:
        with acting_as(system_actor(POSTING_ACTOR_ID)), connection.cursor() as cursor:
            cursor.execute("SELECT points_roll_up(%s)", [_ROLLED_AT_ONCE])
            piece = cursor.fetchone()[0]
        if piece is None:
            return rolled
        rolled += piece


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


def lengthen_notices() -> int:
    """Move the ends of running notices where days off were entered; return how many moved."""
    return actions.lengthen_notices(actor=system_actor(POSTING_ACTOR_ID, "points.claim.post"))


def forget_objections() -> int:
    """Erase what objectors wrote, a year after the answer; return how many were erased."""
    actor = system_actor(POSTING_ACTOR_ID)
    return actions.forget_objections(actor=actor) + forget_appeals(actor=actor)


def forget_claims() -> int:
    """Clear claims of erased people, and those kept long enough; return how many."""
    actor, total = system_actor(POSTING_ACTOR_ID, "files.document.erase"), 0
    actions.forget_secrets(actor=actor)
    for forget in (actions.forget_people, actions.forget_old_claims):
        while done := forget(actor=actor):
            total += done
    return total


def rotate_keys() -> int:
    """Wrap the keys of objections and cards under the ring's current key."""
    total, actor = 0, system_actor(POSTING_ACTOR_ID)
    while done := actions.rewrap_objection_keys(actor=actor):
        total += done
    return total + rewrap_card_keys(actor=actor) + rewrap_appeal_keys(actor=actor)


def raise_overdue() -> int:
    """Send what no second person has reviewed in time to the town office; how many it was.

    A claim waits by the work calendar, so most looks find nothing; one look a minute is
    one indexed query.
    """
    actor = system_actor(POSTING_ACTOR_ID, "points.claim.read", "points.claim.raise")
    return actions.raise_overdue(actor=actor, limit=_BATCH)


def draw_statements() -> int:
    """Draw up last month's statements of providers; return how many are new.

    Runs every night of the month: what was signed late, or a night without power, is made
    good by the next.
    """
    actor = system_actor(POSTING_ACTOR_ID)
    last_month = clock.today().replace(day=1) - timedelta(days=1)
    return actions.draw_statements(actor=actor, month=last_month)


def expire_points() -> int:
    """Take back points whose last day is over, and tell of those near it; how many ended."""
    actor, total = system_actor(POSTING_ACTOR_ID, "points.account.expire"), 0
    while actions.warn_of_expiry(actor=actor, limit=_BATCH):
        pass
    while done := actions.expire_points(actor=actor, limit=_BATCH):
        total += done
    return total


def close_purses() -> int:
    """Settle purses whose time is over or that are empty; return how many were closed.

    What was awarded to a record that was merged meanwhile follows to the other one.
    """
    actor = system_actor(POSTING_ACTOR_ID)
    rounds_of_life.follow_merged(actor=actor)
    return rounds_of_life.settle_due(actor=actor)


def lapse_leases() -> int:
    """Give back what counters hold that were not heard of for days; return how many it was."""
    total, actor = 0, system_actor(POSTING_ACTOR_ID)
    while done := leases.lapse_leases(actor=actor, limit=_BATCH):
        total += done
    return total


def verify() -> Verified:
    """Replay the journal from empty beside the ledger; say where they differ."""
    actor = system_actor(POSTING_ACTOR_ID)
    with acting_as(actor):
        return queries.verify_ledger(actor)
