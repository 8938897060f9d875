"""Periodic work of the journal."""

from __future__ import annotations

from datetime import date

from django.db import connection

from liuchi.kernel import clock

PARTITIONS_AHEAD_MONTHS = 3
_BATCH = 5_000


def sequence(batch: int = _BATCH) -> int:
    """Give ordinals to at most ``batch`` waiting facts; return how many were given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_sequence(%s)", [batch])
        (given,) = cursor.fetchone()
    return int(given)


def make_partitions(first_month: date | None = None) -> int:
    """Make the partitions from a month to three months ahead; return how many were made."""
    month = first_month or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT journal_make_partitions(%s, %s)", [month, PARTITIONS_AHEAD_MONTHS + 1]
        )
        (made,) = cursor.fetchone()
    return int(made)
