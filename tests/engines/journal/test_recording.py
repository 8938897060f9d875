"""Recording: only what was declared, once, in the scope of whoever acts."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from pydantic import BaseModel, ValidationError

from engines.journal.examples import (
    HERE,
    KIND,
    THERE,
    Crash,
    Seen,
    anybody,
    known_kinds,
    see,
    see_and_crash,
    seen,
)
from liuchi.engines.journal import actions, queries
from liuchi.engines.journal.scope import WrongActor, acting_as, require
from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.errors import Conflict, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import DimensionType, FactKind
from liuchi.project.postgres import Role


@pytest.fixture(autouse=True)
def _kinds(db, clock):
    with known_kinds():
        yield


class Loose(BaseModel):
    who: str


# --- facts


def test_a_fact_reads_back_as_recorded(clock):
    actor, subject, at = anybody(), new_id(), clock.now() - timedelta(days=3)
    data = Seen(who=new_id(), weight=Decimal("2.50"))
    with acting_as(actor):
        first = see(actor)
        fact_id = see(
            actor, subject_id=subject, at=at, amount=Decimal("1.20"), corrects_id=first, data=data
        )
    fact = queries.fact(fact_id, area_ids=[HERE])
    assert (fact.kind, fact.subject_id, fact.at, fact.recorded_at, fact.amount) == (
        KIND,
        subject,
        at,
        clock.now(),
        Decimal("1.20"),
    )
    assert (fact.actor_id, fact.corrects_id, fact.ordinal) == (actor.id, first, None)
    assert fact.data == data.model_dump(mode="json")


def test_a_fact_of_another_area_is_not_found():
    (fact_id,) = seen(area_id=THERE)
    with pytest.raises(NotFound):
        queries.fact(fact_id, area_ids=[HERE])


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (Loose(who="x"), TypeError),
        (Seen.model_construct(who="no id"), ValidationError),
        (Seen(who=new_id(), code="那天她帮邻居" * 20), ValueError),
    ],
)
def test_data_of_another_shape_is_refused(data, error):
    actor = anybody()
    with acting_as(actor), pytest.raises(error):
        see(actor, data=data)


def test_a_kind_whose_data_admits_anything_is_refused():
    registry.register_fact_kind(
        FactKind("tests.loose", Sentence("随便", "Loose"), Loose, {"who": DimensionType.TEXT})
    )
    with pytest.raises(TypeError, match="forbid"):
        actions.checked("tests.loose", Loose(who="x"))


def test_a_float_is_no_amount():
    actor = anybody()
    with acting_as(actor), pytest.raises(TypeError):
        see(actor, amount=0.1)


def test_what_is_still_to_come_has_not_happened(clock):
    actor = anybody()
    with pytest.raises(IntegrityError, match="journal_fact_at"), acting_as(actor):
        see(actor, at=clock.now() + timedelta(seconds=1))


def test_a_correction_names_a_fact_that_exists():
    actor = anybody()
    with pytest.raises(IntegrityError, match="there is no fact"), acting_as(actor):
        see(actor, corrects_id=new_id())


def test_a_fact_needs_its_actor():
    with pytest.raises(WrongActor):
        see(anybody())


def test_an_undeclared_kind_is_refused():
    with pytest.raises(TypeError, match="undeclared"):
        actions.checked("tests.unknown", Seen(who=new_id()))


# --- views


def test_a_view_has_typed_columns_and_local_days(cluster, db, clock):
    actions.refresh_views()
    actions.refresh_views()
    clock.move_to(clock.now() + timedelta(hours=15))  # past midnight in Shanghai, not in UTC
    who = new_id()
    seen(amount=3, data=Seen(who=who))
    with cluster.connect(Role.APP, db) as app:
        columns = app.execute(
            "SELECT column_name, udt_name FROM information_schema.columns "
            "WHERE table_name = 'journal_fact_tests_seen' ORDER BY ordinal_position"
        ).fetchall()
        row = app.execute(
            'SELECT at_day, recorded_day, amount, who, code, "count", weight, "on" '
            "FROM journal_fact_tests_seen"
        ).fetchone()
    assert columns == [
        ("id", "uuid"),
        ("ordinal", "int8"),
        ("at", "timestamptz"),
        ("at_day", "date"),
        ("recorded_at", "timestamptz"),
        ("recorded_day", "date"),
        ("area_id", "uuid"),
        ("actor_id", "uuid"),
        ("subject_kind", "text"),
        ("subject_id", "uuid"),
        ("cause_id", "uuid"),
        ("corrects_id", "uuid"),
        ("playbook_version", "uuid"),
        ("amount", "numeric"),
        ("who", "uuid"),
        ("code", "text"),
        ("count", "int8"),
        ("weight", "numeric"),
        ("on", "date"),
    ]
    day = date(2026, 3, 3)
    assert row == (day, day, 3, who, "tree", 1, Decimal("1.50"), date(2026, 3, 2))


# --- commands


def test_a_key_replays_and_another_body_conflicts():
    first, second = new_id(), new_id()
    with transaction.atomic():
        assert actions.once("tests", "k", {"a": 1, "b": Decimal("1.0")}, first) is None
    with transaction.atomic():
        assert actions.once("tests", "k", {"b": Decimal(1), "a": 1}, second) == first
    with transaction.atomic(), pytest.raises(Conflict) as caught:
        actions.once("tests", "k", {"a": 2}, second)
    assert caught.value.code == "key_reused"


def test_a_refused_action_leaves_its_key_free():
    first, second = new_id(), new_id()

    def refused() -> None:
        with transaction.atomic():
            assert actions.once("tests", "k", {}, first) is None
            raise Crash

    with pytest.raises(Crash):
        refused()
    with transaction.atomic():
        assert actions.once("tests", "k", {}, second) is None


def test_keys_of_different_scopes_do_not_meet():
    with transaction.atomic():
        assert actions.once("a", "k", {}, new_id()) is None
        assert actions.once("b", "k", {}, new_id()) is None


@pytest.mark.parametrize("key", ["", "  ", "k" * 201])
def test_a_key_must_be_one(key):
    with pytest.raises(Invalid) as caught, transaction.atomic():
        actions.once("tests", key, {}, new_id())
    assert caught.value.code == "key_missing"


def test_a_key_outside_a_transaction_guards_nothing():
    with pytest.raises(transaction.TransactionManagementError):
        actions.once("tests", "k", {}, new_id())


def _ask(body, results, barrier):
    mine = new_id()
    try:
        barrier.wait()
        with transaction.atomic():
            earlier = actions.once("tests", "k", body, mine)
            time.sleep(0.05)  # the others come meanwhile and must wait
        results.append((mine, earlier))
    except Conflict as error:
        results.append((mine, error.code))
    finally:
        connection.close()


@pytest.mark.parametrize("same", [True, False])
def test_concurrent_duplicates_wait_and_read_the_first_ones_result(same):
    results: list = []
    barrier = threading.Barrier(6)
    threads = [
        threading.Thread(target=_ask, args=({"n": 0 if same else n}, results, barrier))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [mine for mine, earlier in results if earlier is None]
    others = [earlier for _, earlier in results if earlier is not None]
    assert others == [winner if same else "key_reused"] * 5


# --- scope

_SCOPE = "SELECT journal_scope_low(), journal_scope_high(), journal_scope_person()"


def _scope() -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(_SCOPE)
        return cursor.fetchone()


def _resident(**changes) -> Actor:
    given = {
        "id": new_id(),
        "role": "resident",
        "area_id": HERE,
        "scope_code": "340871001003",
        "grants": {"points.account.read": Reach.OWN},
        **changes,
    }
    return Actor(**given)


def test_a_raw_connection_has_no_scope(cluster, db):
    with cluster.connect(Role.APP, db) as app:
        for function in ("low", "high", "person"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no scope is set"):
                app.execute(f"SELECT journal_scope_{function}()")


def test_scope_ends_with_its_transaction():
    with acting_as(anybody()):
        assert _scope() == ("", "~", None)
    with pytest.raises(ProgrammingError, match="no scope is set"):
        _scope()


def test_scope_ends_inside_a_callers_transaction_too():
    with transaction.atomic():
        with acting_as(anybody()):
            _scope()
        with pytest.raises(ProgrammingError, match="no scope is set"), transaction.atomic():
            _scope()
        with pytest.raises(Crash):
            see_and_crash(anybody())
        with pytest.raises(ProgrammingError, match="no scope is set"), transaction.atomic():
            _scope()


def test_nesting_keeps_the_scope_and_takes_back_only_the_inner_writes():
    actor = anybody()
    with acting_as(actor):
        kept = see(actor)
        with pytest.raises(Crash):
            see_and_crash(actor)
        assert _scope() == ("", "~", None)
    assert [fact.id for fact in _all()] == [kept]


def _all():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id FROM journal_fact ORDER BY id")
        return [queries.fact(row[0], area_ids=[HERE]) for row in cursor.fetchall()]


def test_nobody_acts_as_two():
    with acting_as(anybody()), pytest.raises(WrongActor), acting_as(anybody()):
        pass


def test_another_thread_acts_as_nobody():
    actor, found = anybody(), []

    def look():
        try:
            require(actor)
        except WrongActor as error:
            found.append(error)

    with acting_as(actor):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert len(found) == 1


def test_whoever_has_only_own_rows_sees_one_person():
    person = new_id()
    with acting_as(_resident(person_id=person)):
        assert _scope() == ("340871001003", "340871001003~", person)


def test_whoever_has_only_own_rows_and_is_nobody_sees_nobody():
    with acting_as(_resident()):
        assert _scope()[2].int == 0
    with acting_as(_resident(grants={})):
        assert _scope()[2].int == 0


# --- playbooks


def _apply(actor, in_force_from, **changes):
    given = {
        "code": "method",
        "source": "playbook: method",
        "compiled": {"points": {"n": 1}},
        "places": [HERE],
        "in_force_from": in_force_from,
        "spec_version": 1,
        "approved_by": "居民代表会议",
        **changes,
    }
    return actions.apply_playbook(actor=actor, **given)


def test_the_version_in_force_is_the_latest_begun_then_the_latest_applied():
    actor = anybody()
    first = _apply(actor, date(2022, 4, 1))
    later = _apply(actor, date(2022, 6, 1))
    mended = _apply(actor, date(2022, 4, 1), places=[HERE, THERE])
    assert queries.playbook_in_force("method", date(2022, 3, 31)) is None
    on_start = queries.playbook_in_force("method", date(2022, 4, 1))
    assert (on_start.id, on_start.version, on_start.places) == (mended, 3, (HERE, THERE))
    assert queries.playbook_in_force("method", date(2022, 6, 1)).id == later
    assert queries.playbook_version(first).version == 1
    assert [p.id for p in queries.playbooks_in_force(THERE, date(2022, 5, 1))] == [mended]
    assert queries.playbooks_in_force(THERE, date(2022, 6, 1)) == ()


def test_versions_applied_at_once_get_different_numbers():
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_apply_in_thread, [date(2022, 4, 1)] * 4))
    assert [p.version for p in queries.playbook_versions("method")] == [4, 3, 2, 1]


def _apply_in_thread(day):
    try:
        _apply(anybody(), day)
    finally:
        connection.close()
