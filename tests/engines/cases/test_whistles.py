"""A whistle, from the call to the last rating, on the real database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connections, transaction

from engines.cases.world import SECTION
from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases import actions, queries
from liuchi.engines.cases.actions import whistles
from liuchi.engines.cases.enums import CalledState, CalledVerb, ObjectionAbout
from liuchi.engines.cases.models import Called
from liuchi.engines.cases.queries import CalledRow, WhistleRow
from liuchi.engines.cases.spec import Limit
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import Conflict, NotFound, Refused

WITHIN = Limit.parse("2 work days")
JOBS = system_actor(UUID(int=7), "cases.case.escalate")


@pytest.fixture
def case_id(world) -> UUID:
    return dispatched(world, {"respond_within": "4 work hours"})


def dispatched(world, whistle: dict[str, Any]) -> UUID:
    journal.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": SECTION | {"whistle": whistle}},
        places=[world.town.id],
        in_force_from=date(2026, 1, 2),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )
    return world.dispatched()


def unit(world, name: str) -> UUID:
    return directory_actions.add_organization(
        name=name, kind="office", area_id=world.town.id, actor=world.root, key=f"unit-{name}"
    )


def hire(world, name: str, role: str, unit_id: UUID | None = None) -> Actor:
    user_id = accounts_actions.create_user(
        username=name,
        display_name=name,
        password="six-feet-lane-2026",
        actor=world.root,
        key=f"user-{name}",
    )
    post_id = directory_actions.appoint(
        user_id=user_id,
        role=role,
        area_id=world.town.id,
        organization_id=unit_id,
        actor=world.root,
        key=f"post-{name}",
    )
    town, grants = world.town, accounts.grants_of(role)
    return Actor(user_id, role, town.id, town.scope_code, post_id=post_id, grants=grants)


def call(world, case_id: UUID, *units: UUID, **said: Any) -> WhistleRow:
    told = {"reason": "要一起拆除", "actor": world.dispatcher, "key": world.key()} | said
    whistles.raise_whistle(case_id=case_id, unit_ids=units, **told)
    return queries.whistles_of(world.dispatcher, case_id)[-1]


def row(world, case_id: UUID, unit_id: UUID) -> CalledRow:
    (found,) = (
        each
        for whistle in queries.whistles_of(world.dispatcher, case_id)
        for each in whistle.called
        if each.unit_id == unit_id
    )
    return found


def step(world, case_id: UUID, unit_id: UUID, action: Any, actor: Actor, **said: Any) -> CalledRow:
    now = row(world, case_id, unit_id)
    action(called_id=now.id, version=now.version, actor=actor, key=world.key(), **said)
    return row(world, case_id, unit_id)


def work(world, case_id: UUID, unit_id: UUID, actor: Actor) -> CalledRow:
    """Report in, agree on the part and finish it."""
    step(world, case_id, unit_id, whistles.arrive, actor)
    step(world, case_id, unit_id, whistles.agree_task, world.dispatcher, what="拆除", within=WITHIN)
    return step(world, case_id, unit_id, whistles.finish_call, actor, result="已拆除")


def rate(world, case_id: UUID, unit_id: UUID, actor: Actor, *, satisfied: bool) -> CalledRow:
    return step(
        world, case_id, unit_id, whistles.rate_unit, actor, solved=True, satisfied=satisfied
    )


def facts_of(case_id: UUID) -> list[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT kind, data->>'in_time', data->>'outcome' FROM journal_fact "
            "WHERE subject_id = %s AND kind LIKE 'cases.whistle%%' ORDER BY id",
            [case_id],
        )
        return [
            " ".join(filter(None, (kind.removeprefix("cases.whistle_"), in_time, outcome)))
            for kind, in_time, outcome in cursor.fetchall()
        ]


def test_units_report_in_work_and_are_rated(world, case_id) -> None:
    fire = unit(world, "消防大队")
    fireman = hire(world, "fireman", "handler", fire)
    whistle = call(world, case_id, world.road, fire)
    assert [each.state for each in whistle.called] == [CalledState.CALLED] * 2
    # A called unit sees the case that it had nothing to do with until now.
    assert [each.case_id for each in queries.calls_of_units(world.roadman)] == [case_id]
    for unit_id, who in ((world.road, world.roadman), (fire, fireman)):
        work(world, case_id, unit_id, who)
        rate(world, case_id, unit_id, world.dispatcher, satisfied=unit_id == fire)
    (ended,) = queries.whistles_of(world.dispatcher, case_id)
    assert ended.ended_at is not None
    said = {each.unit_id: (each.in_time, each.solved, each.satisfied) for each in ended.called}
    assert said == {world.road: (True, True, False), fire: (True, True, True)}
    once = ["arrived yes", "agreed", "done yes", "rated"]
    assert facts_of(case_id) == ["called", "called", *once, *once]


def test_an_objection_stops_the_clock_and_excuses_if_upheld(world, case_id) -> None:
    """Called at eight, objected at nine, overruled the next day: three hours are left then."""
    before = call(world, case_id, world.road).called[0]
    world.clock.advance(timedelta(hours=1))
    step(world, case_id, world.road, whistles.object_to_call, world.roadman, grounds="不归我们")
    with pytest.raises(Refused, match="objection_open"):
        step(world, case_id, world.road, whistles.arrive, world.roadman)
    (said,) = row(world, case_id, world.road).objections
    assert (said.about, said.upheld) == (ObjectionAbout.CALL, None)
    world.clock.advance(timedelta(days=1))
    decide = {"objection_id": said.id, "answer": "请到场", "key": world.key()}
    with pytest.raises(Refused, match="not_permitted"):
        whistles.decide_objection(upheld=False, actor=world.roadman, **decide)
    decider = world.clerk
    whistles.decide_objection(upheld=False, actor=decider, **decide)
    after = row(world, case_id, world.road)
    assert after.state is CalledState.CALLED
    assert after.respond_by - before.respond_by == timedelta(days=1)

    fire = unit(world, "消防大队")
    fireman = hire(world, "fireman", "handler", fire)
    call(world, case_id, fire)
    step(world, case_id, fire, whistles.object_to_call, fireman, grounds="不归我们")
    (said,) = row(world, case_id, fire).objections
    whistles.decide_objection(
        objection_id=said.id, upheld=True, answer="属实", actor=decider, key=world.key()
    )
    assert row(world, case_id, fire).state is CalledState.EXCUSED
    assert facts_of(case_id) == [
        "called", "objected", "decided not_upheld",
        "called", "objected", "decided objection_upheld",
    ]  # fmt: skip


def test_what_is_not_done_is_done_again_and_counted(world, case_id) -> None:
    call(world, case_id, world.road)
    again = {"reason": "还有半截没拆", "within": WITHIN}
    done = work(world, case_id, world.road, world.roadman)
    with pytest.raises(Refused, match="reason_missing"):
        step(world, case_id, world.road, whistles.send_back_unit, world.dispatcher,
             reason=" ", within=WITHIN)  # fmt: skip
    said = {"called_id": done.id, "version": done.version, "key": "one", **again}
    with pytest.raises(Refused, match="not_permitted"):
        whistles.send_back_unit(actor=world.roadman, **said)
    world.clock.advance(timedelta(days=3))
    for _ in range(2):  # a second click sends back once
        whistles.send_back_unit(actor=world.dispatcher, **said)
    back = row(world, case_id, world.road)
    assert (back.state, back.result, back.done_at) == (CalledState.AGREED, "", None)
    assert [(each.reason, each.result, each.done_at) for each in back.reworks] == [
        ("还有半截没拆", "已拆除", done.done_at)
    ]
    assert done.due_at is not None
    assert back.due_at is not None
    assert back.due_at > world.clock.now() > done.due_at
    with pytest.raises(Refused, match="unit_at_work"):
        rate(world, case_id, world.road, world.dispatcher, satisfied=True)
    # Its part of the case is open again: the unit that leads can't report it done.
    with pytest.raises(Refused, match="joint_open"):
        world.finish(case_id)
    step(world, case_id, world.road, whistles.finish_call, world.roadman, result="都拆了")
    rated = rate(world, case_id, world.road, world.dispatcher, satisfied=True)
    assert (rated.result, len(rated.reworks)) == ("都拆了", 1)
    assert facts_of(case_id) == [
        "called", "arrived yes", "agreed", "done yes", "sent_back", "done yes", "rated",
    ]  # fmt: skip


def test_a_whistle_that_ended_with_the_work_opens_with_it_again(world) -> None:
    case_id = dispatched(world, {"rated": False})
    call(world, case_id, world.road)
    done = work(world, case_id, world.road, world.roadman)
    assert queries.whistles_of(world.dispatcher, case_id)[0].ended_at is not None
    back = {"called_id": done.id, "version": done.version, "reason": "没拆", "within": WITHIN}
    whistles.send_back_unit(actor=world.dispatcher, key=world.key(), **back)
    assert queries.whistles_of(world.dispatcher, case_id)[0].ended_at is None
    step(world, case_id, world.road, whistles.finish_call, world.roadman, result="拆了")
    call(world, case_id, world.cleaners)  # another one: what ended before it stays ended
    with pytest.raises(Refused, match="another_whistle_open"):
        step(world, case_id, world.road, whistles.send_back_unit, world.dispatcher,
             reason="没拆", within=WITHIN)  # fmt: skip


def test_nobody_is_sent_back_once_the_case_was_reported_done(world, case_id) -> None:
    call(world, case_id, world.road)
    work(world, case_id, world.road, world.roadman)
    world.accept(case_id)
    world.finish(case_id)
    with pytest.raises(Refused, match="case_past_rework"):
        step(world, case_id, world.road, whistles.send_back_unit, world.dispatcher,
             reason="没拆", within=WITHIN)  # fmt: skip
    with acting_as(world.dispatcher):
        (whistle,) = queries.whistles_of(world.dispatcher, case_id)
        may = queries.whistle(world.dispatcher, whistle.id).may
    assert list(may.values()) == [{CalledVerb.RATE}]


def test_a_rating_that_was_wrong_counts_for_nothing(world, case_id) -> None:
    call(world, case_id, world.road)
    work(world, case_id, world.road, world.roadman)
    rate(world, case_id, world.road, world.dispatcher, satisfied=False)
    step(world, case_id, world.road, whistles.object_to_call, world.roadman, grounds="已修好")
    (said,) = row(world, case_id, world.road).objections
    whistles.decide_objection(
        objection_id=said.id,
        upheld=True,
        answer="属实",
        actor=world.clerk,
        key=world.key(),
    )
    rated = row(world, case_id, world.road)
    assert (rated.state, rated.satisfied, rated.rating_counts) == (CalledState.RATED, False, False)
    with pytest.raises(Refused, match="objected_already"):
        step(world, case_id, world.road, whistles.object_to_call, world.roadman, grounds="再说")


def test_who_is_late_is_told_once_and_may_still_come(world, case_id) -> None:
    call(world, case_id, world.road)
    assert actions.mark_late_units(actor=JOBS) == 0
    world.clock.advance(timedelta(days=4))
    assert [actions.mark_late_units(actor=JOBS) for _ in range(2)] == [1, 0]
    came = step(world, case_id, world.road, whistles.arrive, world.roadman)
    assert (came.is_late, came.in_time) == (True, False)
    assert facts_of(case_id) == ["called", "late", "arrived no"]


def test_who_may_not(world, case_id) -> None:
    called = call(world, case_id, world.road).called[0]
    with pytest.raises(Refused, match="not_permitted"):
        call(world, case_id, world.cleaners, actor=world.worker)
    with pytest.raises(Refused, match="unit_already_called"):
        call(world, case_id, world.road)
    with pytest.raises(Refused, match="not_the_unit"):
        step(world, case_id, world.road, whistles.arrive, world.cleaner)
    with pytest.raises(NotFound):
        call(world, case_id, world.road, actor=world.elsewhere)
    with pytest.raises(Conflict, match="called_unit_changed"):
        whistles.arrive(called_id=called.id, version=9, actor=world.roadman, key=world.key())
    other = hire(world, "other", "handler", unit(world, "气象局"))
    assert queries.whistles_of(other, case_id) == ()


def test_the_same_key_calls_once(world, case_id) -> None:
    first = call(world, case_id, world.road, key="once")
    again = call(world, case_id, world.road, key="once")
    assert first == again
    with pytest.raises(Conflict, match="key_reused"):
        call(world, case_id, world.road, key="once", reason="别的原因")


def test_the_database_refuses_a_rating_of_ones_own(world, case_id) -> None:
    call(world, case_id, world.road)
    done = work(world, case_id, world.road, world.roadman)
    with pytest.raises(IntegrityError, match="rated_by_another"), acting_as(world.dispatcher):
        Called.objects.filter(pk=done.id).update(
            state="rated",
            solved=True,
            satisfied=True,
            rated_by_id=world.roadman.id,
            rated_at=world.clock.now(),
        )


def test_excused_before_anything_was_agreed(world, case_id) -> None:
    call(world, case_id, world.road)
    gone = step(world, case_id, world.road, whistles.excuse_unit, world.dispatcher)
    assert gone.state is CalledState.EXCUSED
    assert queries.calls_of_units(world.roadman) == ()
    with transaction.atomic(), pytest.raises(Refused, match="unit_excused"):
        step(world, case_id, world.road, whistles.arrive, world.roadman)


def test_each_sees_the_calls_that_are_theirs_and_may_take_their_steps(world, case_id) -> None:
    raised = call(world, case_id, world.road, unit(world, "消防大队"))
    seen = {}
    for name in ("dispatcher", "roadman", "cleaner", "elsewhere"):
        actor = getattr(world, name)
        with acting_as(actor):
            page = queries.calls(actor, limit=1)
            after = (
                queries.calls(actor, after=page.next_after, limit=1) if page.next_after else None
            )
        seen[name] = [row.unit for each in (page, after) if each for row in each.rows]
    assert seen == {
        "dispatcher": ["市政所", "消防大队"],
        "roadman": ["市政所"],
        "cleaner": [],
        "elsewhere": [],
    }
    road = row(world, case_id, world.road)
    may = {}
    for name in ("dispatcher", "roadman", "cleaner"):
        actor = getattr(world, name)
        with acting_as(actor):
            may[name] = queries.whistle(actor, raised.id).may[road.id]
    assert may == {
        "dispatcher": {CalledVerb.TAKE_BACK},
        "roadman": {CalledVerb.ARRIVE, CalledVerb.OBJECT},
        "cleaner": frozenset(),
    }
    world.clock.advance(timedelta(days=2))
    with acting_as(world.dispatcher):
        late = queries.calls(world.dispatcher, queries.Which.LATE).rows
        gone = queries.callable_units(world.dispatcher, case_id).units
        work = queries.unit_work(world.dispatcher)
    with acting_as(world.roadman):
        own = queries.unit_work(world.roadman)
    assert (work.late, work.to_arrive, own.to_arrive, own.to_finish) == (2, 0, 1, 0)
    assert [each.is_late for each in late] == [True, True]
    assert gone == ((world.cleaners, "环卫所"),)  # the others are called already
