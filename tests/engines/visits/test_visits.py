"""Links and visits through their actions, on a real PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engines.cases.world import World
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import PersonImport
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.visits import actions, queries
from liuchi.engines.visits.actions import Keeper
from liuchi.engines.visits.enums import Duty, Way
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import Conflict, LiuchiError, NotFound, Refused
from liuchi.kernel.ids import new_id

COMPILED: dict[str, Any] = {
    "links": [
        {
            "code": "one-plus-n",
            "title": "党员联户",
            "keeper": "党员",
            "purpose": "keep",
            "norm": {"times": 1, "per": "month"},
            "ways": ["visit", "phone"],
        }
    ],
    "patrols": [
        {"code": "village-river", "title": "村级河长巡河", "kind": "river", "norm": {"times": 2}}
    ],
}


@dataclass
class Linked:
    """A village with two households, a river, and a member among the residents."""

    world: World
    people: tuple[UUID, ...]
    households: tuple[UUID, ...]
    member: Actor

    def agree(self, number: int) -> None:
        directory_actions.give_consent(
            person_id=self.people[number],
            purpose="keep",
            playbook="links",
            actor=self.world.clerk,
            key=self.world.key(),
        )

    def pair(self, number: int, keeper: Keeper | None = None) -> UUID:
        return actions.pair(
            actor=self.world.secretary,
            key=self.world.key(),
            duty=Duty.LINK,
            code="one-plus-n",
            keeper=keeper or Keeper(person_id=self.people[2]),
            target_id=self.households[number],
        )

    def log(self, link_id: UUID, by: Actor, **more: Any) -> UUID:
        given: dict[str, Any] = {"key": self.world.key(), "on": clock.today()} | more
        return actions.log_visit(actor=by, link_id=link_id, **given)


@pytest.fixture
def linked(world: World) -> Linked:
    journal.apply_playbook(
        code="links",
        source="",
        compiled=COMPILED,
        places=[world.village.id],
        in_force_from=date(2026, 1, 1),
        spec_version=1,
        approved_by="居民代表会议",
        actor=world.root,
    )
    people = directory_actions.import_people(
        [
            PersonImport(name=name, village=world.village.name, household=f"000{number}")
            for number, name in enumerate(("甲一", "乙二", "丙三"))
        ],
        actor=world.clerk,
        key=world.key(),
    ).person_ids
    with acting_as(world.clerk):
        rows = directory.people_of(world.clerk, people)
    households = tuple(held for id_ in people if (held := rows[id_].household_id))
    member = replace(world.resident, person_id=people[2])
    return Linked(world, tuple(people), households, member)


def code_of(error: LiuchiError) -> str:
    return error.code


def facts_of(world: World, kind: str) -> list[tuple[Any, ...]]:
    with acting_as(world.root), connection.cursor() as cursor:
        cursor.execute(
            "SELECT amount::int, data->>'code', data->>'household', data->>'by_another' "
            "FROM journal_fact WHERE kind = %s ORDER BY id",
            [kind],
        )
        return list(cursor.fetchall())


def test_a_household_is_linked_once_it_agrees_and_once_only(linked: Linked) -> None:
    with pytest.raises(Refused) as refused:
        linked.pair(0)
    assert code_of(refused.value) == "no_consent"
    linked.agree(0)
    link_id = linked.pair(0)
    with pytest.raises(Refused) as refused:
        linked.pair(0, Keeper(user_id=linked.world.worker.id))
    assert code_of(refused.value) == "linked_already"
    actions.end_link(actor=linked.world.secretary, key=linked.world.key(), link_id=link_id)
    with pytest.raises(Conflict):
        actions.end_link(actor=linked.world.secretary, key=linked.world.key(), link_id=link_id)
    linked.pair(0, Keeper(user_id=linked.world.worker.id))
    assert [row[2] for row in facts_of(linked.world, "visits.linked")] == [
        str(linked.households[0])
    ] * 2


def test_a_member_sees_own_links_and_nobody_elses(linked: Linked) -> None:
    world = linked.world
    linked.agree(0)
    linked.agree(1)
    mine = linked.pair(0)
    workers = linked.pair(1, Keeper(user_id=world.worker.id))
    with acting_as(linked.member):
        own = queries.own_links(linked.member)
        with pytest.raises(NotFound):
            queries.link(linked.member, workers)
    assert [(row.id, row.label, row.stands.missing) for row in own] == [(mine, "0000", 1)]
    visit = linked.log(mine, linked.member, way=Way.PHONE)
    with pytest.raises(NotFound):
        linked.log(workers, linked.member)
    with pytest.raises(NotFound):
        linked.log(mine, world.elsewhere)
    with acting_as(linked.member):
        detail = queries.link(linked.member, mine)
        assert queries.own_links(linked.member)[0].stands.missing == 0
    assert [(each.id, each.way, each.by_another) for each in detail.visits] == [
        (visit, Way.PHONE, False)
    ]
    with acting_as(world.worker):
        assert [row.id for row in queries.own_links(world.worker)] == [workers]
    with acting_as(world.elsewhere):
        assert queries.links(world.elsewhere).rows == ()


def test_what_is_written_down_for_a_member_says_so_and_happens_once(linked: Linked) -> None:
    linked.agree(0)
    link_id = linked.pair(0)
    key, case_id = linked.world.key(), new_id()
    by = linked.world.secretary
    once = [linked.log(link_id, by, key=key, case_ids=[case_id]) for _ in range(2)]
    assert once[0] == once[1]
    with pytest.raises(Refused) as refused:
        linked.log(link_id, by, on=clock.today() + timedelta(days=1))
    assert code_of(refused.value) == "not_yet"
    assert facts_of(linked.world, "visits.visited") == [
        (1, "one-plus-n", str(linked.households[0]), "yes")
    ]
    with acting_as(by):
        assert queries.link(by, link_id).visits[0].case_ids == (case_id,)


def test_a_river_has_several_keepers_and_a_norm_that_only_flags(linked: Linked) -> None:
    world = linked.world
    reach = actions.add_reach(
        actor=world.secretary,
        key=world.key(),
        area_id=world.village.id,
        kind="river",
        title="小河东段",
    )
    links = [
        actions.pair(
            actor=world.secretary,
            key=world.key(),
            duty=Duty.PATROL,
            code="village-river",
            keeper=keeper,
            target_id=reach,
        )
        for keeper in (Keeper(user_id=world.worker.id), Keeper(person_id=linked.people[2]))
    ]
    for times in range(3):
        assert [row.stands.missing for row in _own(world.worker)] == [max(0, 2 - times)]
        linked.log(links[0], world.worker)
    with acting_as(world.secretary):
        page = queries.links(world.secretary, duty=Duty.PATROL)
        covered = queries.coverage(world.secretary)
    assert {row.id for row in page.rows} == set(links)
    assert [(each.title, each.linked, each.reached, each.total) for each in covered] == [
        ("村级河长巡河", 1, 1, 1)
    ]
    assert [row[:2] for row in facts_of(world, "visits.patrolled")] == [(0, "village-river")] * 3


def _own(actor: Actor) -> tuple[queries.LinkRow, ...]:
    with acting_as(actor):
        return queries.own_links(actor)


def test_a_list_costs_the_same_for_one_and_for_many(linked: Linked) -> None:
    world, counts = linked.world, []
    for number in range(2):
        linked.agree(number)
        linked.pair(number)
        with acting_as(world.secretary), CaptureQueriesContext(connection) as asked:
            queries.links(world.secretary)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def done(linked: Linked, link_id: UUID) -> int:
    with acting_as(linked.member):
        (row,) = [each for each in queries.own_links(linked.member) if each.id == link_id]
    return row.stands.done


def counted(world: World) -> list[tuple[str, bool]]:
    """Return the facts about visits and whether a later one corrects them, as figures read it."""
    with acting_as(world.root), connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, EXISTS (SELECT FROM journal_fact AS later "
            "WHERE later.corrects_id = fact.id) FROM journal_fact AS fact "
            "WHERE kind IN ('visits.visited', 'visits.taken_back') ORDER BY id"
        )
        return list(cursor.fetchall())


def test_who_wrote_it_takes_it_back_within_a_day_and_the_secretary_with_a_reason(
    linked: Linked,
) -> None:
    world, secretary = linked.world, linked.world.secretary
    linked.agree(0)
    link_id = linked.pair(0)
    first, second = linked.log(link_id, linked.member), linked.log(link_id, linked.member)
    for _ in range(2):  # a second tap takes back once
        actions.take_back_visit(actor=linked.member, key="tap", visit_id=first)
    assert done(linked, link_id) == 1
    with pytest.raises(Refused, match="taken_back_already"):
        actions.take_back_visit(actor=linked.member, key=world.key(), visit_id=first)
    with pytest.raises(Refused, match="reason_missing"):
        actions.take_back_visit(actor=secretary, key=world.key(), visit_id=second)
    with pytest.raises(NotFound):
        actions.take_back_visit(actor=world.elsewhere, key=world.key(), visit_id=second)
    world.clock.advance(timedelta(hours=25))
    with pytest.raises(Refused, match="too_late_to_take_back"):
        actions.take_back_visit(actor=linked.member, key=world.key(), visit_id=second)
    actions.take_back_visit(
        actor=secretary, key=world.key(), visit_id=second, reason="记到别的户去了"
    )
    assert done(linked, link_id) == 0
    assert counted(world) == [
        ("visits.visited", True),
        ("visits.visited", True),
        ("visits.taken_back", False),
        ("visits.taken_back", False),
    ]
    with acting_as(secretary):
        visits = queries.link(secretary, link_id).visits
        covered = queries.coverage(secretary)
    assert [(each.taken_back_why, each.may_take_back) for each in visits] == [
        ("记到别的户去了", False),
        ("", False),
    ]
    assert [each.reached for each in covered] == [0]


def test_links_go_over_with_who_keeps_them_and_come_back(linked: Linked) -> None:
    world, follower = linked.world, system_actor(new_id(), "visits.link.write")
    twin, survivor, cause = linked.people[2], linked.people[1], new_id()
    linked.agree(0)
    link_id = linked.pair(0)
    linked.log(link_id, linked.member)
    reach = actions.add_reach(
        actor=world.secretary,
        key=world.key(),
        area_id=world.village.id,
        kind="river",
        title="小河东段",
    )
    both = [
        actions.pair(
            actor=world.secretary,
            key=world.key(),
            duty=Duty.PATROL,
            code="village-river",
            keeper=Keeper(person_id=person),
            target_id=reach,
        )
        for person in (twin, survivor)
    ]
    gone = {"duplicate_id": twin, "survivor_id": survivor}
    assert actions.carry_links(**gone, cause_id=cause, actor=follower) == 2
    assert actions.carry_links(**gone, cause_id=cause, actor=follower) == 0
    one = replace(world.resident, person_id=survivor)
    with acting_as(one):
        held = {row.id: row.stands.done for row in queries.own_links(one)}
    assert held == {link_id: 1, both[1]: 0}  # what was recorded came along
    with acting_as(linked.member):
        assert queries.own_links(linked.member) == ()
    assert actions.return_links(**gone, actor=follower) == 2
    with acting_as(linked.member):
        assert {row.id for row in queries.own_links(linked.member)} == {link_id, both[0]}
    with acting_as(one):
        assert {row.id for row in queries.own_links(one)} == {both[1]}
