"""What stands behind every query: PostgreSQL itself refuses the rows of another village."""

from __future__ import annotations

import psycopg
import pytest

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import WrongActor
from liuchi.engines.points import queries as points
from liuchi.project.postgres import Cluster, Role
from surfaces.world import World, rows, tables_with_scope

pytestmark = pytest.mark.slow

# Say where a place lies, what it agreed with a provider and how far a round has come, not who
# anybody is: readable by all.
OPEN = {
    "directory_area", "points_shop", "points_agreement", "points_grade_round",
    "disclosures_model_village",
}  # fmt: skip
# Hold lines of shops and of the issuer as well, which are nobody's and open to all scopes.
LEDGER = {"points_account", "points_entry", "points_transfer"}

# Empty in the world of these tests: PostgreSQL asks most policies nothing where there is no row.
EMPTY = {
    "collect_table",  # a town sends it, no village
    "directory_roster",
    "directory_roster_row",
    "points_lot",
    "points_lot_move",
    "points_official_grade",
    "points_return",
}


def test_every_table_of_persons_is_under_row_level_security(world: World) -> None:
    secured = {name for (name,) in rows("SELECT relname FROM pg_class WHERE relrowsecurity")}

    assert tables_of_persons() - secured == set()


def test_a_raw_connection_with_our_scope_reads_none_of_their_people(
    world: World, cluster: Cluster
) -> None:
    ours, theirs = world.cast.village.scope_code, world.neighbours.village.scope_code
    seen, there = {}, {}
    with cluster.connect(Role.APP, world.database) as connection, connection.transaction():
        connection.execute(
            "SELECT set_config('liuchi.scope_set', 'on', true), "
            "set_config('liuchi.scope_low', %s, true), set_config('liuchi.scope_high', %s, true), "
            "set_config('liuchi.scope_person', '', true)",
            [ours, f"{ours}~"],
        )
        for table in tables_of_persons():
            query = f"SELECT count(*) FROM {table} WHERE starts_with(scope_code, %s)"
            if table in LEDGER:
                query += " AND person_id IS NOT NULL"
            seen[table] = connection.execute(query, [theirs]).fetchone()[0]
            ((there[table],),) = rows(query, theirs)

    assert {table: count for table, count in seen.items() if count} == {}
    assert {table for table, count in there.items() if not count} == EMPTY


def test_an_empty_table_asks_for_a_scope_as_well(world: World) -> None:
    found = rows(
        "SELECT tablename FROM pg_policies WHERE qual LIKE '%%journal_scope_low()%%' "
        "AND qual LIKE '%%journal_scope_high()%%' AND tablename = ANY(%s)",
        sorted(EMPTY),
    )
    assert {table for (table,) in found} == EMPTY


def test_a_raw_connection_without_a_scope_is_an_error(world: World, cluster: Cluster) -> None:
    silent = []
    for table in tables_of_persons():
        with cluster.connect(Role.APP, world.database) as connection:
            try:
                connection.execute(f"SELECT * FROM {table} LIMIT 1")
            except psycopg.Error:
                continue
        silent.append(table)

    assert set(silent) - EMPTY == set()


def test_a_query_without_a_scope_raises(world: World) -> None:
    actor = world.cast.member("secretary").actor

    with pytest.raises(WrongActor):
        directory.people(actor)
    with pytest.raises(WrongActor):
        directory.households(actor)
    with pytest.raises(WrongActor):
        points.claims(actor)
    with pytest.raises(WrongActor):
        points.redemptions(actor)
    with pytest.raises(WrongActor):
        points.statement(actor, world.ours["person_id"])


def tables_of_persons() -> set[str]:
    """Return the tables with a scope that the application may read."""
    return {table for table in set(tables_with_scope()) - OPEN if may_select(table)}


def may_select(table: str) -> bool:
    ((allowed,),) = rows("SELECT has_table_privilege('liuchi_app', %s, 'SELECT')", table)
    return bool(allowed)
