"""Claims as life has them: by proxy, from a paper book, thirty at once, with nobody to review."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from engines.points.threads import in_threads
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.actions import ReviewItem
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id


def proposed_facts():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, recorded_at, data FROM journal_fact "
            "WHERE kind = 'points.claim_proposed' ORDER BY id"
        )
        return [(*when, json.loads(data)) for *when, data in cursor.fetchall()]


def listed(world, *people, key=None, **said):
    return actions.propose_claims(
        actor=said.pop("actor", world.recorder),
        key=key or world.key(),
        title=said.pop("title", "清洁家园"),
        rule_code=said.pop("rule", "testing"),
        happened_on=said.pop("on", date(2026, 3, 1)),
        person_ids=people,
        **said,
    )


def more_people(world, count):
    rows = [
        PersonImport(name=f"李{chr(0x4E00 + n)}", village=world.village.code, household=f"9{n}")
        for n in range(count)
    ]
    ids = directory_actions.import_people(rows, actor=world.root, key=world.key()).person_ids
    for person_id in ids:
        directory_actions.give_consent(
            person_id, "credit-points", "credit", actor=world.root, key=f"consent-{person_id}"
        )
    return ids


def claims_of(world, batch):
    with acting_as(world.reviewer):
        return queries.claims(world.reviewer, batch_id=batch.id, limit=200).rows


# By proxy


@pytest.mark.parametrize(("place", "capacity"), [(1, "family"), (2, "neighbour")])
def test_a_resident_claims_for_family_and_neighbours(world, place, capacity):
    asker = world.resident(world.people[0])
    claim = world.propose(world.people[place], actor=asker)
    assert (claim.capacity, claim.asked_by_id) == (capacity, world.people[0])
    data = proposed_facts()[0][2]
    assert (data["capacity"], data["asked_by"], data["person"]) == (
        capacity,
        str(world.people[0]),
        str(world.people[place]),
    )
    # Who asked sees the claim, by a masked name, and takes it back; so may the claimant.
    with acting_as(asker):
        assert [row.person_name for row in queries.claims(asker).rows] == ["试*"]
    assert actions.withdraw_claim(actor=asker, key="back", claim_id=claim.id).state == "withdrawn"


def test_the_claimant_withdraws_what_a_neighbour_entered(world):
    claim = world.propose(world.people[2], actor=world.resident(world.people[0]))
    claimant = world.resident(world.people[2])
    gone = actions.withdraw_claim(actor=claimant, key="no", claim_id=claim.id)
    assert gone.state == "withdrawn"
    stranger = world.resident(world.people[3])
    other = world.propose(world.people[2], actor=world.recorder)
    with pytest.raises(NotFound):
        actions.withdraw_claim(actor=stranger, key="no", claim_id=other.id)


def test_who_asked_at_the_desk_is_kept(world):
    asked = [
        world.propose(world.people[0], asked_by_id=who).capacity
        for who in (None, world.people[0], world.people[1], world.people[2])
    ]
    assert asked == ["recorder", "own", "family", "neighbour"]


def test_the_proxy_does_not_review(world):
    claim = world.propose(world.people[0], asked_by_id=world.people[2])
    proxy = world.user("reviewer", world.village, world.people[2])
    with pytest.raises(Refused) as caught:
        world.review(claim, actor=proxy)
    assert caught.value.code == "own_request"


def test_a_resident_claims_for_nobody_of_another_village(world):
    asker = world.resident(world.people[0])
    with pytest.raises(NotFound):
        world.propose(world.others[0], actor=asker)
    with acting_as(asker):
        assert directory.near(asker, name="试戊") == ()
        assert [row.name for row in directory.near(asker, name="试丙")] == ["试丙"]
        assert [(row.name, row.is_family) for row in directory.near(asker)] == [("试乙", True)]
    with acting_as(world.recorder):
        assert directory.near(world.recorder, name="试丙") == ()


def test_a_proxy_meets_the_cap_it_cannot_see(world):
    world.propose(world.people[2], "testing", quantity=9)
    with pytest.raises(Refused) as caught:
        world.propose(world.people[2], "testing", quantity=2, actor=world.resident(world.people[0]))
    assert caught.value.code == "cap_reached"


# From a paper book


def test_a_page_of_a_book(world):
    photo = new_id()
    page = actions.open_book_page(
        actor=world.recorder, key="page", title="积分登记本", page="12", evidence=[photo]
    )
    again = actions.open_book_page(
        actor=world.recorder, key="page", title="积分登记本", page="12", evidence=[photo]
    )
    assert (page.id, page.page, page.evidence) == (again.id, "12", (photo,))
    # 30 work days before Monday, 2 March, with the Spring Festival between: 13 January.
    claim = world.propose(world.people[0], batch_id=page.id, on=date(2026, 1, 13))
    assert (claim.batch_id, claim.evidence) == (page.id, (photo,))
    assert world.propose(world.people[1], "medal", batch_id=page.id).points == 20
    with pytest.raises(Refused) as caught:
        world.propose(world.people[0], batch_id=page.id, on=date(2026, 1, 12))
    assert caught.value.code == "too_long_ago_to_enter"
    assert "最早补录2026-01-13" in caught.value.sentence.in_language("zh")
    at, recorded_at, data = proposed_facts()[0]
    assert at == datetime(2026, 1, 13, tzinfo=SHANGHAI)
    assert recorded_at == world.clock.now()
    assert data["batch"] == str(page.id)
    with acting_as(world.reviewer):
        assert queries.batch(world.reviewer, page.id).counts == {"proposed": 2}


def test_residents_open_no_books(world):
    resident = world.resident(world.people[0])
    with pytest.raises(Refused):
        actions.open_book_page(actor=resident, key="page", title="我的本子", page="1")
    page = actions.open_book_page(actor=world.recorder, key="page", title="登记本", page="1")
    with pytest.raises(Refused):
        world.propose(world.people[2], actor=resident, batch_id=page.id)


# Thirty at once


def test_a_list_with_one_sentence_for_each_refusal(world):
    directory_actions.withdraw_consent(
        world.people[1], "credit-points", "credit", actor=world.root, key="no-more"
    )
    world.propose(world.people[2], "testing", quantity=10)
    sheet = new_id()
    batch = listed(world, *world.people, key="thirty", place="东门", evidence=[sheet])
    assert (batch.claims, batch.counts, batch.place) == (2, {"proposed": 2}, "东门")
    assert [(row.person_name, row.code) for row in batch.refused] == [
        ("试乙", "no_consent"),
        ("试丙", "cap_reached"),
    ]
    assert "已有20分" in batch.refused[1].sentence.in_language("zh")
    assert [claim.evidence for claim in claims_of(world, batch)] == [(sheet,)] * 2
    assert listed(world, *world.people, key="thirty", place="东门", evidence=[sheet]) == batch
    with pytest.raises(Conflict):
        listed(world, world.people[0], key="thirty")


def test_a_list_of_thirty_costs_what_a_list_of_one_costs(world, django_assert_num_queries):
    many = more_people(world, 30)
    listed(world, world.people[0])
    with django_assert_num_queries(15):
        assert listed(world, many[0]).claims == 1
    with django_assert_num_queries(15):
        assert listed(world, *many[1:]).claims == 29


def test_two_lists_at_once_do_not_exceed_a_cap(world):
    world.propose(world.people[0], "testing", quantity=9)
    outcomes = in_threads(
        *(lambda n=n: listed(world, *world.people[: 3 - n], key=f"list-{n}") for n in range(2))
    )
    codes = [row.code for batch in outcomes for row in batch.refused]
    assert codes == ["cap_reached"]


def test_a_list_is_of_one_village_and_has_people(world):
    with pytest.raises(Invalid):
        listed(world)
    with pytest.raises(Invalid):
        listed(world, world.people[0], title=" ")
    with pytest.raises(NotFound):
        listed(world, world.people[0], world.others[0])


def test_names_that_were_pasted(world):
    directory_actions.import_people(
        [PersonImport(name="试甲", village=world.village.code, household="8")],
        actor=world.root,
        key="a namesake",
    )
    with acting_as(world.recorder):
        found = directory.people_named(world.recorder, ["试甲", " 试 乙", "无名氏", "试戊"])
    assert {name: len(rows) for name, rows in found.items()} == {"试甲": 2, "试乙": 1}


# One decision about a list


def test_a_group_is_approved_but_for_the_reviewers_own(world):
    batch = listed(world, *world.people)
    reviewer = world.user("reviewer", world.village, world.people[0])
    items = [
        ReviewItem(claim.id, claim.version, "reject", "没有到场")
        if claim.person_name == "试丁"
        else ReviewItem(claim.id, claim.version)
        for claim in claims_of(world, batch)
    ]
    given = actions.review_claims(actor=reviewer, key="group", items=items)
    assert given.done == 2
    by_name = {left.person_name: left.sentence.in_language("zh") for left in given.left}
    assert by_name == {
        "试甲": "不能评议自己的积分，要由另一位评议员评议。",
        "试乙": "申报人和您是同一户，要由另一位评议员评议。",
    }
    states = {claim.person_name: claim.state for claim in claims_of(world, batch)}
    assert states == {
        "试甲": "proposed",
        "试乙": "proposed",
        "试丙": "on_notice",
        "试丁": "rejected",
    }
    assert actions.review_claims(actor=reviewer, key="group", items=items).done == 2
    gone = ReviewItem(new_id(), 1)  # out of the area meanwhile: told, and no harm to the rest
    open_ = next(each for each in items if each.claim_id == given.left[0].claim_id)
    with_gone = actions.review_claims(actor=world.reviewer, key="gone", items=[gone, open_])
    assert (with_gone.done, [left.claim_id for left in with_gone.left]) == (1, [gone.claim_id])


def test_two_reviewers_of_one_group(world):
    claims = claims_of(world, listed(world, *world.people))
    items = [ReviewItem(claim.id, claim.version) for claim in claims]
    other = world.user("reviewer", world.village)
    outcomes = in_threads(
        *(
            lambda actor=actor: actions.review_claims(actor=actor, key="both", items=items)
            for actor in (world.reviewer, other)
        )
    )
    assert sorted((given.done, len(given.left)) for given in outcomes) == [(0, 4), (4, 0)]


def test_a_group_costs_what_one_costs(world, django_assert_num_queries):
    claims = claims_of(world, listed(world, *more_people(world, 12)))
    items = [ReviewItem(claim.id, claim.version) for claim in claims]
    actions.review_claims(actor=world.reviewer, key=world.key(), items=items[:1])
    for part in (items[1:2], items[2:]):
        with django_assert_num_queries(12):
            actions.review_claims(actor=world.reviewer, key=world.key(), items=part)


# Nobody to review


def test_a_village_with_one_recorder_hands_over_at_once(world):
    alone = world.user("recorder", world.other)
    claim = world.propose(world.others[0], actor=alone)
    assert (claim.upper_since, claim.upper_reason) == (world.clock.now(), "no_second_person")
    town = directory.town_of(world.other.id)
    clerk = world.user("clerk", town)
    assert world.review(claim, actor=clerk).state == "on_notice"


def test_one_work_day_without_a_second_person(world):
    clerk = world.user("clerk", directory.town_of(world.village.id))
    world.clock.move_to(datetime(2026, 3, 6, 15, 0, tzinfo=SHANGHAI))  # a Friday
    claim = world.propose(world.people[0])
    assert claim.upper_since is None
    with pytest.raises(Refused) as caught:
        world.review(claim, actor=clerk)
    assert caught.value.code == "village_reviews_first"
    world.clock.move_to(datetime(2026, 3, 9, 14, 59, tzinfo=SHANGHAI))
    assert jobs.raise_overdue() == 0
    world.clock.move_to(datetime(2026, 3, 9, 15, 0, tzinfo=SHANGHAI))
    assert (jobs.raise_overdue(), jobs.raise_overdue()) == (1, 0)
    with acting_as(clerk):
        (moved,) = queries.claims(clerk, state="proposed", moved_up=True).rows
        assert queries.work_today(clerk).claims_to_review == 1
    assert (moved.id, moved.upper_reason) == (claim.id, "overdue")
    # The village may still be first.
    assert world.review(claim).state == "on_notice"
    with pytest.raises(Conflict):
        world.review(claim, actor=clerk)


def test_a_claim_handed_in_again_waits_anew(world):
    claim = world.propose(world.people[0])
    world.review(claim, "return", reason="请补充签到表")
    world.clock.advance(timedelta(days=5))
    actions.resubmit_claim(actor=world.recorder, key="again", claim_id=claim.id, note="已补")
    assert jobs.raise_overdue() == 0
