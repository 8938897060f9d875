"""A list of redemptions at once: each line has its own answer, and none harms another."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from engines.points.test_shop import stock, sums
from engines.points.threads import in_threads
from liuchi.engines.directory.queries import Gathering
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs
from liuchi.engines.points.actions import Wanted, posting
from liuchi.engines.points.actions.rewards import award_item
from liuchi.engines.points.models import Claim
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import Invalid, LiuchiError, NotFound, Refused


def told(made):
    return [each.code if isinstance(each, LiuchiError) else each.points for each in made]


def test_a_refused_line_harms_no_other_and_a_repeat_answers_the_same(world):
    shop, goods = world.shop(soap=10, cup=2)
    world.award(world.people[0], world.people[1])
    soap, cup = goods["soap"].id, goods["cup"].id
    wanted = [
        Wanted(f"line:{n}", person, shop.id, what, quantity)
        for n, (person, what, quantity) in enumerate(
            [
                (world.people[0], soap, 3),  # 15 of 50
                (uuid4(), soap, 1),
                (world.people[1], cup, 2),  # 60 of 50
                (world.people[1], soap, 8),  # 7 are left
                (world.people[1], soap, 0),
                (world.people[1], uuid4(), 1),
                (world.people[0], soap, 7),  # 35 of 35
                (world.people[1], soap, 1),  # nothing is left
            ]
        )
    ]
    first = actions.redeem_all(actors=[world.keeper], wanted=wanted)
    assert told(first) == [
        15, "not_found", "not_enough_points", "out_of_stock", "quantity_out_of_range",
        "not_found", 35, "out_of_stock",
    ]  # fmt: skip
    assert (
        first[7].sentence.in_language("zh-hans")
        == "「洗衣皂」库存只剩0件。请换一种商品，或等补货后再来。"
    )
    again = actions.redeem_all(actors=[world.keeper], wanted=wanted)
    assert [each for each in again if not isinstance(each, LiuchiError)] == [first[0], first[6]]
    assert stock(world, shop) == {"soap": 0, "cup": 2}
    assert [world.balance(person) for person in world.people[:2]] == [0, 50]
    assert sums(world) == ({0}, 0)


def test_a_key_with_another_body_is_a_conflict_of_its_line_alone(world):
    shop, goods = world.shop(soap=10)
    world.award(world.people[0])
    soap = goods["soap"].id

    def send(*quantities):
        return actions.redeem_all(
            actors=[world.keeper],
            wanted=[
                Wanted(f"line:{n}", world.people[0], shop.id, soap, quantity)
                for n, quantity in enumerate(quantities)
            ],
        )

    assert told(send(1, 1)) == [5, 5]
    assert told(send(1, 2, 1)) == [5, "key_reused", 5]
    assert world.balance(world.people[0]) == 35


def test_a_list_needs_the_verb_and_a_length(world):
    with pytest.raises(Refused):
        actions.redeem_all(actors=[world.resident(world.people[0])], wanted=[])
    with pytest.raises(Invalid):
        actions.redeem_all(actors=[world.keeper], wanted=[])


def test_questions_that_wait_are_asked_together():
    """While one statement runs the others gather: two are enough for any number."""
    asked: list[list[int]] = []
    running, go_on = threading.Event(), threading.Event()

    def answer(numbers):
        asked.append(sorted(numbers))
        running.set()
        go_on.wait(60)
        return [number * 2 for number in numbers]

    gathering: Gathering[int, int] = Gathering(answer, 100)
    first = threading.Thread(target=gathering.ask, args=[0])
    first.start()
    assert running.wait(60)
    numbers = range(1, 9)
    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(in_threads, *[lambda n=n: gathering.ask(n) for n in numbers])
        while len(gathering._waiting) < len(numbers) and not others.done():
            time.sleep(0.01)
        go_on.set()
        assert others.result() == [n * 2 for n in numbers]
    first.join()
    assert asked == [[0], list(range(1, 9))]


def test_what_the_statement_raises_everybody_hears():
    def answer(numbers):
        raise NotFound(str(len(numbers)))

    gathering: Gathering[int, int] = Gathering(answer, 100)
    assert [each.code for each in in_threads(*[lambda: gathering.ask(1)] * 3)] == ["not_found"] * 3


def test_claims_posted_in_sets_are_what_each_would_have_been(world, clock):
    """The set and the single item write the same: key, body, fact, entries, state."""
    poster = system_actor(jobs.POSTING_ACTOR_ID, "points.claim.read", "points.claim.post")
    ids = [world.review(world.propose(person, quantity=2)).id for person in world.people[:3]]
    clock.advance(timedelta(days=20))
    with acting_as(poster):
        claims = [Claim.objects.get(pk=each) for each in ids]
    answer = posting.post(award_item(poster, claims[0]))
    assert answer.outcome == "posted"
    assert actions.post_claims(actor=poster, claim_ids=ids) == 2
    assert actions.post_claims(actor=poster, claim_ids=ids) == 0
    assert [posting.post(award_item(poster, each)).outcome for each in claims] == ["repeated"] * 3
    with acting_as(poster), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT t.kind, t.reason, t.actor_id, t.recorded_at = t.at, f.kind, "
            "f.subject_kind, f.subject_id = c.id, f.amount::int, f.cause_id = c.reviewed_fact_id, "
            "f.playbook_version = c.playbook_version, f.area_id = c.village_id, "
            "f.data - 'person' - 'household', f.data ->> 'person' = c.person_id::text, "
            "c.state, c.posted_at = t.at, substr(f.id::text, 15, 1) "
            "FROM points_claim AS c JOIN points_transfer AS t ON t.claim_id = c.id "
            "JOIN journal_fact AS f ON f.id = t.fact_id WHERE c.id = ANY(%s)",
            [ids],
        )
        assert len(cursor.fetchall()) == 1
    assert [world.balance(person) for person in world.people[:3]] == [100] * 3
    assert sums(world) == ({0}, 0)
