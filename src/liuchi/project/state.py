"""What the installation's database says about itself, for doctor and metrics."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections

from liuchi.kernel import clock
from liuchi.project.database import OWNER


@dataclass(frozen=True, slots=True)
class JournalState:
    """How far the journal is behind and how far its partitions reach."""

    facts_without_ordinal: int
    seconds_behind: float  # age of the oldest fact that has no place in the order yet
    partitions_ahead: int  # months after the present one that already have a partition


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
