"""From a fact to the line in somebody's inbox: who is told, once, and when it goes again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections

from engines.points.world import World, lived_in, make_world
from liuchi.engines.accounts.facts import FACTS as ACCOUNTS
from liuchi.engines.cases.facts import KINDS as CASES
from liuchi.engines.collect.facts import KINDS as COLLECT
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.facts import FACTS as DIRECTORY
from liuchi.engines.disclosures.facts import KINDS as DISCLOSURES
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices import queries as notices
from liuchi.engines.points import actions, jobs
from liuchi.engines.points import queries as points
from liuchi.engines.points.facts import KINDS
from liuchi.flows import notifying
from liuchi.flows.notifying.queues import TO_ANSWER, TO_DECIDE, TO_REVIEW
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id

if TYPE_CHECKING:
    from conftest import Prepare


def make_followed_world() -> World:
    made = make_world()
    appoint(made, made.keeper)
    follow()
    return made


@pytest.fixture
def world(prepare: Prepare, template: str, clock: SimulatedClock) -> Iterator[World]:
    with lived_in(prepare(template, make_followed_world), clock) as (_, made):
        yield made


def appoint(world: World, *actors: Actor) -> None:
    """Give the world's actors the posts that they say they hold."""
    for actor in actors:
        directory_actions.appoint(
            user_id=actor.id,
            role=actor.role,
            area_id=world.village.id,
            actor=appointer(world),
            key=world.key(),
        )


def appointer(world: World) -> Actor:
    from members import office  # noqa: PLC0415  asks the database's roles

    return office()


def follow() -> int:
    journal_jobs.catch_up()
    read = 0
    while batch := notifying.follow():
        read += batch
    return read


def lines(actor: Actor) -> list[tuple[str, str]]:
    with acting_as(actor):
        return [(row.kind, row.text.in_language("zh")) for row in notices.inbox(actor).rows]


def test_every_kind_in_the_table_is_a_kind_of_fact() -> None:
    engines = (KINDS, CASES, DIRECTORY, ACCOUNTS, DISCLOSURES, COLLECT)
    known = {kind.kind for kinds in engines for kind in kinds}
    assert set(notifying.TOLD) - known == set()


def test_a_claim_made_for_somebody_is_told_to_them_and_to_reviewers(world: World) -> None:
    resident = world.resident(world.people[0])
    world.propose(world.people[0])
    follow()
    assert lines(resident) == [
        ("points.claim_made_for_you", "有人替您申报了“邻里互助”，通过后记 50 分。")
    ]
    for reviewer in (world.reviewer, world.secretary):
        assert ("points.claims_to_review", "有 1 笔申报等您评议。") in lines(reviewer)
    assert "points.claims_to_review" not in {kind for kind, _ in lines(world.recorder)}


def test_ones_own_claim_is_no_news_to_oneself(world: World) -> None:
    resident = world.resident(world.people[0])
    world.propose(world.people[0], actor=resident)
    follow()
    assert lines(resident) == []
    assert lines(world.reviewer)[0][1] == "有 1 笔申报等您评议。"


def test_from_claim_to_points_the_claimant_knows_where_it_stands(world: World) -> None:
    resident = world.resident(world.people[0])
    claim = world.propose(world.people[0])
    world.review(claim)
    follow()
    world.clock.advance(timedelta(days=10))
    assert jobs.post_due() == 1
    follow()
    assert lines(resident) == [
        ("points.awarded", "+50 分：“邻里互助”已记入。"),
        ("points.claim_approved", "“邻里互助”通过评议，公示 5 个工作日后记入 +50 分。"),
        ("points.claim_made_for_you", "有人替您申报了“邻里互助”，通过后记 50 分。"),
    ]


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        ("reject", ("points.claim_rejected", "“邻里互助”的申报没有通过，理由见申报记录。")),
        ("return", ("points.claim_returned", "“邻里互助”的申报要补充材料，请打开看评议意见。")),
    ],
)
def test_a_no_and_a_not_yet_are_told_without_the_reason(
    world: World, outcome: str, line: tuple[str, str]
) -> None:
    """The reason may name somebody; it stands in the record."""
    resident = world.resident(world.people[0])
    world.review(world.propose(world.people[0]), outcome, reason="与王某所说不符")
    follow()
    assert lines(resident)[0] == line
    told = [kind for kind, _ in lines(world.recorder)]
    assert ("points.claim_returned" in told) is (outcome == "return")


def test_handing_in_again_closes_the_request_for_more(world: World) -> None:
    resident = world.resident(world.people[0])
    claim = world.review(world.propose(world.people[0]), "return", reason="补照片")
    follow()
    assert "points.claim_returned" in {kind for kind, _ in lines(world.recorder)}
    actions.resubmit_claim(actor=world.recorder, key=world.key(), claim_id=claim.id, note="补充了")
    follow()
    for reader in (resident, world.recorder):
        assert "points.claim_returned" not in {kind for kind, _ in lines(reader)}
    assert lines(world.reviewer)[0] == ("points.claims_to_review", "有 1 笔申报等您评议。")


