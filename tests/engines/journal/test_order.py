"""Order: ordinals are dense, final, and lose nobody, however late a transaction commits."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from engines.journal.examples import Crash, anybody, known_kinds, see, see_and_crash, seen
from liuchi.engines.journal import actions, jobs, queries
from liuchi.engines.journal.scope import acting_as
from liuchi.project.postgres import Role

WRITERS, ROUNDS, FACTS_EACH = 8, 10, 3
PAUSES_SECONDS = (0, 0.002, 0, 0.02, 0.005)


@pytest.fixture(autouse=True)
def _kinds(db):
    with known_kinds():
        yield


def _write(writer: int) -> list[UUID]:
    """Record facts in transactions that stay open for different times."""
    ids = []
    try:
        for turn in range(ROUNDS):
            actor = anybody()
            with acting_as(actor):
                for step in range(FACTS_EACH):
                    ids.append(see(actor))
                    time.sleep(PAUSES_SECONDS[(writer * 3 + turn + step) % len(PAUSES_SECONDS)])
    finally:
        connection.close()
    return ids


def _follow(done: threading.Event) -> tuple[list[tuple[int, UUID]], list[UUID]]:
    """Consume by ordinal, and beside it by `id > last`, as one would without ordinals."""
    ordered, naive = [(0, UUID(int=0))], [UUID(int=0)]
    try:
        finished = False
        while not finished:
            finished = done.is_set()
            if finished:
                jobs.catch_up()
            while jobs.sequence(7):
                pass
            ordered += [(fact.ordinal, fact.id) for fact in queries.facts_after(ordered[-1][0], 99)]
            with connection.cursor() as cursor:
                cursor.execute("SELECT id FROM journal_fact WHERE id > %s ORDER BY id", naive[-1:])
                naive += [found for (found,) in cursor.fetchall()]
        ordered += [(fact.ordinal, fact.id) for fact in queries.facts_after(ordered[-1][0], 999)]
    finally:
        connection.close()
    return ordered[1:], naive[1:]


def test_interleaved_late_transactions_lose_nobody_and_are_ordered():
    done = threading.Event()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(_follow, done)
        written = [id_ for ids in pool.map(_write, range(WRITERS)) for id_ in ids]
        done.set()
        ordered, naive = reader.result()
    total = WRITERS * ROUNDS * FACTS_EACH
    assert len(written) == total == 240
    assert [ordinal for ordinal, _ in ordered] == list(range(1, total + 1))
    assert sorted(id_ for _, id_ in ordered) == sorted(written)
    assert queries.head().ordinal == total
    # The danger is real: the same run, read by id, misses facts that committed late.
    assert len(naive) < total


def test_a_fact_waits_for_older_transactions_and_then_takes_its_place(cluster, db):
    with cluster.connect(Role.APP, db) as slow:
        slow.autocommit = False
        slow.execute("SELECT pg_current_xact_id()")
        (quick,) = seen()
        assert jobs.sequence() == 0
        slow.rollback()
    assert jobs.catch_up() == 1
    assert [fact.id for fact in queries.facts_after(0, 10)] == [quick]


def test_a_reader_without_a_transaction_id_holds_nobody_up(cluster, db):
    with cluster.connect(Role.APP, db) as reader:
        reader.autocommit = False
        reader.execute("SELECT count(*) FROM journal_fact")
        seen()
        assert jobs.catch_up() == 1
        reader.rollback()


def test_an_ordinal_once_given_stays(cluster, db):
    first = seen(2)
    jobs.catch_up()
    second = seen(2)
    jobs.catch_up()
    assert [fact.id for fact in queries.facts_after(0, 10)] == [*first, *second]


def test_batches_keep_to_their_size():
    seen(5)
    given = []
    while sum(given) < 5:  # whatever else runs on the server may hold some up for a moment
        given.append(jobs.sequence(2))
    assert max(given) == 2
    assert queries.head().ordinal == 5


def test_facts_of_a_rolled_back_transaction_leave_no_gap():
    actor = anybody()
    seen()
    with pytest.raises(Crash):
        see_and_crash(actor)
    seen()
    jobs.catch_up()
    assert [fact.ordinal for fact in queries.facts_after(0, 10)] == [1, 2]


def test_after_a_restore_waiting_facts_are_ordered_whatever_their_transaction_id(cluster, db):
    with cluster.connect(Role.OWNER, db) as owner:
        seen()
        # What a dump from a long-lived server brings: ids this one reaches in years.
        owner.execute(
            "INSERT INTO journal_fact (id, kind, at, recorded_at, actor_id, subject_kind, "
            "subject_id, data, xid) SELECT overlay(id::text placing 'ffff' from 33)::uuid, "
            "kind, at, recorded_at, actor_id, subject_kind, subject_id, data, '4000000000' "
            "FROM journal_fact"
        )
        assert jobs.catch_up(0.5) == 1
        assert owner.execute("SELECT journal_after_restore()").fetchone() == (1,)
    assert queries.head().ordinal == 2


def test_only_the_owner_repairs_after_a_restore(cluster, db):
    with (
        cluster.connect(Role.APP, db) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="journal_after_restore"),
    ):
        app.execute("SELECT journal_after_restore()")


def test_the_sequencer_refuses_a_snapshot_that_does_not_move(cluster, db):
    with cluster.connect(Role.APP, db) as app:
        app.autocommit = False
        app.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="READ COMMITTED"):
            app.execute("SELECT journal_sequence(10)")
        app.rollback()


def test_a_consumer_takes_each_fact_once_and_again_only_after_a_crash():
    ids = seen(3)
    jobs.catch_up()
    with transaction.atomic():
        assert [fact.id for fact in actions.take("flows", 2)] == ids[:2]

    def crash() -> None:
        with transaction.atomic():
            assert [fact.id for fact in actions.take("flows", 2)] == ids[2:]
            raise Crash

    with pytest.raises(Crash):
        crash()
    with transaction.atomic():
        assert [fact.id for fact in actions.take("flows", 2)] == ids[2:]
    with transaction.atomic():
        assert actions.take("flows", 2) == ()
        assert [fact.id for fact in actions.take("another", 1)] == ids[:1]


def test_taking_outside_a_transaction_is_a_mistake():
    with pytest.raises(transaction.TransactionManagementError):
        actions.take("flows", 1)
