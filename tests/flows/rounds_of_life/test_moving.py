"""Somebody moves: the purse goes along, what was done stays where it was done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import jobs, queries
from liuchi.flows import rounds_of_life
from liuchi.kernel.errors import NotFound, Refused


@pytest.fixture
def moved(world):
    """Person 0 has 50 points, one claim under review, and lives in the other village now."""
    who = world.people[0]
    world.award(who)
    world.open = world.propose(who, "testing", quantity=5)
    rounds_of_life.move(
        person_ids=[who],
        village_id=world.other.id,
        on=world.clock.now().date(),
        actor=world.root,
        key="move",
    )
    world.theirs = world.user("secretary", world.other)
    return world


def statement(actor, person_id):
    with acting_as(actor):
        return queries.statement(actor, person_id)


def test_the_new_village_reads_all_of_it_and_the_old_one_no_balance(moved):
    who = moved.people[0]
    theirs, ours = statement(moved.theirs, who), statement(moved.secretary, who)

    assert (theirs.balance, theirs.earned_total, len(theirs.entries)) == (50, 50, 1)
    # The village that issued the points can still account for them.
    assert (ours.balance, len(ours.entries)) == (0, 1)


def test_what_was_done_is_decided_where_it_was_done_and_reaches_the_purse(moved):
    who = moved.people[0]
    with pytest.raises(NotFound), acting_as(moved.theirs):
        moved.review(moved.open, actor=moved.theirs)
    reviewed = moved.review(moved.open)
    assert reviewed.person_name == "试*"  # who moved away is shown as anybody else would be
    moved.clock.advance(timedelta(days=10))
    assert jobs.post_due() == 1
    assert statement(moved.theirs, who).balance == 60
    assert jobs.unbalanced_accounts() == ()


def test_a_cap_counts_both_villages(moved):
    recorder = moved.user("recorder", moved.other)
    who, day = moved.people[0], date(2026, 3, 1)
    with pytest.raises(Refused) as refused:
        moved.propose(who, "testing", actor=recorder, on=day, quantity=6)
    assert (refused.value.code, refused.value.sentence.values["room"]) == ("cap_reached", 10)
    assert moved.propose(who, "testing", actor=recorder, on=day, quantity=5).points == 10


def test_nobody_moves_purses_without_answering_for_both_villages(moved):
    with pytest.raises(Refused) as refused:
        rounds_of_life.move(
            person_ids=[moved.people[1]],
            village_id=moved.other.id,
            on=moved.clock.now().date(),
            actor=moved.recorder,
            key="mine",
        )
    assert refused.value.code == "town_moves"
