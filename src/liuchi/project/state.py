"""What the installation's database says about itself, for doctor and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connections

from liuchi.engines.journal import queries as journal
from liuchi.flows import notifying
from liuchi.kernel import clock
from liuchi.project.database import OWNER


@dataclass(frozen=True, slots=True)
class JournalState:
    """How far the journal is behind and how far its partitions reach."""

    facts_without_ordinal: int
    seconds_behind: float  # age of the oldest fact that has no place in the order yet
    partitions_ahead: int  # months after the present one that already have a partition


@dataclass(frozen=True, slots=True)
class NoticesState:
    """How far telling people is behind, and what became of messages in the last week."""

    facts_behind: int
    messages_late: int  # should have gone out ten minutes ago or earlier
    messages_unknown: int  # perhaps sent: a worker died, or the provider never answered
    messages_failed: int  # refused by the provider, or given up after five tries


_LATE_AFTER = timedelta(minutes=10)
_WEEK = timedelta(days=7)
_TROUBLE = (
    "SELECT count(*) FILTER (WHERE state = 'pending' AND send_at < %s), "
    "count(*) FILTER (WHERE state = 'unknown' AND ended_at > %s), "
    "count(*) FILTER (WHERE ended_at > %s AND (state = 'failed' OR state = 'given_up' "
    "AND attempts > 0)) FROM notices_message"
)


def notices_state() -> NoticesState | None:
    """Return the state of notices, or ``None`` where the tables are not made yet."""
    now = clock.now()
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT to_regclass('notices_message') IS NOT NULL")
        (exists,) = cursor.fetchone()
        if not exists:
            return None
        cursor.execute(_TROUBLE, [now - _LATE_AFTER, now - _WEEK, now - _WEEK])
        late, unknown, failed = cursor.fetchone()
    return NoticesState(journal.behind(notifying.CONSUMER), late, unknown, failed)


def journal_state() -> JournalState | None:
    """Return the journal's state, or ``None`` where the tables are not made yet."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT to_regclass('journal_fact') IS NOT NULL")
        (exists,) = cursor.fetchone()
        if not exists:
            return None
        cursor.execute("SELECT count(*), min(recorded_at) FROM journal_fact WHERE ordinal IS NULL")
        waiting, oldest = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
            "WHERE inhparent = 'journal_fact'::regclass AND right(c.relname, 6) > %s",
            [f"{clock.today():%Y%m}"],
        )
        (ahead,) = cursor.fetchone()
    behind = (clock.now() - oldest).total_seconds() if oldest else 0.0
    return JournalState(waiting, behind, ahead)
