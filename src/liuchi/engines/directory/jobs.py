"""Periodic work of the directory."""

from __future__ import annotations

from django.db import connection

from liuchi.engines.directory import queries
from liuchi.engines.directory.actions import erase_person, finish_due, rewrap_keys
from liuchi.engines.directory.actions.rosters import forget_undo
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.durations import Period, PeriodUnit
from liuchi.kernel.ids import new_id
from liuchi.playbooks.core import longest_retention

BATCH = 1000
LOG_KEPT = Period(3, PeriodUnit.YEARS)
"""How long who looked at whose data can be read; the law's least is six months
(《网络安全法》第二十一条)."""


def rotate_keys() -> int:
    """Wrap every key under the ring's current key, a thousand per transaction."""
    total, actor = 0, system_actor(new_id())
    while done := rewrap_keys(actor=actor, limit=BATCH):
        total += done
    return total


def tidy_search() -> None:
    """Put people and households who came since in their places in the search indexes.

    They are found before as well, by reading all who wait: after a large import slowly.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_tidy_search()")


def forget_gone() -> int:
    """Erase people who left or died longer ago than any method in force keeps personal data.

    Without a method in force nothing says how long, and nobody is erased.
    """
    today = clock.today()
    kept = [
        longest_retention(applied.compiled.get("purposes", {}))
        for applied in journal.playbooks_in_force(None, today)
    ]
    before = min((period.before(today) for period in kept if period), default=None)
    if before is None:
        return 0
    total, actor = 0, system_actor(new_id(), "directory.person.write")
    while True:
        with acting_as(actor):
            gone = queries.gone_before(before, BATCH)
        for person_id in gone:
            erase_person(person_id=person_id, actor=actor, key=f"retention-{person_id}")
        total += len(gone)
        if not gone:
            return total


def drop_old_logs() -> int:
    """Drop the months of the log of unmaskings that are past ``LOG_KEPT``; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_drop_log_partitions(%s)", [LOG_KEPT.before(clock.today())])
        (dropped,) = cursor.fetchone()
    return int(dropped)


def forget_imports() -> int:
    """Delete what is kept to undo imports once its weeks are over."""
    return forget_undo(actor=system_actor(new_id()))


def finish_hand_overs() -> int:
    """Finish the hand-overs whose day has come; returns for how many people."""
    return finish_due(actor=system_actor(new_id(), "accounts.user.write"))
