"""Review in steps by groups with terms, each by somebody else; and appeals to the next tier."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connections

from engines.points.world import SECTION
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.actions import ReviewItem
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.ids import new_id

FIRST, SECOND = "评议小组", "审议小组"


@pytest.fixture
def stepped(world):
    """The village's playbook of today asks two groups, the second led by the secretary."""
    section = deepcopy(SECTION)
    section["review"] = {"steps": [{"by": FIRST}, {"by": SECOND, "led_by": "secretary"}]}
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


def group(world, name):
    """Return a group of the village: an organisation of the directory."""
    group_id = new_id()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO directory_organization (id, kind, name, area_id, valid_from) "
            "VALUES (%s, 'committee', %s, %s, '2026-01-01')",
            [group_id, name, world.village.id],
        )
    return group_id


def member(world, organization_id, person_id=None):
    """Open an account whose one post is in a group."""
    actor = world.user("reviewer", world.village, person_id)
    directory_actions.appoint(
        user_id=actor.id,
        role="reviewer",
        area_id=world.village.id,
        organization_id=organization_id,
        actor=world.root,
        key=world.key(),
    )
    return actor


def refusal(call):
    with pytest.raises(LiuchiError) as caught:
        call()
    return caught.value.code


def now(world, claim):
    with acting_as(world.root):
        return queries.claim(world.root, claim.id)


def steps(world, claim):
    with acting_as(world.root):
        return [
            (row.step, row.by_group, row.outcome)
            for row in queries.reviews_of(world.root, claim.id)
        ]


def test_two_groups_review_one_after_the_other(stepped):
    world, first = stepped, group(stepped, FIRST)
    one, both = member(world, first), member(world, first)
    directory_actions.appoint(
        user_id=both.id,
        role="reviewer",
        area_id=world.village.id,
        organization_id=group(world, SECOND),
        actor=world.root,
        key=world.key(),
    )
    claim = world.propose(world.people[0])
    assert claim.group == FIRST
    # Who is in no group, or in the second, waits for the first.
    assert refusal(lambda: world.review(claim, actor=world.reviewer)) == "other_group"
    assert refusal(lambda: world.review(claim, actor=world.secretary)) == "other_group"
    passed = world.review(claim, actor=both)
    assert (passed.state, passed.group, passed.sheet_id) == ("proposed", SECOND, None)
    # In both groups and all the same one person: one step.
    assert refusal(lambda: world.review(passed, actor=both)) == "reviewed_before"
    assert refusal(lambda: world.review(passed, actor=one)) == "other_group"
    done = world.review(passed, actor=world.secretary)
    assert (done.state, done.group) == ("on_notice", "")
    assert steps(world, claim) == [(1, FIRST, "forward"), (2, SECOND, "approve")]


def test_a_returned_claim_begins_again_with_the_first_group(stepped):
    world = stepped
    one = member(world, group(world, FIRST))
    claim = world.propose(world.people[0])
    passed = world.review(claim, actor=one)
    back = world.review(passed, "return", actor=world.secretary, reason="日期不对")
    actions.resubmit_claim(actor=world.recorder, key="more", claim_id=claim.id, note="已核对")
    again = now(world, claim)
    assert (back.state, again.state, again.group) == ("returned", "proposed", FIRST)
    world.review(again, actor=one)
    world.review(now(world, claim), actor=world.secretary)
    assert steps(world, claim) == [
        (1, FIRST, "forward"),
        (2, SECOND, "return"),
        (1, FIRST, "forward"),
        (2, SECOND, "approve"),
    ]


def test_a_term_that_is_over_is_no_membership(stepped):
    world = stepped
    one = member(world, group(world, FIRST))
    claim = world.propose(world.people[0])
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE directory_post SET valid_to = valid_from WHERE user_id = %s", [one.id]
        )
    assert refusal(lambda: world.review(claim, actor=one)) == "other_group"


def test_no_household_reviews_itself_at_any_step(stepped):
    world = stepped
    first, second = group(world, FIRST), group(world, SECOND)
    wife = member(world, first, world.people[1])
    claim = world.propose(world.people[0])
    assert refusal(lambda: world.review(claim, actor=wife)) == "same_household"
    neighbour = member(world, first, world.people[2])
    passed = world.review(claim, actor=neighbour)
    directory_actions.appoint(
        user_id=wife.id,
        role="reviewer",
        area_id=world.village.id,
        organization_id=second,
        actor=world.root,
        key=world.key(),
    )
    assert refusal(lambda: world.review(passed, actor=wife)) == "same_household"
    # Batches decide by the same rules, one by one.
    given = actions.review_claims(
        actor=wife, key="batch", items=[ReviewItem(claim.id, passed.version)]
    )
    assert (given.done, [each.sentence.zh for each in given.left]) == (
        0,
        ["申报人和您是同一户，要由另一位评议员评议。"],
    )


@pytest.mark.parametrize("who", ["recorder", "claimant", "wife", "asker"])
def test_the_database_refuses_whoever_has_a_part_in_it(world, who):
    others = {
        "claimant": world.resident(world.people[0]),
        "wife": world.resident(world.people[1]),
        "asker": world.resident(world.people[2]),
        "recorder": world.recorder,
    }
    claim = world.propose(world.people[0], asked_by_id=world.people[2])
    with pytest.raises(IntegrityError) as refused, connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO points_review (id, claim_id, person_id, scope_code, round, step, "
            "by_group, outcome, reason, reviewed_by_id, reviewed_at, fact_id) "
            "SELECT %s, id, person_id, scope_code, 1, 1, '', 'approve', '', %s, proposed_at, %s "
            "FROM points_claim WHERE id = %s",
            [new_id(), others[who].id, new_id(), claim.id],
        )
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.errors.CheckViolation)
    assert cause.diag.constraint_name == "points_review_no_part"


