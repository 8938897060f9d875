"""What guards over sets keep, as foreign keys and a constraint over ranges kept it before."""

from __future__ import annotations

import threading
import time
from uuid import UUID

import pytest
from psycopg.errors import ExclusionViolation, FeatureNotSupported, ForeignKeyViolation

from liuchi.kernel.ids import new_id
from liuchi.project.postgres import Role

PERSON = (
    "INSERT INTO directory_person (id, name, name_sort, search_terms, sex, scope_code, town_id, "
    "village_id, grid_id, valid_from, version) SELECT %(new)s, name, name_sort, search_terms, sex, "
    "scope_code, {town}, {village}, {grid}, valid_from, 1 FROM directory_person "
    "WHERE id = %(person)s"
)
MEMBERSHIP = (
    "INSERT INTO directory_membership (id, person_id, household_id, scope_code, valid_from, "
    "valid_to) SELECT gen_random_uuid(), {person}, {household}, scope_code, {dates} "
    "FROM directory_membership WHERE person_id = %(person)s AND valid_to IS NULL"
)
BEFORE = "valid_from - 20, valid_from - 10"
KEY = (
    "INSERT INTO directory_person_key (person_id, wrapped_key, ring_id, scope_code) "
    "VALUES (%(nobody)s, '', 'x', '3')"
)
SECRET = (
    "INSERT INTO directory_person_secret (person_id, field, ciphertext, scope_code) "
    "VALUES (%(nobody)s, 'phone', '', '3')"
)
HOUSEHOLD = (
    "INSERT INTO directory_household (id, label, address_masked, scope_code, town_id, village_id) "
    "SELECT %(new)s, 'x', '', scope_code, town_id, %(nobody)s FROM directory_person "
    "WHERE id = %(person)s"
)
WRONG = [
    PERSON.format(town="town_id", village="village_id", grid="%(nobody)s::uuid"),
    PERSON.format(town="%(nobody)s::uuid", village="village_id", grid="NULL"),
    PERSON.format(town="town_id", village="%(nobody)s::uuid", grid="grid_id"),
    HOUSEHOLD,
    MEMBERSHIP.format(person="%(nobody)s::uuid", household="household_id", dates=BEFORE),
    MEMBERSHIP.format(person="%(person)s::uuid", household="%(nobody)s::uuid", dates=BEFORE),
    KEY,
    SECRET,
    "UPDATE directory_person SET village_id = %(nobody)s WHERE id = %(person)s",
    "UPDATE directory_household SET town_id = %(nobody)s",
    "UPDATE directory_membership SET household_id = %(nobody)s WHERE person_id = %(person)s",
    "UPDATE directory_person_key SET person_id = %(nobody)s WHERE person_id = %(person)s",
    "UPDATE directory_person_secret SET person_id = %(nobody)s WHERE person_id = %(person)s",
    "DELETE FROM directory_person WHERE id = %(person)s",
    "DELETE FROM directory_household",
    "DELETE FROM directory_area WHERE kind = 'community'",
    "UPDATE directory_person SET id = %(nobody)s WHERE id = %(person)s",
    "UPDATE directory_household SET id = gen_random_uuid()",
    "UPDATE directory_area SET id = gen_random_uuid()",
]
ONE_HOME = [
    MEMBERSHIP.format(person="person_id", household="household_id", dates=dates)
    for dates in ("valid_from - 20, valid_from + 1", "valid_from + 3, valid_from + 4")
]


@pytest.fixture
def connect(db, cluster):
    """Open connections of the owner's, whom no right and no row-level security stops."""
    opened = []

    def one():
        opened.append(cluster.connect(Role.OWNER, db))
        opened[-1].autocommit = False
        return opened[-1]

    yield one
    for connection in opened:
        connection.rollback()
        connection.close()


def given(people, name="单小明") -> dict[str, UUID]:
    return {"person": people[name], "nobody": new_id(), "new": new_id()}


def refusal(connection, statement, values) -> type[Exception] | None:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement, values)
    except (ForeignKeyViolation, ExclusionViolation, FeatureNotSupported) as error:
        return type(error)
    return None


def test_a_wrong_parent_is_refused_and_one_in_use_stays(people, connect):
    owner, values = connect(), given(people)
    right = PERSON.format(town="town_id", village="village_id", grid="grid_id")
    free = MEMBERSHIP.format(person="person_id", household="household_id", dates=BEFORE)

    assert [refusal(owner, text, values) for text in (right, free)] == [None, None]
    assert [text for text in WRONG if refusal(owner, text, values) is not ForeignKeyViolation] == []
    assert [refusal(owner, text, values) for text in ONE_HOME] == [ExclusionViolation] * 2
    with owner.transaction(force_rollback=True):
        owner.execute(free, values)
        assert refusal(owner, free, values) is ExclusionViolation
        back = "UPDATE directory_membership SET valid_from = valid_from - 15 WHERE valid_to IS NULL"
        assert refusal(owner, back, values) is ExclusionViolation


def test_a_deletion_in_a_long_snapshot_is_refused(people, connect):
    owner = connect()
    owner.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    statement = "DELETE FROM directory_household WHERE label = 'nobody lives here'"
    assert refusal(owner, statement, {}) is FeatureNotSupported


FIRST = MEMBERSHIP.format(person="person_id", household="household_id", dates=BEFORE)
EARLIER = (
    "UPDATE directory_membership SET valid_from = valid_from - 15 "
    "WHERE person_id = %(person)s AND valid_to IS NULL"
)
DELETED = (
    "DELETE FROM directory_membership WHERE person_id = %(person)s",
    "DELETE FROM directory_person_secret WHERE person_id = %(person)s",
    "DELETE FROM directory_person_key WHERE person_id = %(person)s",
    "DELETE FROM directory_person WHERE id = %(person)s",
)
SECRET_OF = SECRET.replace("%(nobody)s", "%(person)s").replace("phone", "address")


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ((SECRET_OF,), DELETED, ForeignKeyViolation),
        (DELETED, (SECRET_OF,), ForeignKeyViolation),
        (
            (FIRST,),
            (EARLIER,),
            ExclusionViolation,
        ),
    ],
    ids=["child first", "deletion first", "two homes"],
)
def test_of_two_at_once_the_second_waits_and_is_refused(people, connect, first, second, refused):
    one, other, values = connect(), connect(), given(people)
    ended: list[object] = []

    def follow():
        try:
            for statement in second:
                other.execute(statement, values)
            other.commit()
            ended.append(None)
        except (ForeignKeyViolation, ExclusionViolation) as error:
            ended.append(type(error))

    for statement in first:
        one.execute(statement, values)
    thread = threading.Thread(target=follow)
    thread.start()
    waiting_for(one, other.info.backend_pid)
    one.commit()
    thread.join(60)
    assert ended == [refused]


def waiting_for(one, pid: int) -> None:
    for _ in range(3000):
        if one.execute("SELECT cardinality(pg_blocking_pids(%s))", [pid]).fetchone() != (0,):
            return
        time.sleep(0.02)
    pytest.fail("the second never waited")
