"""From a good deed to points: claims in the database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection

from engines.points.threads import in_threads
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.errors import Conflict, NotFound, Refused
from liuchi.kernel.ids import new_id


def test_a_deed_becomes_points_after_review_and_notice(world):
    claim = world.propose(world.people[0])
    assert (claim.state, claim.points, claim.version) == ("proposed", 50, 1)
    reviewed = world.review(claim)
    assert (reviewed.state, reviewed.version) == ("on_notice", 2)
    # Reviewed on Monday, 2 March: the five work days of the notice are 3 to 9 March.
    assert reviewed.notice_until == date(2026, 3, 9)
    assert [row.masked_name for row in queries.notices(world.village.id)] == ["试*"]
    world.clock.move_to(datetime(2026, 3, 9, 23, 59, tzinfo=SHANGHAI))
    assert jobs.post_due() == 0
    world.clock.move_to(datetime(2026, 3, 10, 0, 0, tzinfo=SHANGHAI))
    assert jobs.post_due() == 1
    assert jobs.post_due() == 0
    assert queries.notices(world.village.id) == ()
    assert world.balance(world.people[0]) == 50
    with acting_as(world.recorder):
        posted = queries.claim(world.recorder, claim.id)
        statement = queries.statement(world.recorder, world.people[0])
    assert (posted.state, posted.posted_at) == ("posted", world.clock.now())
    assert (statement.balance, statement.earned_total, statement.spent_total) == (50, 50, 0)
    assert [entry.points_signed for entry in statement.entries] == [50]
    assert statement.entries[0].explanation.in_language("zh-hans") == (
        "2026-03-01，互助·邻里互助：每件50分，计1次，共50分。"
        f"2026-03-02由{posted.proposed_by_name}申报，2026-03-02由{posted.reviewed_by_name}评议通过，"
        "公示到2026-03-09。"
    )


def test_the_facts_of_an_award_lead_back_to_the_claim(world):
    world.award(world.people[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, id, cause_id, amount FROM journal_fact "
            "WHERE subject_kind = 'points.claim' ORDER BY id"
        )
        rows = cursor.fetchall()
    assert [(kind, amount) for kind, _, _, amount in rows] == [
        ("points.claim_proposed", 50),
        ("points.claim_reviewed", 50),
        ("points.awarded", 50),
    ]
    assert [cause for _, _, cause, _ in rows] == [None, rows[0][1], rows[1][1]]


def test_a_second_click_makes_one_claim(world):
    first = world.propose(world.people[0], key="twice")
    assert world.propose(world.people[0], key="twice") == first
    with pytest.raises(Conflict) as caught:
        world.propose(world.people[1], key="twice")
    assert caught.value.code == "key_reused"
    with acting_as(world.recorder):
        assert queries.claims(world.recorder).rows == (first,)


def test_past_the_cap_a_claim_hears_how_much_is_left(world):
    world.propose(world.people[0], "testing", quantity=9)
    with pytest.raises(Refused) as caught:
        world.propose(world.people[0], "testing", quantity=2)
    assert caught.value.code == "cap_reached"
    assert "还可申报2分" in caught.value.sentence.in_language("zh-hans")
    assert world.propose(world.people[0], "testing", quantity=1).points == 2
    # February has a cap of its own, and so has everybody else.
    assert world.propose(world.people[0], "testing", quantity=10, on=date(2026, 2, 28)).points == 20
    assert world.propose(world.people[1], "testing", quantity=10).points == 20


def test_a_rejected_claim_gives_its_room_back(world):
    claim = world.propose(world.people[0], "testing", quantity=10)
    world.review(claim, "reject", reason="当天没有活动")
    assert world.propose(world.people[0], "testing", quantity=10).points == 20


def test_claims_at_once_do_not_exceed_the_cap(world):
    calls = [
        lambda n=n: world.propose(world.people[0], "testing", quantity=4, key=f"at-once-{n}")
        for n in range(8)
    ]
    outcomes = in_threads(*calls)
    assert sorted(getattr(each, "code", "made") for each in outcomes) == (
        ["cap_reached"] * 6 + ["made"] * 2
    )


def test_what_the_rules_refuse_is_not_written(world):
    for said, code in (
        ({"rule": "nothing"}, "rule_not_in_force"),
        ({"on": date(2025, 12, 31)}, "rule_not_in_force"),
        ({"on": date(2026, 3, 3)}, "in_the_future"),
        ({"rule": "medal"}, "evidence_missing"),
        ({"quantity": 0}, "quantity_out_of_range"),
    ):
        with pytest.raises(Refused) as caught:
            world.propose(world.people[0], **said)
        assert caught.value.code == code
    with acting_as(world.recorder):
        assert queries.claims(world.recorder).rows == ()


def test_a_claim_with_its_certificate(world):
    document = new_id()
    assert world.propose(world.people[0], "medal", evidence=[document]).evidence == (document,)


def test_without_consent_nothing_is_claimed(world):
    directory_actions.withdraw_consent(
        world.people[0], "credit-points", "credit", actor=world.root, key="no-more"
    )
    with pytest.raises(Refused) as caught:
        world.propose(world.people[0])
    assert caught.value.code == "no_consent"


def test_a_resident_claims_for_oneself(world):
    resident = world.resident(world.people[0])
    claim = world.propose(world.people[0], actor=resident)
    assert (claim.person_id, claim.capacity, claim.asked_by_id) == (world.people[0], "own", None)


def test_nobody_reviews_what_they_entered(world):
    claim = world.propose(world.people[0], actor=world.secretary)
    with pytest.raises(Refused) as caught:
        world.review(claim, actor=world.secretary)
    assert caught.value.code == "own_proposal"


@pytest.mark.parametrize(("place", "code"), [(0, "own_claim"), (1, "same_household")])
def test_nobody_reviews_their_own_or_their_household(world, place, code):
    claim = world.propose(world.people[0])
    reviewer = world.user("reviewer", world.village, world.people[place])
    with pytest.raises(Refused) as caught:
        world.review(claim, actor=reviewer)
    assert caught.value.code == code
    neighbour = world.user("reviewer", world.village, world.people[2])
    assert world.review(claim, actor=neighbour).state == "on_notice"


def test_a_claim_changed_meanwhile_is_a_conflict(world):
    claim = world.propose(world.people[0])
    world.review(claim, "return", reason="请补充签到表")
    with pytest.raises(Conflict) as caught:
        world.review(claim)
    assert caught.value.code == "claim_changed"


def test_two_reviewers_at_once_give_one_review(world):
    claim = world.propose(world.people[0])
    other = world.user("reviewer", world.village)
    outcomes = in_threads(
        lambda: world.review(claim, key="one"),
        lambda: world.review(claim, "reject", reason="不实", actor=other, key="two"),
    )
    assert sorted(getattr(each, "code", "reviewed") for each in outcomes) == [
        "claim_changed",
        "reviewed",
    ]


def test_returned_resubmitted_and_withdrawn(world):
    claim = world.propose(world.people[0])
    returned = world.review(claim, "return", reason="请补充签到表")
    assert (returned.state, returned.review_reason) == ("returned", "请补充签到表")
    with acting_as(world.secretary):
        work = queries.work_today(world.secretary)
    assert (work.claims_to_review, work.claims_returned) == (0, 1)
    document = new_id()
    again = actions.resubmit_claim(
        actor=world.recorder, key="again", claim_id=claim.id, note="已补", evidence=[document]
    )
    assert (again.state, again.note, again.evidence) == ("proposed", "已补", (document,))
    gone = actions.withdraw_claim(actor=world.recorder, key="gone", claim_id=claim.id)
    assert gone.state == "withdrawn"
    with pytest.raises(Refused) as caught:
        world.review(gone)
    assert caught.value.code == "claim_withdrawn"


def test_claims_of_another_community_do_not_exist(world):
    claim = world.propose(world.people[0])
    elsewhere = world.user("secretary", world.other)
    with acting_as(elsewhere):
        assert queries.claims(elsewhere).rows == ()
        with pytest.raises(NotFound):
            queries.claim(elsewhere, claim.id)
    with pytest.raises(NotFound):
        world.review(claim, actor=elsewhere)
    with pytest.raises(NotFound):
        world.propose(world.people[0], actor=elsewhere)


def test_the_rule_stands_in_the_claim_as_it_was(world):
    claim = world.propose(world.people[0])
    assert (claim.rule_title, claim.points) == ("邻里互助", 50)


def test_pages_by_key(world):
    made = []
    for _ in range(5):
        world.clock.advance(timedelta(milliseconds=1))
        made.append(world.propose(world.people[0]).id)
    with acting_as(world.recorder):
        first = queries.claims(world.recorder, limit=2)
        second = queries.claims(world.recorder, after=first.next_after, limit=2)
        third = queries.claims(world.recorder, after=second.next_after, limit=2)
    assert [row.id for page in (first, second, third) for row in page.rows] == made[::-1]
    assert third.next_after is None


def test_the_database_refuses_a_claim_that_cannot_be(world):
    claim = world.propose(world.people[0])
    for change in (
        "state = 'posted'",
        "state = 'on_notice'",
        "reviewed_at = now()",
        "state = 'rejected', reviewed_at = now(), reviewed_by_id = proposed_by_id",
        "state = 'lost'",
        "points = 5000",
        "posted_at = now()",
    ):
        with pytest.raises(DatabaseError), acting_as(world.root), connection.cursor() as cursor:
            cursor.execute(f"UPDATE points_claim SET {change} WHERE id = %s", [claim.id])


def test_a_list_of_three_costs_what_a_list_of_one_costs(world, django_assert_num_queries):
    world.award(world.people[0])
    with acting_as(world.recorder):
        with django_assert_num_queries(3):
            assert len(queries.claims(world.recorder).rows) == 1
        with django_assert_num_queries(6):
            assert len(queries.statement(world.recorder, world.people[0]).entries) == 1
    world.clock.advance(timedelta(seconds=1))
    for person_id in world.people[:2]:
        world.review(world.propose(person_id, on=date(2026, 3, 2)))
    world.clock.advance(timedelta(days=20))
    assert jobs.post_due() == 2
    with acting_as(world.recorder):
        with django_assert_num_queries(3):
            assert len(queries.claims(world.recorder).rows) == 3
        with django_assert_num_queries(6):
            assert len(queries.statement(world.recorder, world.people[0]).entries) == 2


@pytest.mark.parametrize("reason", ["moved", "deceased"])
def test_nothing_is_claimed_for_somebody_who_is_gone(world, reason):
    """The consent stands: nobody has withdrawn it."""
    gone = world.people[0]
    day = world.clock.now().date()
    directory_actions.note_departure(gone, reason, day, actor=world.root, key=world.key())
    with pytest.raises(Refused) as caught:
        world.propose(gone)
    assert caught.value.code == "not_present"


def test_a_claim_nobody_here_may_review_is_referred(world):
    claim = world.propose(world.people[0])
    with pytest.raises(Refused) as caught:
        actions.refer_claim(actor=world.recorder, key=world.key(), claim_id=claim.id)
    assert caught.value.code == "somebody_may_review"
    for holder in (world.reviewer, world.secretary):
        for post in directory.posts_of(holder.id):
            directory_actions.end_post(
                post_id=post.id, actor=world.root, key=world.key(), on=world.clock.now().date()
            )
    sent = actions.refer_claim(actor=world.recorder, key=world.key(), claim_id=claim.id)
    assert sent.upper_reason == "no_second_person"
