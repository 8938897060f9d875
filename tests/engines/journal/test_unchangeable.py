"""Rights and triggers: nothing that was recorded changes, and months come from one place."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.journal.examples import Crash, anybody, known_kinds, see_and_crash, seen
from liuchi.engines.journal import jobs
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SimulatedClock, start_of_day
from liuchi.kernel.ids import lowest_id_at
from liuchi.project.postgres import Role

CHANGES = (
    "UPDATE {table} SET kind = 'tests.other'",
    "UPDATE {table} SET ordinal = 7, amount = 3",
    "UPDATE {table} SET xid = '3'",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
)


@pytest.fixture(autouse=True)
def _kinds(db):
    with known_kinds():
        yield


def _partition(connection) -> str:
    (name,) = connection.execute("SELECT tableoid::regclass::text FROM journal_fact").fetchone()
    return name


@pytest.mark.parametrize("role", [Role.APP, Role.OWNER])
def test_nobody_changes_a_fact(cluster, db, role):
    seen()
    with cluster.connect(Role.OWNER, db) as owner:
        tables = ("journal_fact", _partition(owner))
    for table, change in itertools.product(tables, CHANGES):
        with (
            cluster.connect(role, db) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(change.format(table=table))
    with cluster.connect(Role.OWNER, db) as owner:
        assert owner.execute("SELECT kind, amount, ordinal FROM journal_fact").fetchall() == [
            ("tests.seen", None, None)
        ]


def test_an_ordinal_is_not_given_twice(cluster, db):
    seen(2)
    jobs.catch_up()
    with cluster.connect(Role.OWNER, db) as owner:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            owner.execute("UPDATE journal_fact SET ordinal = ordinal + 10")
        seen()
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("UPDATE journal_fact SET ordinal = 1 WHERE ordinal IS NULL")


@pytest.mark.parametrize("column", ["ordinal", "xid"])
def test_the_application_cannot_choose_a_place_in_the_order(cluster, db, column):
    with (
        cluster.connect(Role.APP, db) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"),
    ):
        app.execute(f"INSERT INTO journal_fact ({column}) VALUES ('5')")


@pytest.mark.parametrize("what", ["SELECT count(*) FROM {}", "INSERT INTO {} DEFAULT VALUES"])
def test_the_application_has_no_right_on_a_partition(cluster, db, what):
    seen()
    with cluster.connect(Role.OWNER, db) as owner:
        table = _partition(owner)
    with (
        cluster.connect(Role.APP, db) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(what.format(table))


@pytest.mark.parametrize("role", [Role.APP, Role.OWNER])
def test_seals_versions_and_keys_stay_as_written(cluster, db, role):
    for statement in (
        "UPDATE journal_seal SET root = repeat('1', 64)",
        "DELETE FROM journal_seal",
        "TRUNCATE journal_seal",
        "UPDATE journal_playbook_version SET source = ''",
        "DELETE FROM journal_playbook_version",
        "UPDATE journal_command SET body_hash = ''",
        "TRUNCATE journal_command",
    ):
        with (
            cluster.connect(role, db) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


def test_a_seal_that_does_not_continue_the_chain_is_refused(cluster, db):
    seen(2)
    jobs.catch_up()
    start, other, at = "0" * 64, "1" * 64, datetime(2026, 3, 2, tzinfo=UTC)
    # number, first and last ordinal, the root before
    for row in ((1, 2, 2, start), (2, 1, 2, start), (1, 1, 3, start), (1, 1, 2, other)):
        with (
            cluster.connect(Role.APP, db) as app,
            pytest.raises(psycopg.errors.CheckViolation, match="does not continue"),
        ):
            app.execute(
                "INSERT INTO journal_seal (number, first_ordinal, last_ordinal, previous_root, "
                "root, areas, format_version, sealed_at) "
                "VALUES (%s, %s, %s, %s, repeat('a', 64), '{}', 1, %s)",
                [*row, at],
            )


@given(day=st.dates(date(2000, 1, 1), date(2199, 12, 1)))
def test_bounds_in_sql_are_those_of_the_kernel(cluster, db, day):
    with cluster.connect(Role.OWNER, db) as owner:
        (bound,) = owner.execute(
            "SELECT journal_lowest_id(journal_month_start(%s))", [day]
        ).fetchone()
    assert bound == lowest_id_at(start_of_day(day.replace(day=1)))


def test_a_month_begins_at_midnight_in_shanghai(cluster, db):
    midnight = start_of_day(date(2026, 4, 1))
    for instant in (midnight - timedelta(milliseconds=1), midnight):
        with kernel_clock.using(SimulatedClock(instant)):
            seen()
    with cluster.connect(Role.OWNER, db) as owner:
        rows = owner.execute(
            "SELECT tableoid::regclass::text FROM journal_fact ORDER BY id"
        ).fetchall()
    assert rows == [("journal_fact_p202603",), ("journal_fact_p202604",)]


def test_partitions_are_made_once_and_ahead(cluster, db):
    with kernel_clock.using(SimulatedClock(start_of_day(date(2031, 11, 30)))):
        assert [jobs.make_partitions(), jobs.make_partitions()] == [4, 0]
    with cluster.connect(Role.OWNER, db) as owner:
        rows = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' "
            "AND relname >= 'journal_fact_p2031' AND relname < 'journal_fact_p2033' ORDER BY 1"
        ).fetchall()
    assert [name for (name,) in rows] == [
        f"journal_fact_p{month}" for month in ("203111", "203112", "203201", "203202")
    ]


def test_a_fact_in_a_month_nobody_prepared_finds_its_partition():
    with kernel_clock.using(SimulatedClock(start_of_day(date(2040, 5, 5)))):
        actor = anybody()
        with pytest.raises(Crash):
            see_and_crash(actor)  # takes the new partition back, too
        seen(2)
    assert jobs.catch_up() == 2


def test_a_partition_is_made_while_others_write(cluster, db):
    with cluster.connect(Role.APP, db) as busy:
        busy.autocommit = False
        busy.execute("SELECT count(*) FROM journal_fact")
        assert jobs.make_partitions(date(2041, 1, 1)) == 4
        busy.rollback()