def test_reviews_are_one_line_that_goes_when_somebody_else_has_done_them(world: World) -> None:
    claims = [world.propose(person_id) for person_id in world.people[:3]]
    follow()
    assert lines(world.secretary)[0][1] == "有 3 笔申报等您评议。"
    world.review(claims[0])
    follow()
    assert [t for k, t in lines(world.secretary) if k == "points.claims_to_review"] == [
        "有 2 笔申报等您评议。"
    ]
    for claim in claims[1:]:
        world.review(claim)
    follow()
    for reader in (world.secretary, world.reviewer):
        assert [k for k, _ in lines(reader) if k == "points.claims_to_review"] == []


def test_what_one_entered_oneself_is_somebody_elses_to_review(world: World) -> None:
    world.propose(world.people[0], actor=world.secretary)
    follow()
    assert "points.claims_to_review" not in {kind for kind, _ in lines(world.secretary)}
    assert lines(world.reviewer)[0] == ("points.claims_to_review", "有 1 笔申报等您评议。")


def test_what_waits_is_told_again_every_day_on_one_line(world: World) -> None:
    world.propose(world.people[0])
    follow()
    assert notifying.sweep() == 0
    world.clock.advance(timedelta(days=1))
    assert notifying.sweep() == 2
    assert notifying.sweep() == 0
    told = [k for k, _ in lines(world.reviewer)]
    assert told.count("points.claims_to_review") == 1


def test_goods_that_run_out_are_told_to_the_keeper_until_there_are_more(world: World) -> None:
    world.award(world.people[0])
    shop, goods = world.shop(soap=5, cup=9)
    follow()
    assert "points.stock_low" not in {kind for kind, _ in lines(world.keeper)}
    actions.redeem(
        actor=world.keeper,
        key=world.key(),
        shop_id=shop.id,
        person_id=world.people[0],
        goods_id=goods["soap"].id,
        quantity=2,
    )
    follow()
    assert lines(world.keeper)[0] == ("points.stock_low", "“洗衣皂”只剩 3 件，请补货。")
    stock(world, shop.id, goods["soap"].id, 10)
    follow()
    assert "points.stock_low" not in {kind for kind, _ in lines(world.keeper)}


def stock(world: World, shop_id: object, goods_id: object, quantity: int) -> None:
    actions.stock_in(
        actor=world.keeper,
        key=world.key(),
        shop_id=shop_id,
        goods_id=goods_id,
        quantity=quantity,
    )


def test_a_post_is_told_to_whom_it_was_given(world: World) -> None:
    assert [kind for kind, _ in lines(world.keeper)] == ["directory.post_appointed"]


def test_old_news_is_not_poured_out_but_work_is_counted(world: World) -> None:
    """The worker was off for a month: residents hear nothing, reviewers see what waits."""
    resident = world.resident(world.people[0])
    world.propose(world.people[0])
    journal_jobs.catch_up()
    world.clock.advance(timedelta(days=30))
    follow()
    assert lines(resident) == []
    assert lines(world.reviewer)[0] == ("points.claims_to_review", "有 1 笔申报等您评议。")


def counts() -> tuple[int, int]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*), (SELECT ordinal FROM journal_cursor WHERE consumer = 'notices') "
            "FROM notices_notice"
        )
        told, ordinal = cursor.fetchone()
    return told, ordinal


def test_a_repeat_after_a_lost_cursor_tells_nothing_twice(world: World) -> None:
    """As after restoring last night's cursor beside today's lines."""
    world.review(world.propose(world.people[0]))
    follow()
    before = counts()
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE journal_cursor SET ordinal = 0 WHERE consumer = 'notices'")
    follow()
    assert counts() == before


@pytest.mark.parametrize("dies_at", ["telling", "moving"])
def test_a_follower_killed_in_the_middle_leaves_nothing_half_told(
    world: World, dies_at: str
) -> None:
    """Killed while it writes lines, or after them and before the commit: all or nothing."""
    world.review(world.propose(world.people[0]))
    journal_jobs.catch_up()
    before = counts()
    # Deferred, a trigger fires at the commit, when everything has been written.
    kind, event, table, late = {
        "telling": ("", "INSERT", "notices_notice", ""),
        "moving": ("CONSTRAINT", "UPDATE", "journal_cursor", "DEFERRABLE INITIALLY DEFERRED"),
    }[dies_at]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"
        )
        cursor.execute(
            f"CREATE {kind} TRIGGER die AFTER {event} ON {table} {late} "
            "FOR EACH ROW EXECUTE FUNCTION die()"
        )
    for alias in ("default", "owner"):
        connections[alias].close()
    child = os.fork()
    if child == 0:
        try:
            notifying.follow()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert counts() == before
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP TRIGGER die ON {table}")
    follow()
    told, ordinal = counts()
    assert (told - before[0], journal_queries.behind(notifying.CONSUMER)) == (2, 0)
    assert ordinal > before[1]


