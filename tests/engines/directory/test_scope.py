"""Row-level security, asked by raw connections and by every query."""

from __future__ import annotations

import pytest
from psycopg.errors import InsufficientPrivilege

from liuchi.engines.directory import actions, queries
from liuchi.engines.journal.scope import WrongActor, acting_as
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.project.postgres import Role

SCOPED = {
    "directory_consent": 2,
    "directory_household": 2,
    "directory_membership": 3,
    "directory_person": 3,
    "directory_person_account": 1,
    "directory_person_key": 3,
    "directory_person_secret": 3,
    "directory_unmask_log": 1,
}
LUOCHONG, SHENGTANG = "340871001001", "340871001003"


def key() -> str:
    return str(new_id())


@pytest.fixture
def scene(root, people, resident):
    """A row of each kind in 罗冲, and some in 盛塘."""
    resident("单小明")
    for name in ("单小明", "陈伟国", "欧阳锋"):
        actions.give_consent(people[name], "credit-points", "lingbei", actor=root, key=key())
    for name in ("单小明", "欧阳锋"):
        actions.unmask(people[name], "phone", "核对电话", actor=root, key=key())
    return people


@pytest.fixture
def raw(db, cluster):
    """Speak SQL as the application role, in one transaction."""
    with cluster.connect(Role.APP, db) as connection:
        connection.autocommit = False
        yield connection


def set_scope(raw, scope: str, person: object = "") -> None:
    raw.execute(
        "SELECT set_config('liuchi.scope_set', 'on', true), "
        "set_config('liuchi.scope_low', %s, true), set_config('liuchi.scope_high', %s, true), "
        "set_config('liuchi.scope_person', %s, true)",
        [scope, scope + "~", str(person)],
    )


def counts(raw) -> dict[str, int]:
    return {table: raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in SCOPED}


def test_a_village_sees_its_own_rows_of_every_table_and_no_others(scene, raw):
    set_scope(raw, LUOCHONG)
    assert counts(raw) == SCOPED
    others = raw.execute(
        "SELECT count(*) FROM directory_person WHERE scope_code LIKE %s", [SHENGTANG + "%"]
    ).fetchone()
    assert others == (0,)


def test_the_neighbour_sees_the_rest_and_the_zone_sees_all(scene, raw):
    set_scope(raw, SHENGTANG)
    assert counts(raw)["directory_person"] == 2
    set_scope(raw, "340871")
    assert counts(raw)["directory_person"] == 5
    set_scope(raw, "340881")
    assert set(counts(raw).values()) == {0}


@pytest.mark.parametrize("table", SCOPED)
def test_without_a_scope_a_query_raises(scene, raw, table):
    with pytest.raises(InsufficientPrivilege, match="no scope is set"):
        raw.execute(f"SELECT * FROM {table}")


def test_a_person_scope_shows_a_resident_s_own_rows_alone(scene, raw):
    set_scope(raw, LUOCHONG, scene["单小明"])
    assert counts(raw) == {
        "directory_consent": 1,
        "directory_household": 1,
        "directory_membership": 1,
        "directory_person": 1,
        "directory_person_account": 1,
        "directory_person_key": 1,
        "directory_person_secret": 1,
        "directory_unmask_log": 1,
    }


def test_nothing_can_be_put_or_moved_outside_the_scope(scene, raw):
    set_scope(raw, LUOCHONG)
    statements = (
        (
            "INSERT INTO directory_consent (id, person_id, purpose, playbook, scope_code, "
            f"given_at, given_to) SELECT '{new_id()}', person_id, 'p', 'b', '{SHENGTANG}', "
            "given_at, given_to FROM directory_consent"
        ),
        f"UPDATE directory_person SET scope_code = '{SHENGTANG}'",
    )
    for statement in statements:
        with pytest.raises(InsufficientPrivilege, match="row-level security"), raw.transaction():
            raw.execute(statement)
    moved = raw.execute(
        "UPDATE directory_person SET name = 'x' WHERE id = %s", [scene["欧阳锋"]]
    ).rowcount
    assert moved == 0


def test_the_log_of_who_saw_what_cannot_be_changed(scene, raw):
    set_scope(raw, "")
    for statement in (
        "UPDATE directory_unmask_log SET purpose = 'x'",
        "DELETE FROM directory_unmask_log",
    ):
        with pytest.raises(InsufficientPrivilege), raw.transaction():
            raw.execute(statement)


def test_search_as_the_owner_keeps_to_the_scope(scene, raw):
    ask = (
        "SELECT count(*) FROM directory_search_people(ARRAY['o'], NULL, NULL, NULL, NULL, 10, NULL)"
    )
    for scope, person, expected in [
        (SHENGTANG, "", 1),
        (LUOCHONG, "", 0),
        (SHENGTANG, scene["程安"], 0),
    ]:
        set_scope(raw, scope, person)
        assert raw.execute(ask).fetchone() == (expected,)
    raw.rollback()
    with pytest.raises(InsufficientPrivilege, match="no scope is set"):
        raw.execute(ask)


def test_a_list_of_a_village_reads_its_page_from_the_index(scene, raw, root):
    village = queries.area_named("罗冲社区").id
    set_scope(raw, LUOCHONG)
    raw.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    plan = "\n".join(
        row[0]
        for row in raw.execute(
            "EXPLAIN SELECT * FROM directory_person WHERE village_id = %s "
            "ORDER BY name_sort, id LIMIT 50",
            [village],
        )
    )
    assert ("directory_person_village" in plan, "Sort" in plan) == (True, False), plan


def test_a_secretary_reaches_nobody_of_another_village(scene, official):
    secretary = official("secretary", "罗冲社区")
    stranger = scene["欧阳锋"]
    with acting_as(secretary):
        assert [row.name for row in queries.people(secretary).rows] == [
            "陈伟国",
            "单小红",
            "单小明",
        ]
        assert queries.people(secretary, text="ouyang").rows == ()
        assert queries.people_of(secretary, [stranger]) == {}
        assert [row.label for row in queries.households(secretary).rows] == ["0001", "0002"]
        for ask in (queries.person, queries.access_log, queries.scope_code_of):
            with pytest.raises(NotFound):
                ask(secretary, stranger)
    with pytest.raises(NotFound):
        actions.unmask(stranger, "phone", "看看", actor=secretary, key=key())
    with pytest.raises(NotFound):
        actions.erase_person(person_id=stranger, actor=secretary, key=key())


def test_a_resident_sees_oneself_and_the_own_household(scene, people, root):
    me = queries.actor_of(_account_of(root, scene["单小明"]))
    assert (me.role, me.own_rows_only, me.person_id) == ("resident", True, scene["单小明"])
    with acting_as(me):
        assert [row.name for row in queries.people(me).rows] == ["单小明"]
        assert [row.label for row in queries.households(me).rows] == ["0001"]
        with pytest.raises(NotFound):
            queries.person(me, scene["单小红"])
    with pytest.raises(Refused):
        actions.unmask(scene["单小明"], "phone", "看自己", actor=me, key=key())


def test_queries_outside_acting_as_are_a_bug(scene, root):
    with pytest.raises(WrongActor):
        queries.people(root)
    with pytest.raises(WrongActor):
        queries.person(root, scene["单小明"])


def _account_of(root, person_id):
    from liuchi.engines.directory.models import PersonAccount  # noqa: PLC0415

    with acting_as(root):
        return PersonAccount.objects.get(person_id=person_id).user_id
