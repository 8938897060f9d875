"""A place approves no more than its budget holds: one by one, at once, and after corrections."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta

import pytest

from engines.points.threads import in_threads
from engines.points.world import SECTION
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.models import Budget
from liuchi.kernel.errors import NotFound, Refused


@pytest.fixture
def budgeted(world):
    """The world with a hundred points a year: two cases of help."""
    section = deepcopy(SECTION)
    section["currency"]["budget"] = {"per": "year", "points": 100}
    journal_actions.apply_playbook(
        code=f"credit-{world.village.code}",
        source="",
        compiled={"points": section},
        places=[world.village.id],
        in_force_from=date(2026, 3, 1),
        spec_version=1,
        approved_by="居民代表会议",
        actor=world.root,
    )
    return world


def committed(world):
    with acting_as(world.root):
        return [(b.committed, b.points, b.last_day) for b in Budget.objects.all()]


def propose(world, who):
    return world.propose(world.people[who], on=date(2026, 3, 2))


def test_what_is_approved_counts_and_past_the_budget_nothing_is(budgeted):
    world = budgeted
    claims = [propose(world, who) for who in range(3)]
    _, second = [world.review(claim) for claim in claims[:2]]
    assert committed(world) == [(100, 100, date(2026, 12, 31))]
    with pytest.raises(Refused, match="0"):
        world.review(claims[2])
    assert told(world) == [(100, 0, 100, 0, True)]
    # A posted award that is undone makes room again.
    world.clock.advance(timedelta(days=10))
    jobs.post_due()
    assert told(world) == [(100, 100, 0, 0, True)]
    world.correct(second.id)
    assert committed(world) == [(50, 100, date(2026, 12, 31))]
    assert told(world) == [(100, 50, 0, 50, False)]
    world.review(claims[2])
    assert committed(world) == [(100, 100, date(2026, 12, 31))]
    with acting_as(world.secretary):
        assert queries.held_by(world.secretary, world.people) == {
            world.people[0]: 50,
            world.people[1]: 0,
        }


def told(world):
    """What the secretary reads: in all, issued, on notice, left, and whether to ask for more."""
    with acting_as(world.secretary):
        return [
            (row.points, row.issued, row.held, row.left, row.nearly_gone)
            for row in queries.budgets(world.secretary)
        ]


def test_two_reviewers_at_once_do_not_pass_it_together(budgeted):
    world = budgeted
    claims = [propose(world, who) for who in range(4)]
    world.review(claims[0])
    outcomes = in_threads(
        *(lambda claim=claim: world.review(claim) for claim in claims[1:3]),
        lambda: world.review(claims[3], actor=world.secretary),
    )
    assert sum(isinstance(each, Refused) for each in outcomes) == 2
    assert committed(world) == [(100, 100, date(2026, 12, 31))]


def test_without_a_budget_there_is_none(world):
    world.award(world.people[0])
    assert committed(world) == []


def set_to(world, points, actor, reason="暑期活动多", currency="credit"):
    return actions.set_budget(
        village_id=world.village.id,
        currency=currency,
        points=points,
        reason=reason,
        actor=actor,
        key=world.key(),
    )


def test_the_town_sets_another_sum_and_the_village_reads_why(budgeted):
    world = budgeted
    world.review(propose(world, 0))
    world.review(propose(world, 1))
    assert told(world) == [(100, 0, 100, 0, True)]
    town = world.user("clerk", directory.area(world.village.parent_id))
    set_to(world, 160, town)
    assert told(world) == [(160, 0, 100, 60, False)]
    world.review(propose(world, 2))
    for points, reason, code in (
        (120, "太多", "budget_below_approved"),
        (160, "一样", "budget_as_it_is"),
        (200, " ", "reason_missing"),
    ):
        with pytest.raises(Refused) as caught:
            set_to(world, points, town, reason)
        assert caught.value.code == code
    with pytest.raises(Refused):  # no village its own
        set_to(world, 200, world.secretary)
    with pytest.raises(NotFound):
        set_to(world, 200, town, currency="member")
    with acting_as(world.secretary):
        (row,), past, changes = queries.budgets_of(world.secretary, world.village.id)
        with pytest.raises(NotFound):
            queries.budgets_of(world.secretary, world.other.id)
    assert (row.points, row.committed, row.changes, past) == (160, 150, 1, ())
    assert [(c.before, c.after, c.reason) for c in changes] == [(100, 160, "暑期活动多")]
    with acting_as(town):
        assert [r.village_id for r in queries.budgets_below(town).rows] == [world.village.id]
        assert queries.budgets_nearly_gone(town) == 1
    with acting_as(world.root):
        journal_jobs.catch_up()
        facts = [f for f in journal.facts_after(0, 500) if f.kind == "points.budget_set"]
    assert [(f.amount, f.data["before"], f.area_id) for f in facts] == [
        (160, 100, world.village.id)
    ]