def test_two_followers_at_once_tell_once(world: World) -> None:
    for person_id in world.people[:4]:
        world.review(world.propose(person_id))
    journal_jobs.catch_up()
    before, _ = counts()

    def work(_: int) -> int:
        try:
            return sum(iter(lambda: notifying.follow(limit=3), 0))
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    told, _ = counts()
    assert told - before == 8
    assert journal_queries.behind(notifying.CONSUMER) == 0


def test_the_lag_is_what_is_ordered_and_not_read(world: World) -> None:
    assert journal_queries.behind(notifying.CONSUMER) == 0
    world.propose(world.people[0])
    journal_jobs.catch_up()
    assert journal_queries.behind(notifying.CONSUMER) == 1


def test_somebody_is_told_of_what_another_did_with_the_account(world: World) -> None:
    from liuchi.engines.accounts import actions as accounts  # noqa: PLC0415

    accounts.change_own_password(
        user_id=world.keeper.id,
        old_password="six-feet-lane-2026",
        new_password="another-lane-2026",
        key=str(new_id()),
    )
    follow()
    assert lines(world.keeper)[0][0] == "accounts.safety"


def test_nothing_is_kept_of_somebody_who_was_erased(world: World) -> None:
    world.propose(world.people[0])
    follow()
    with connections["owner"].cursor() as cursor:
        held = "SELECT count(*) FROM notices_notice WHERE recipient_id = %s"
        cursor.execute(held, [world.people[0]])
        assert cursor.fetchone() == (1,)
        directory_actions.erase_person(person_id=world.people[0], actor=world.root, key=world.key())
        follow()
        cursor.execute(held, [world.people[0]])
        assert cursor.fetchone() == (0,)


def test_an_objection_is_one_line_that_says_what_is_due(world: World) -> None:
    claim = world.review(world.propose(world.people[0]))
    with acting_as(world.root):
        claim = points.claim_of(world.root, claim.id)
    actions.object_to(
        key=world.key(),
        sheet_id=claim.sheet_id,
        place=claim.sheet_place,
        text="那天他不在场，请核实一下。",
        address="192.0.2.7",
    )
    follow()
    told = [text for kind, text in lines(world.secretary) if kind == TO_ANSWER]
    assert told == ["有 1 件异议等您答复，最早的 3 月 9 日到期。"]
    world.clock.advance(timedelta(days=6))
    notifying.sweep()
    told = [text for kind, text in lines(world.secretary) if kind == TO_ANSWER]
    assert told == ["有 1 件异议等您答复，最早的明天到期。"]


def test_the_town_office_hears_of_what_came_up_to_it_alone(world: World) -> None:
    clerk = world.user("clerk", directory.town_of(world.village.id))
    follow()
    world.propose(world.people[0])
    follow()
    assert TO_REVIEW not in {kind for kind, _ in lines(clerk)}
    world.clock.advance(timedelta(days=2))
    assert jobs.raise_overdue() == 1
    follow()
    assert (TO_REVIEW, "社区转来 1 笔申报，等您评议。") in lines(clerk)
    assert (TO_REVIEW, "有 1 笔申报等您评议。") in lines(world.reviewer)


def test_a_second_person_is_told_what_waits_and_no_more_once_it_is_decided(world: World) -> None:
    def waits(actor: Actor) -> list[str]:
        return [text for kind, text in lines(actor) if kind == TO_DECIDE]

    claim = world.propose(world.people[0])
    world.review(claim)
    world.clock.advance(timedelta(days=10))
    assert jobs.post_due() == 1
    asked = actions.ask_correction(
        actor=world.secretary, key=world.key(), claim_id=claim.id, reason="记了两次"
    )
    follow()
    assert waits(world.reviewer) == ["有 1 件更正或赠送等您核准。"]
    assert waits(world.secretary) == []  # one's own is another's to decide
    assert waits(world.recorder) == []
    actions.decide_approval(
        actor=world.reviewer,
        key=world.key(),
        approval_id=asked.id,
        approve=True,
        expected_version=asked.version,
    )
    follow()
    assert waits(world.reviewer) == []


def test_nobody_is_reminded_in_the_name_of_the_dead(world):
    person = world.people[0]
    world.review(world.propose(person))
    follow()
    unread = inbox_of(person)
    day = world.clock.now().date()
    directory_actions.note_departure(person, "deceased", day, actor=world.root, key=world.key())
    follow()

    assert (unread > 0, inbox_of(person)) == (True, 0)


def inbox_of(person_id):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM notices_notice WHERE recipient_id = %s AND closed_at IS NULL",
            [person_id],
        )
        return cursor.fetchone()[0]
