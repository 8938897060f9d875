"""Rounds of local grades: counted from the ledger, issued by another, corrected in the open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connections

from engines.points.world import SECTION
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import jobs
from liuchi.engines.points.actions import grade_appeals as appeals
from liuchi.engines.points.actions import grades as actions
from liuchi.engines.points.queries import grade_appeals as appeal_queries
from liuchi.engines.points.queries import grade_rounds as queries
from liuchi.engines.points.queries.grades import standings
from liuchi.kernel.clock import today
from liuchi.kernel.errors import LiuchiError, NotFound

GRADES = {
    "local": [
        {
            "code": "local",
            "title": "信用等级",
            "within": "12 months",
            "steps": [
                {"code": "A", "at_least": 50, "title": "A级"},
                {"code": "AA", "at_least": 100, "title": "AA级"},
            ],
        },
        {
            "code": "home",
            "title": "信用户",
            "per": "household",
            "steps": [{"code": "H", "at_least": 120, "title": "信用户"}],
        },
    ]
}


@pytest.fixture
def graded(world):
    journal_actions.apply_playbook(
        code=f"credit-{world.village.code}",
        source="",
        compiled={"points": {**SECTION, "grades": GRADES}},
        places=[world.village.id],
        in_force_from=date(2026, 1, 2),
        spec_version=1,
        approved_by="居民代表会议",
        actor=world.root,
    )
    first, second, *_ = world.people
    world.award(first, first, second)
    world.clock.advance(timedelta(days=1))
    return world


def opened(world, scheme="local", **said):
    return actions.open_round(
        actor=world.recorder, key=world.key(), village_id=world.village.id, scheme=scheme, **said
    )


def act(world, verb, round_id, actor=None):
    return getattr(actions, f"{verb}_round")(
        actor=actor or world.recorder, key=world.key(), round_id=round_id
    )


def issued(world, scheme="local"):
    row = opened(world, scheme)
    act(world, "compute", row.id)
    act(world, "publish", row.id)
    world.clock.advance(timedelta(days=10))
    return act(world, "issue", row.id, world.secretary)


def lines(world, round_id):
    with acting_as(world.secretary):
        found = queries.lines(world.secretary, round_id).rows
    return {row.person_id: (row.points, row.title) for row in found}


def refusal(call):
    with pytest.raises(LiuchiError) as caught:
        call()
    return caught.value.code


def facts(kind):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT amount, data ->> 'grade', corrects_id IS NOT NULL FROM journal_fact "
            "WHERE kind = %s ORDER BY amount DESC",
            [kind],
        )
        return [(int(amount), *rest) for amount, *rest in cursor.fetchall()]


def held(person_id, on):
    return [
        (each.scheme, each.method, each.grade, each.rank, each.valid_to)
        for each in standings(person_id, on)
    ]


def test_a_round_is_counted_by_one_and_issued_by_another(graded):
    world, (first, second, third, _) = graded, graded.people
    row = opened(world)
    assert (row.state, row.as_of, row.window_from) == (
        "opened",
        today() - timedelta(days=1),
        date(2025, 3, 13),
    )
    assert refusal(lambda: opened(world)) == "round_running"
    assert refusal(lambda: act(world, "publish", row.id)) == "round_not_counted"
    row = act(world, "compute", row.id)
    assert (row.people, row.graded) == (2, 2)
    assert lines(world, row.id) == {first: (100, "AA级"), second: (50, "A级")}
    act(world, "compute", row.id)
    row = act(world, "publish", row.id)
    assert held(first, today()) == []
    issue = lambda actor: act(world, "issue", row.id, actor)  # noqa: E731
    assert refusal(lambda: issue(world.secretary)) == "notice_running"
    world.clock.advance(timedelta(days=10))
    assert refusal(lambda: issue(world.recorder)) == "not_permitted"
    stranger = world.user("secretary", world.other)
    with pytest.raises(NotFound):
        issue(stranger)
    row = issue(world.secretary)
    day = today()
    assert (row.state, row.issued_on) == ("issued", day)
    until = date(day.year + 1, day.month, day.day) - timedelta(days=1)
    assert held(first, day) == [("local", "local", "AA", 2, until)]
    assert held(first, until + timedelta(days=1)) == []
    assert held(third, day) == []
    assert facts("points.grade_issued") == [(100, "AA", False), (50, "A", False)]


def test_who_counted_does_not_issue(graded):
    row = opened(graded)
    act(graded, "compute", row.id, graded.secretary)
    act(graded, "publish", row.id)
    graded.clock.advance(timedelta(days=10))
    assert refusal(lambda: act(graded, "issue", row.id, graded.secretary)) == "own_count"
    clerk = graded.user("secretary", graded.village)
    assert act(graded, "issue", row.id, clerk).state == "issued"


def test_a_household_shares_its_sum_and_the_count_explains_itself(graded):
    world, (first, second, *_) = graded, graded.people
    row = issued(world, "home")
    assert lines(world, row.id) == {first: (150, "信用户"), second: (150, "信用户")}
    with acting_as(world.secretary):
        line = queries.lines(world.secretary, row.id).rows[0]
        told = queries.explained(world.secretary, line.id)
    assert sum(entry.points for entry in told.entries) + told.others_points == 150
    assert [entry.title for entry in told.entries] == ["邻里互助"] * len(told.entries)
    own = world.resident(second)
    with acting_as(own):
        (mine,) = standings(second, today())
        told = queries.explained(own, mine.line_id)
    assert (told.points, told.others_points, len(told.entries)) == (150, 100, 1)


def test_spending_lowers_nothing_and_a_contra_entry_is_a_correction(graded):
    from liuchi.engines.points import actions as points  # noqa: PLC0415

    world, (first, *_) = graded, graded.people
    shop, goods = world.shop(cup=3)
    points.redeem(
        actor=world.keeper,
        key=world.key(),
        shop_id=shop.id,
        person_id=first,
        goods_id=goods["cup"].id,
        quantity=1,
    )
    row = issued(world)
    assert lines(world, row.id)[first] == (100, "AA级")
    assert refusal(lambda: act(world, "correct", row.id, world.secretary)) == "nothing_changed"
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT id FROM points_claim WHERE person_id = %s ORDER BY id LIMIT 1", [first]
        )
        ((claim_id,),) = cursor.fetchall()
    world.correct(claim_id)
    assert held(first, today())[0][2] == "AA"
    with acting_as(world.secretary):
        assert queries.corrections_due(world.secretary, row.id) == 1
    act(world, "correct", row.id, world.secretary)
    assert held(first, today())[0][2] == "A"
    assert facts("points.grade_corrected") == [(50, "A", True)]
    with acting_as(world.secretary):
        assert queries.corrections_due(world.secretary, row.id) == 0


def test_an_objection_holds_the_round_up_and_is_answered_by_counting_again(graded):
    world, (first, *_) = graded, graded.people
    row = opened(world)
    act(world, "compute", row.id)
    act(world, "publish", row.id)
    listed = appeal_queries.grade_list(world.village.id, row.code)
    assert [(each.place, each.masked_name) for each in listed.lines] == [(1, "试*"), (2, "试*")]
    place = next(each.place for each in listed.lines if each.title == "AA级")
    code = appeals.object_to_grade(
        key="objects", round_id=row.id, place=place, text="他没有参加那次活动", address="10.0.0.1"
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT id FROM points_claim WHERE person_id = %s ORDER BY id LIMIT 1", [first]
        )
        ((claim_id,),) = cursor.fetchall()
    world.correct(claim_id)
    with acting_as(world.secretary):
        ((found,), _) = astuple_page(appeal_queries.appeals(world.secretary))
        assert appeal_queries.appeal(world.secretary, found.id).text == "他没有参加那次活动"
    say = {"appeal_id": found.id, "outcome": "recounted", "reason": "已冲正一笔"}
    own = lambda actor, **said: appeals.answer_appeal(  # noqa: E731
        actor=actor, key=world.key(), **{**say, **said}
    )
    assert refusal(lambda: own(world.recorder)) == "not_permitted"
    assert refusal(lambda: own(world.secretary, reason=" ")) == "reason_missing"
    neighbour = world.user("reviewer", world.village, world.people[1])
    assert refusal(lambda: own(neighbour)) == "same_household"
    world.clock.advance(timedelta(days=10))
    assert refusal(lambda: act(world, "issue", row.id, world.secretary)) == "appeal_open"
    own(world.secretary)
    assert lines(world, row.id)[first] == (50, "A级")
    told = appeal_queries.appeal_by_code(code)
    assert (told.answer, told.outcome, told.may_go_beyond) == ("已冲正一笔", "recounted", True)
    told = appeals.go_beyond(key="beyond", code=code, text="另一笔也不对", address="10.0.0.1")
    assert told.second is not None
    with acting_as(world.secretary):
        ((second,), _) = astuple_page(appeal_queries.appeals(world.secretary))
    say |= {"appeal_id": second.id, "outcome": "not_upheld", "reason": "核对过，无误"}
    assert refusal(lambda: own(world.secretary)) == "own_work"
    own(world.reviewer)
    assert act(world, "issue", row.id, world.secretary).graded == 2
    world.clock.advance(timedelta(days=400))
    assert jobs.forget_objections() == 2
    assert appeal_queries.appeal_by_code(code).answer == ""


def astuple_page(page):
    return page.rows, page.next_after


def test_a_cancelled_round_leaves_nothing_and_who_left_holds_nothing(graded):
    from liuchi.engines.directory import actions as directory  # noqa: PLC0415

    world, (first, *_) = graded, graded.people
    row = opened(world)
    act(world, "compute", row.id)
    assert act(world, "cancel", row.id).state == "cancelled"
    row = issued(world)
    directory.withdraw_consent(first, "credit-points", "credit", actor=world.root, key=world.key())
    assert held(first, today()) == []
