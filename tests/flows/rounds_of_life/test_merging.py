"""Two records that are one human being: found, decided by two, merged, parted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, connections

from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.actions import cards
from liuchi.engines.points.queries import cards as card_queries
from liuchi.engines.visits import actions as visits
from liuchi.engines.visits.enums import Duty
from liuchi.flows import rounds_of_life
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound, Refused


@pytest.fixture
def twice(world):
    """试甲 was entered a second time in the same household; both have points."""
    world.first = world.people[0]
    (world.second,) = directory.import_people(
        [
            directory.PersonImport(
                "试甲", world.village.code, household="1", phone="13800000001",
                birth_date=date(1980, 5, 1),
            )
        ],
        actor=world.root,
        key=world.key(),
    ).person_ids  # fmt: skip
    directory.give_consent(
        world.second, "credit-points", "credit", actor=world.root, key=world.key()
    )
    world.award(world.first, world.second)
    return world


def ask(world, by=None):
    return directory.ask_merge(
        survivor_id=world.first, duplicate_id=world.second, actor=by or world.recorder,
        key=world.key(),
    )  # fmt: skip


def decide(world, merge_id, *, approve=True, by=None):
    return rounds_of_life.decide_merge(
        merge_id=merge_id, approve=approve, actor=by or world.secretary, key=world.key()
    )


def pairs(world):
    with acting_as(world.secretary):
        return {(each.one.id, each.other.id) for each in directory_queries.duplicates(
            world.secretary
        ).rows}  # fmt: skip


def test_records_of_one_name_in_one_household_are_shown_and_nobody_else(twice):
    assert pairs(twice) == {(twice.first, twice.second)}


def test_two_people_decide_and_one_record_stands_for_both(twice):
    merge_id = ask(twice)
    cards.issue_cards(actor=twice.secretary, key=twice.key(), people=[twice.first, twice.second])
    with pytest.raises(Refused) as refused:
        decide(twice, merge_id, by=twice.recorder)
    assert refused.value.code == "own_request"
    assert decide(twice, merge_id) == 50
    journal_jobs.sequence()
    rounds_of_life.follow()
    with acting_as(twice.secretary):
        held = card_queries.cards_of(twice.secretary, [twice.first, twice.second])
    assert {row.person_id: row.revoked_for for row in held} == {
        twice.first: None,
        twice.second: "merged",
    }

    assert (twice.balance(twice.first), twice.balance(twice.second)) == (100, 0)
    assert pairs(twice) == set()
    with acting_as(twice.secretary):
        found = directory_queries.people(twice.secretary, text="试甲").rows
        assert [row.id for row in found] == [twice.first]
        assert found[0].phone_masked == "138****0001"
        assert directory_queries.survivors([twice.second]) == {twice.second: twice.first}
    assert jobs.unbalanced_accounts() == ()


def test_a_cap_counts_what_was_claimed_under_either_record(twice):
    on = date(2026, 3, 5)
    twice.propose(twice.first, "testing", on=on, quantity=6)
    twice.propose(twice.second, "testing", on=on, quantity=3)
    decide(twice, ask(twice))
    with pytest.raises(Refused) as refused:
        twice.propose(twice.first, "testing", on=on, quantity=2)
    assert refused.value.sentence.values["room"] == 2


def test_the_page_and_the_grade_are_of_one_person(twice):
    """What was earned under either record counts; a cap both have passed is said, not mended."""
    for who in (twice.first, twice.second):
        twice.propose(who, "testing", quantity=7)
    decide(twice, ask(twice))
    with acting_as(twice.secretary) as actor:
        held = directory_queries.records_of(actor, twice.first)
        assert [each.id for each in held] == [twice.second]
        (over,) = queries.over_caps(actor, twice.first, twice.village.id)
        assert (over.used, over.most) == (28, 20)
        later = clock.now() + timedelta(minutes=1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT person_id, points FROM points_earned(%s, %s, 'points:credit', NULL, %s, "
                "%s, %s, '{}', true, %s)",
                [twice.village.id, [twice.first, twice.second], clock.today(), later, later,
                 clock.today()],
            )  # fmt: skip
            assert cursor.fetchall() == [(twice.first, 100)]


def test_what_is_awarded_to_the_other_record_later_follows(twice):
    late = twice.propose(twice.second, "testing", quantity=2)
    decide(twice, ask(twice))
    twice.review(late)
    twice.clock.advance(timedelta(days=10))
    assert jobs.post_due() == 1
    jobs.close_purses()
    assert (twice.balance(twice.first), twice.balance(twice.second)) == (104, 0)


def test_undone_in_time_both_records_stand_by_themselves(twice):
    merge_id = ask(twice)
    decide(twice, merge_id)
    assert rounds_of_life.part(merge_id=merge_id, actor=twice.secretary, key="part") == 50
    assert (twice.balance(twice.first), twice.balance(twice.second)) == (50, 50)
    assert pairs(twice) == {(twice.first, twice.second)}
    with acting_as(twice.secretary):
        row = directory_queries.person(twice.secretary, twice.first)
        assert (row.phone_masked, row.is_gone) == ("", False)
    assert jobs.unbalanced_accounts() == ()


def test_after_its_time_or_once_spent_a_merge_stands(twice):
    merge_id = ask(twice)
    decide(twice, merge_id)
    shop, goods = twice.shop(cup=5)
    actions.redeem(
        actor=twice.keeper,
        key=twice.key(),
        person_id=twice.first,
        shop_id=shop.id,
        goods_id=goods["cup"].id,
        quantity=2,
    )
    with pytest.raises(Refused) as refused:
        rounds_of_life.part(merge_id=merge_id, actor=twice.secretary, key="spent")
    assert refused.value.code == "points_spent"
    with acting_as(twice.secretary):  # nothing of it was done
        assert directory_queries.survivors([twice.second]) == {twice.second: twice.first}
    twice.clock.advance(timedelta(days=31))
    with pytest.raises(Refused) as refused:
        rounds_of_life.part(merge_id=merge_id, actor=twice.secretary, key="late")
    assert refused.value.code == "parting_too_late"


def test_two_people_of_one_name_are_told_apart_for_good(twice):
    assert decide(twice, ask(twice), approve=False) == 0
    assert pairs(twice) == set()
    assert (twice.balance(twice.first), twice.balance(twice.second)) == (50, 50)


def test_erasing_the_one_erases_the_other(twice):
    decide(twice, ask(twice))
    directory.erase_person(person_id=twice.first, actor=twice.root, key="erase")
    with pytest.raises(NotFound):
        directory.erase_person(person_id=twice.second, actor=twice.root, key="again")


def test_who_keeps_contact_keeps_it_under_the_record_that_stays(twice):
    patrol = {"code": "river", "title": "巡河", "kind": "river", "norm": {"times": 2}}
    journal_actions.apply_playbook(
        code="rivers",
        source="",
        compiled={"patrols": [patrol]},
        places=[twice.village.id],
        in_force_from=clock.today(),
        spec_version=1,
        approved_by="居民代表会议",
        actor=twice.root,
    )
    writer = twice.secretary
    reach = visits.add_reach(
        actor=writer, key=twice.key(), area_id=twice.village.id, kind="river", title="东段"
    )
    link_id = visits.pair(
        actor=writer, key=twice.key(), duty=Duty.PATROL, code="river",
        keeper=visits.Keeper(person_id=twice.second), target_id=reach,
    )  # fmt: skip
    visits.log_visit(actor=writer, key=twice.key(), link_id=link_id, on=clock.today())

    merge_id = ask(twice)
    decide(twice, merge_id)
    journal_jobs.sequence()
    rounds_of_life.follow()
    assert keepers(link_id) == [(twice.first, 1)]
    rounds_of_life.part(merge_id=merge_id, actor=writer, key=twice.key())
    journal_jobs.sequence()
    for _ in range(2):
        rounds_of_life.follow()
    assert keepers(link_id) == [(twice.second, 1)]


def keepers(link_id):
    """Return who keeps a link, and how many visits hang on it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT keeper_person_id, (SELECT count(*) FROM visits_visit WHERE link_id = held.id) "
            "FROM visits_link AS held WHERE id = %s",
            [link_id],
        )
        return cursor.fetchall()
