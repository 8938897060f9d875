import select

import psycopg
import pytest
from django.db import connection, connections

from liuchi.project import database
from liuchi.project.pooled.base import still_there
from liuchi.project.postgres import Cluster, Role


def test_django_speaks_as_the_application_role(db: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == ("liuchi_app", db)


def test_each_test_has_a_database_of_its_own(db: str, cluster: Cluster) -> None:
    with cluster.connect(Role.OWNER, db) as owner:
        owner.execute("CREATE TABLE left_behind ()")
        assert owner.execute(
            "SELECT count(*) FROM pg_tables WHERE tablename = 'left_behind'"
        ).fetchone() == (1,)


def test_nothing_is_left_for_the_next_test(db: str, cluster: Cluster) -> None:
    with cluster.connect(Role.OWNER, db) as owner:
        assert owner.execute(
            "SELECT count(*) FROM pg_tables WHERE tablename = 'left_behind'"
        ).fetchone() == (0,)


def test_bringing_up_to_date_twice_changes_nothing(db: str) -> None:
    assert database.pending_migrations() == ()
    database.bring_up_to_date()
    assert database.pending_migrations() == ()


def test_the_application_role_owns_nothing(db: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'liuchi_app'::regrole")
        assert cursor.fetchone() == (0,)


def test_a_pool_hands_out_no_connection_the_server_has_ended(db: str, cluster: Cluster) -> None:
    with cluster.connect(Role.APP, db) as other, cluster.connect(Role.APP, db) as held:
        held.execute("LISTEN said")
        other.execute("NOTIFY said")
        select.select([held.pgconn.socket], [], [], 20)
        still_there(held)  # it has something to read, and is asked
        other.execute("SELECT pg_terminate_backend(%s)", [held.info.backend_pid])
        select.select([held.pgconn.socket], [], [], 20)
        with pytest.raises(psycopg.OperationalError):
            still_there(held)