def test_one_person_takes_one_step_of_a_round_also_for_the_database(world):
    claim = world.propose(world.people[0])
    world.review(claim)
    with pytest.raises(IntegrityError) as refused, connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO points_review (id, claim_id, person_id, scope_code, round, step, "
            "by_group, outcome, reason, reviewed_by_id, reviewed_at, fact_id) "
            "SELECT %s, claim_id, person_id, scope_code, round, 2, '', 'approve', '', "
            "reviewed_by_id, reviewed_at, fact_id FROM points_review WHERE claim_id = %s",
            [new_id(), claim.id],
        )
    assert "points_review_by_another" in str(refused.value)


# Appeals


def rejected(world, person=0, **said):
    claim = world.propose(world.people[person], **said)
    return world.review(claim, "reject", reason="不符合规则")


def town_of(world):
    clerk = world.user("clerk", world.village)
    return replace(clerk, scope_code=world.village.scope_code[:9])


def ask(world, claim, actor, **said):
    return actions.ask_appeal(
        actor=actor,
        key=said.pop("key", world.key()),
        claim_id=claim.id,
        reason=said.pop("reason", "当天有三个人可以作证"),
    )


def decide(world, appeal, actor, outcome="upheld", **said):
    return actions.decide_appeal(
        actor=actor,
        key=said.pop("key", world.key()),
        appeal_id=appeal.id,
        outcome=outcome,
        answer=said.pop("answer", "经核实，确有其事"),
    )


def test_an_appeal_upheld_puts_the_claim_on_notice_and_it_is_posted(world):
    claim, owner = rejected(world), world.resident(world.people[0])
    appeal = ask(world, claim, owner, key="ask")
    assert ask(world, claim, owner, key="ask") == appeal
    assert (appeal.state, appeal.rejected_because, appeal.by_proxy) == ("open", "不符合规则", False)
    assert refusal(lambda: ask(world, claim, owner)) == "appealed_already"
    clerk = town_of(world)
    done = decide(world, appeal, clerk, key="yes")
    assert decide(world, appeal, clerk, key="yes") == done
    assert (done.state, done.outcome, done.answer) == ("decided", "upheld", "经核实，确有其事")
    assert now(world, claim).state == "on_notice"
    assert refusal(lambda: decide(world, appeal, clerk)) == "appeal_closed"
    world.clock.advance(timedelta(days=10))
    assert (jobs.post_due(), world.balance(world.people[0])) == (1, 50)


def test_an_appeal_dismissed_leaves_it_as_it_was_and_says_why(world):
    claim = rejected(world)
    appeal = ask(world, claim, world.recorder)  # on paper, taken down at the desk
    assert appeal.by_proxy
    done = decide(world, appeal, town_of(world), "dismissed", answer="材料仍不足以证明")
    assert (done.outcome, now(world, claim).state) == ("dismissed", "rejected")


def test_who_may_appeal_and_until_when(world):
    claim = rejected(world)
    owner, neighbour = world.resident(world.people[0]), world.resident(world.people[2])
    assert refusal(lambda: ask(world, claim, neighbour)) == "not_found"
    assert refusal(lambda: ask(world, claim, owner, reason="不服")) == "text_unusable"
    fine = world.propose(world.people[0], on=date(2026, 2, 28))
    assert refusal(lambda: ask(world, fine, owner)) == "not_rejected"
    world.clock.advance(timedelta(days=20))
    assert refusal(lambda: ask(world, claim, owner)) == "appeal_too_late"


def test_who_decides_an_appeal(world):
    claim = rejected(world)
    appeal = ask(world, claim, world.resident(world.people[0]))
    assert refusal(lambda: decide(world, appeal, world.secretary)) == "town_decides"
    # Who rejected it does not decide it from a higher post either.
    promoted = replace(world.reviewer, scope_code=world.village.scope_code[:9])
    assert refusal(lambda: decide(world, appeal, promoted)) == "decided_before"
    family = world.user("clerk", world.village, world.people[1])
    family = replace(family, scope_code=world.village.scope_code[:9])
    assert refusal(lambda: decide(world, appeal, family)) == "same_household"
    assert refusal(lambda: decide(world, appeal, town_of(world), answer="")) == "text_unusable"


def test_an_appeal_is_no_way_round_a_cap(world):
    testing = {"rule": "testing", "quantity": 10}
    claim = rejected(world, on=date(2026, 3, 1), **testing)
    world.propose(world.people[0], "testing", quantity=10, on=date(2026, 3, 2))
    appeal = ask(world, claim, world.resident(world.people[0]))
    assert refusal(lambda: decide(world, appeal, town_of(world))) == "cap_reached"


def test_a_withdrawn_appeal_may_be_made_again(world):
    claim, owner = rejected(world), world.resident(world.people[0])
    appeal = ask(world, claim, owner)
    gone = actions.withdraw_appeal(actor=owner, key="back", appeal_id=appeal.id)
    assert (gone.state, gone.reason) == ("withdrawn", "")
    assert ask(world, claim, owner).state == "open"


def test_every_step_of_an_appeal_is_journalled(world):
    claim = rejected(world)
    appeal = ask(world, claim, world.resident(world.people[0]))
    decide(world, appeal, town_of(world))
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT fact.kind, fact.data::jsonb ->> 'outcome', cause.kind "
            "FROM journal_fact AS fact "
            "JOIN journal_fact AS cause ON cause.id = fact.cause_id "
            "WHERE fact.kind LIKE 'points.appeal%' ORDER BY fact.id"
        )
        assert cursor.fetchall() == [
            ("points.appeal_asked", "", "points.claim_reviewed"),
            ("points.appeal_decided", "upheld", "points.appeal_asked"),
        ]
