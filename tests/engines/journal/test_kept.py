"""What a process keeps in memory: true after any change, in any process, by any road."""

from __future__ import annotations

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.journal.scope import Kept, acting_as, changed, one_moment
from liuchi.kernel.actors import Reach, system_actor
from liuchi.kernel.ids import new_id

pytestmark = pytest.mark.usefixtures("db")


def grant(verb: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_grant (role_id, verb, reach) VALUES ('leader', %s, 'area')",
            [verb],
        )


def test_a_change_by_another_session_is_seen_at_the_next_look() -> None:
    assert "points.gift.give" not in accounts.grants_of("leader")
    grant("points.gift.give")

    assert accounts.grants_of("leader")["points.gift.give"] is Reach.AREA


def test_one_statement_a_look_and_none_where_the_scope_was_set() -> None:
    accounts.grants_of("leader")
    with CaptureQueriesContext(connection) as bare:
        accounts.grants_of("leader")
    with CaptureQueriesContext(connection) as within, one_moment():
        accounts.grants_of("leader")
        accounts.roles()
    with acting_as(system_actor(new_id())), CaptureQueriesContext(connection) as acting:
        accounts.grants_of("leader")

    assert (len(bare), len(within), len(acting)) == (1, 1, 0)


def test_a_copy_is_handed_out() -> None:
    accounts.grants_of("leader").clear()

    assert accounts.grants_of("leader") != {}


def test_a_change_that_is_rolled_back_was_never_there() -> None:
    held = Kept("roles", _verbs)
    before = held.get()
    with transaction.atomic(using="owner"):
        grant("points.gift.give")
        transaction.set_rollback(True, using="owner")

    assert held.get() == before


def test_who_changes_it_sees_it_in_the_same_transaction() -> None:
    """As the demo sign-ins are: written by the application itself."""
    held = Kept("demo", lambda: _count("accounts_demo_sign_in"))
    with acting_as(system_actor(new_id())):
        assert held.get() == 0
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_demo_sign_in (username, password, title, area_name, "
                "position, second_factor_secret) VALUES ('a', 'b', 'c', 'd', 0, '')"
            )
        changed("demo")
        assert held.get() == 1
        transaction.set_rollback(True)

    assert held.get() == 0


def test_every_kept_table_tells_of_its_changes() -> None:
    """A token nobody changes would keep what is no longer true."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT name FROM journal_kept ORDER BY name")
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text, "
            "replace(encode(tgargs, 'escape'), '\\000', '') FROM pg_trigger "
            "JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname = 'journal_kept_changed'"
        )
        told = sorted(cursor.fetchall())

    assert names == sorted({name for _table, name in told})
    assert told == [
        ("accounts_demo_sign_in", "demo"),
        ("accounts_grant", "roles"),
        ("accounts_role", "roles"),
        ("directory_area", "areas"),
        ("directory_area_code", "areas"),
        ("directory_area_link", "areas"),
        ("directory_area_name", "areas"),
        ("directory_area_outline", "outlines"),
        ("directory_calendar_day", "calendar"),
        ("directory_calendar_year", "calendar"),
        ("directory_hand_over", "hand_overs"),
        ("indicators_series", "roll_ups"),
        ("indicators_tree", "roll_ups"),
        ("journal_playbook_adoption", "playbooks"),
        ("journal_playbook_version", "playbooks"),
    ]


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        found: int = cursor.fetchone()[0]
    return found


def _verbs() -> int:
    return _count("accounts_grant")
