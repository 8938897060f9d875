from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from pydantic import BaseModel

from liuchi.engines.journal import actions, jobs, queries
from liuchi.engines.journal.scope import WrongActor, acting_as
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import Conflict
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import DimensionType, FactKind, Registry
from liuchi.project.postgres import Role


class Seen(BaseModel):
    who: UUID


@pytest.fixture
def actor(db, clock):
    held = Registry()
    held.add_fact_kind(
        FactKind("tests.seen", Sentence("看见", "Seen"), Seen, {"who": DimensionType.PERSON})
    )
    with registry.using(held):
        jobs.make_partitions()
        actions.refresh_views()
        yield system_actor(new_id())


def _record(actor):
    return actions.record(
        "tests.seen",
        actor=actor,
        subject_kind="thing",
        subject_id=new_id(),
        area_id=new_id(),
        data=Seen(who=new_id()),
    )


def test_a_fact_is_recorded_ordered_and_shown_by_its_view(actor, cluster, db):
    with acting_as(actor):
        ids = [_record(actor) for _ in range(3)]
    assert jobs.sequence() == 3
    assert [fact.id for fact in queries.facts_after(0, 10)] == ids
    assert queries.head().ordinal == 3
    with cluster.connect(Role.APP, db) as connection:
        rows = connection.execute("SELECT id FROM journal_fact_tests_seen ORDER BY ordinal")
        assert [row[0] for row in rows] == ids


def test_a_fact_needs_its_actor(actor):
    with pytest.raises(WrongActor):
        _record(actor)


def test_an_undeclared_kind_is_refused(actor):
    with acting_as(actor), pytest.raises(TypeError, match="undeclared"):
        actions.record(
            "tests.unknown",
            actor=actor,
            subject_kind="thing",
            subject_id=new_id(),
            area_id=None,
            data=Seen(who=new_id()),
        )


def test_a_key_replays_and_another_body_conflicts(actor):
    first, second = new_id(), new_id()
    with acting_as(actor):
        assert actions.once("tests", "k", {"a": 1}, first) is None
    with acting_as(actor):
        assert actions.once("tests", "k", {"a": 1}, second) == first
    with acting_as(actor), pytest.raises(Conflict):
        actions.once("tests", "k", {"a": 2}, second)


@pytest.mark.parametrize("role", [Role.APP, Role.OWNER])
def test_nobody_changes_a_fact(actor, cluster, db, role):
    with acting_as(actor):
        _record(actor)
    for statement in (
        "UPDATE journal_fact SET kind = 'tests.other'",
        "DELETE FROM journal_fact",
        "TRUNCATE journal_fact",
    ):
        with cluster.connect(role, db) as connection, pytest.raises(psycopg.Error):
            connection.execute(statement)
