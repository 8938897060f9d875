"""A currency for internal use: in a purse of its own, on no notice and in no shop."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest
from django.db import connection

from engines.points.world import SECTION
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.kernel.errors import Refused


@pytest.fixture
def members(world):
    """The world, with points of party members beside those of residents."""
    section = deepcopy(SECTION)
    section["currency"] = {"code": "member", "title": "党员量化积分", "visibility": "internal"}
    section["rules"] = [{"code": "visit", "title": "进网格", "class": "党员", "award": 3}]
    section["shop"] = {}
    journal_actions.apply_playbook(
        code="members",
        source="",
        compiled={"points": section},
        places=[world.village.id],
        in_force_from=date(2026, 1, 1),
        spec_version=1,
        approved_by="党委会",
        actor=world.root,
    )
    return world


def enter(world, person_id):
    """One who works with it proposes, another approves."""
    claim = world.propose(person_id, "visit", actor=world.secretary)
    return world.review(claim, actor=world.user("secretary", world.village))


def test_it_is_posted_without_a_notice_and_never_added_to_the_open_purse(members):
    world, person_id = members, members.people[0]
    world.award(person_id)
    enter(world, person_id)
    with acting_as(world.root):
        assert queries.notices(world.village.id) == ()
    assert jobs.post_due() == 1  # at once
    assert world.balance(person_id) == 50
    resident = world.resident(person_id)
    with acting_as(resident):
        held = [(p.title, p.balance, p.internal) for p in queries.purses(resident, person_id)]
        mine = queries.statement(resident, person_id, unit="internal:member")
        open_ = queries.statement(resident, person_id)
    assert held == [("党员量化积分", 3, True), ("信用积分", 50, False)]
    assert (mine.balance, mine.earned_total, len(mine.entries)) == (3, 3, 1)
    assert (open_.balance, open_.earned_total, len(open_.entries)) == (50, 50, 1)
    assert jobs.verify().holds


def test_nobody_but_the_holder_and_the_secretary_sees_it(members):
    world, person_id = members, members.people[0]
    enter(world, person_id)
    jobs.post_due()
    with acting_as(world.recorder):
        assert queries.purses(world.recorder, person_id) == ()
        with pytest.raises(Refused):
            queries.statement(world.recorder, person_id, unit="internal:member")
        assert queries.claims(world.recorder, person_id=person_id).rows == ()
    with pytest.raises(Refused) as refused:
        world.propose(person_id, "visit")
    assert refused.value.code == "internal_points"
    with acting_as(world.secretary):
        assert len(queries.claims(world.secretary, person_id=person_id).rows) == 1
        assert [p.balance for p in queries.purses(world.secretary, person_id)] == [3]


def test_a_shop_takes_the_open_currency(members):
    shop = actions.open_shop(
        actor=members.keeper, key="one", village_id=members.village.id, name="超市"
    )
    assert shop.unit == "points:credit"


HIDDEN = ("claim", "account", "entry", "transfer", "review")


def test_the_database_shows_none_of_it_to_others(members):
    """Raw rows, whatever a query forgets. The same question of who may see them finds them."""
    world, person_id = members, members.people[0]
    enter(world, person_id)
    jobs.post_due()
    seen = {
        who: {table: rows_of(actor, table) for table in HIDDEN}
        for who, actor in {
            "recorder": world.recorder,
            "reviewer": world.reviewer,
            "keeper": world.keeper,
            "neighbour": world.resident(world.people[1]),
            "secretary": world.secretary,
            "holder": world.resident(person_id),
        }.items()
    }
    nothing, all_ = dict.fromkeys(HIDDEN, 0), dict.fromkeys(HIDDEN, 1)
    assert seen == {
        **dict.fromkeys(("recorder", "reviewer", "keeper", "neighbour"), nothing),
        **dict.fromkeys(("secretary", "holder"), all_),
    }


def rows_of(actor, table):
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM points_{table} WHERE person_id IS NOT NULL")
        return cursor.fetchone()[0]
