"""Periodic work of the journal."""

from __future__ import annotations

import time
from datetime import date

from django.db import connection, transaction

from liuchi.engines.journal import queries
from liuchi.engines.journal.rules import (
    FORMAT_VERSION,
    GENESIS,
    NO_AREA,
    SealForm,
    canonical_json,
    fact_bytes,
    instant_text,
    leaf,
    sub_roots,
)
from liuchi.kernel import clock

PARTITIONS_AHEAD_MONTHS = 3
CATCH_UP_SECONDS = 5.0
_PAUSE_SECONDS = 0.02
_BATCH = 5_000
SEAL_FACTS_MAX = 10_000
"""Facts under one seal: bounds what a verification holds in memory."""


def sequence(batch: int = _BATCH) -> int:
    """Give ordinals to at most ``batch`` waiting facts; return how many were given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_sequence(%s)", [batch])
        (given,) = cursor.fetchone()
    return int(given)


def catch_up(wait_seconds: float = CATCH_UP_SECONDS) -> int:
    """Give ordinals to every fact committed before this call; return how many were given.

    Waits for transactions that are older and still running, wherever on the server: until
    they end, nothing behind them has a final place. After ``wait_seconds`` it leaves the
    rest to the next run.
    """
    deadline = time.monotonic() + wait_seconds
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        (mark,) = cursor.fetchone()
    given = 0
    while True:
        batch = sequence()
        given += batch
        if batch:
            continue
        if not _waits_below(mark) or time.monotonic() >= deadline:
            return given
        time.sleep(_PAUSE_SECONDS)


def _waits_below(mark: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM journal_fact WHERE ordinal IS NULL AND xid < %s::xid8)",
            [mark],
        )
        (waits,) = cursor.fetchone()
    return bool(waits)


def make_partitions(first_month: date | None = None) -> int:
    """Make the partitions from a month to three months ahead; return how many were made."""
    month = first_month or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT journal_make_partitions(%s, %s)", [month, PARTITIONS_AHEAD_MONTHS + 1]
        )
        (made,) = cursor.fetchone()
    return int(made)


def seal() -> int:
    """Order what waits and seal what is not sealed yet; return how many seals were made.

    Two at once are harmless: a trigger refuses a seal that does not continue the chain,
    and an advisory lock lets them wait for each other.
    """
    catch_up()
    made = 0
    while _seal_next():
        made += 1
    return made


def _seal_next() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('liuchi.journal.seal', 0))")
        earlier = queries.last_seal()
        number = earlier.form.number + 1 if earlier else 1
        last = earlier.form.last_ordinal if earlier else 0
        now = clock.now()
        facts = queries.facts_after(last, SEAL_FACTS_MAX)
        if not facts:
            return False
        form = SealForm(
            number=number,
            first_ordinal=last + 1,
            last_ordinal=last + len(facts),
            previous_root=earlier.root if earlier else GENESIS,
            areas=sub_roots((str(f.area_id or NO_AREA), leaf(fact_bytes(f))) for f in facts),
            format_version=FORMAT_VERSION,
            sealed_at=instant_text(now),
        )
        cursor.execute(
            "INSERT INTO journal_seal (number, first_ordinal, last_ordinal, root, previous_root, "
            "areas, format_version, sealed_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                form.number, form.first_ordinal, form.last_ordinal, form.root(),
                form.previous_root, canonical_json(form.areas).decode(), FORMAT_VERSION,
                now,
            ],
        )  # fmt: skip
    return True
