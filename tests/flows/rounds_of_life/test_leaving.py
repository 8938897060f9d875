"""Leaving and dying: a purse stays open for a while, then it is settled; the ledger still sums."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.actions import cards
from liuchi.engines.points.actions import rounds_of_life as points
from liuchi.engines.points.enums import ClosingReason, ClosingState
from liuchi.flows import rounds_of_life
from liuchi.kernel.errors import Refused


def follow():
    journal_jobs.sequence()
    while rounds_of_life.follow():
        journal_jobs.sequence()


def withdraw(world, who):
    directory.withdraw_consent(who, "credit-points", "credit", actor=world.root, key=world.key())
    follow()


def depart(world, who, reason="deceased"):
    directory.note_departure(
        who, reason, world.clock.now().date(), actor=world.root, key=world.key()
    )
    follow()


def closing(world, who):
    with acting_as(world.root):
        return queries.closing_of(world.root, who)


def pass_on(world, who, to, actor=None):
    return points.pass_on(
        actor=actor or world.recorder,
        key=world.key(),
        closing_id=closing(world, who).id,
        successor_id=to,
    )


def test_who_leaves_may_redeem_for_a_while_and_is_erased_when_settled(world):
    who, other = world.people[0], world.people[2]
    world.award(who, other)
    before = [world.balance(other), world.balance(who)]
    waiting = world.propose(who)
    shop, goods = world.shop(soap=5)
    world.clock.advance(timedelta(days=1))
    withdraw(world, who)
    held = closing(world, who)
    today = world.clock.now().date()

    assert (held.reason, held.state, held.points) == (
        ClosingReason.WITHDRAWN, ClosingState.OPEN, 50,
    )  # fmt: skip
    assert held.ends_on == today + timedelta(days=30)
    with acting_as(world.root):
        assert queries.claim_of(world.root, waiting.id).state == "withdrawn"
    with pytest.raises(Refused) as refused:
        world.propose(who)
    assert refused.value.code == "no_consent"
    actions.redeem(
        actor=world.keeper,
        key=world.key(),
        person_id=who,
        shop_id=shop.id,
        goods_id=goods["soap"].id,
        quantity=2,
    )
    assert jobs.close_purses() == 0  # there is still time, and something left
    world.clock.advance(timedelta(days=31))
    assert (jobs.close_purses(), jobs.close_purses()) == (1, 0)
    follow()
    jobs.forget_claims()

    assert [world.balance(other), world.balance(who)] == [before[0], 0]
    assert jobs.unbalanced_accounts() == ()
    with connection.cursor() as cursor, acting_as(world.root):
        cursor.execute(
            "SELECT unit, sum(balance) FROM points_account GROUP BY unit HAVING sum(balance) <> 0"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT name FROM directory_person WHERE id = %s", [who])
        assert cursor.fetchone() == ("已删除",)
        cursor.execute("SELECT count(*) FROM directory_person_key WHERE person_id = %s", [who])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT DISTINCT masked_name FROM points_claim WHERE person_id = %s", [who])
        assert cursor.fetchall() == [("已删除",)]
        statement = queries.statement(world.root, other)
        assert (statement.balance, len(statement.entries)) == (50, 1)


def test_who_agrees_again_in_time_goes_on_as_before(world):
    who = world.people[0]
    world.award(who)
    withdraw(world, who)
    directory.give_consent(who, "credit-points", "credit", actor=world.root, key=world.key())
    follow()
    world.clock.advance(timedelta(days=40))
    assert jobs.close_purses() == 0
    assert (closing(world, who), world.balance(who)) == (None, 50)


def test_somebody_who_comes_back_later_begins_anew(world):
    who = world.people[0]
    world.award(who)
    withdraw(world, who)
    world.clock.advance(timedelta(days=31))
    jobs.close_purses()
    follow()
    again = directory.import_people(
        [directory.PersonImport("试甲", world.village.code, household="1")],
        actor=world.root,
        key=world.key(),
    ).person_ids[0]
    assert again != who
    assert world.balance(again) == 0


def test_the_household_takes_over_what_the_dead_had_earned(world):
    who, wife, neighbour = world.people[0], world.people[1], world.people[2]
    world.award(who)
    late = world.propose(who, "testing", quantity=2)
    world.clock.advance(timedelta(days=1))
    depart(world, who)

    assert closing(world, who).reason is ClosingReason.DECEASED
    with pytest.raises(Refused) as refused:
        pass_on(world, who, neighbour)
    assert refused.value.code == "not_family"
    assert pass_on(world, who, wife).state is ClosingState.PASSED_ON
    assert (world.balance(who), world.balance(wife)) == (0, 50)
    world.review(late)  # what was done before is still decided, and goes the same way
    world.clock.advance(timedelta(days=10))
    assert jobs.post_due() == 1
    jobs.close_purses()
    assert (world.balance(who), world.balance(wife)) == (0, 54)
    assert jobs.unbalanced_accounts() == ()


def test_of_the_own_household_somebody_else_decides(world):
    who, wife = world.people[0], world.people[1]
    world.award(who)
    world.clock.advance(timedelta(days=1))
    depart(world, who)
    son = world.user("recorder", world.village, wife)
    with pytest.raises(Refused) as refused:
        pass_on(world, who, wife, actor=son)
    assert refused.value.code == "same_household"


def test_nobody_takes_over_and_after_half_a_year_it_is_settled(world):
    who = world.people[0]
    world.award(who)
    world.clock.advance(timedelta(days=1))
    depart(world, who)
    world.clock.advance(timedelta(days=170))
    journal_jobs.make_partitions(world.clock.now().date())
    assert jobs.close_purses() == 0
    world.clock.advance(timedelta(days=20))
    assert jobs.close_purses() == 1
    assert (world.balance(who), closing(world, who).state) == (0, ClosingState.SETTLED)
    with acting_as(world.root):  # erased by retention, not at once: the family may ask
        assert directory_queries.person(world.root, who).name == "试甲"


def test_the_card_of_who_left_died_or_was_merged_is_written_as_revoked_for_that_fact(world):
    """Nobody's hand: the fact that says so stands where else a user does."""
    cards.issue_cards(actor=world.secretary, key=world.key(), people=list(world.people[:3]))
    withdraw(world, world.people[0])
    depart(world, world.people[1], "moved")
    depart(world, world.people[2])
    follow()
    with connection.cursor() as cursor, acting_as(world.root):
        cursor.execute(
            "SELECT card.revoked_for, card.revoked_by_id, cause.kind FROM points_card AS card "
            "JOIN journal_fact AS cause ON cause.id = card.revoked_cause_id ORDER BY card.id"
        )
        assert cursor.fetchall() == [
            ("withdrawn", None, "directory.consent_withdrawn"),
            ("left", None, "directory.person_departed"),
            ("died", None, "directory.person_departed"),
        ]
        cursor.execute(
            "SELECT count(*) FROM journal_fact AS fact JOIN points_card AS card "
            "ON card.revoked_cause_id = fact.cause_id WHERE fact.kind = 'points.card_revoked'"
        )
        assert cursor.fetchone() == (3,)
