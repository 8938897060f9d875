"""Points with a last day: what ends first is spent first, and comes back where it was."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection

from engines.points.test_posting_kinds import facts_written, purse, returned
from engines.points.test_shop import redeem, reverse, sums
from engines.points.world import SECTION
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import jobs
from liuchi.engines.points.actions import posting
from liuchi.engines.points.models import Lot
from liuchi.engines.points.spec.currency import ExpiresSpec
from liuchi.kernel.durations import Period
from liuchi.project.postgres import Role


@pytest.fixture
def dated(world):
    """The same world, where points end six months on, at the end of the month."""
    end_after_six_months(world)
    return world


def end_after_six_months(world):
    """Put another version in force, by which points end."""
    section = deepcopy(SECTION)
    section["currency"]["expires"] = {"after": "6 months"}
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
    for month in range(6, 13):
        journal_jobs.make_partitions(date(2026, month, 1))


def lots(world, person_id):
    with acting_as(world.root):
        held = Lot.objects.filter(person_id=person_id, points_left__gt=0).order_by("expires_on")
        return {str(lot.expires_on): lot.points_left for lot in held}


def award_on(world, person_id, day):
    """Post fifty points on about that day."""
    world.clock.advance(day - world.clock.now().date())
    world.review(world.propose(person_id, on=world.clock.now().date()))
    world.clock.advance(timedelta(days=10))
    assert jobs.post_due() == 1


def test_a_last_day_is_the_end_of_a_month():
    after = ExpiresSpec(after=Period.parse("24 months"))
    assert after.last_day(date(2026, 2, 3)) == date(2028, 2, 29)
    year = ExpiresSpec(on="year_end", grace=Period.parse("3 months"))
    assert year.last_day(date(2026, 2, 3)) == date(2027, 3, 31)
    for wrong in ({}, {"after": "1 month"}, {"after": "24 months", "on": "year_end"}):
        with pytest.raises(ValueError, match=r"end either|hold at least"):
            ExpiresSpec.model_validate(wrong)


def test_what_ends_first_is_spent_first_and_ends_on_its_day(dated):
    person_id = dated.people[0]
    award_on(dated, person_id, date(2026, 3, 2))
    award_on(dated, person_id, date(2026, 5, 2))
    assert lots(dated, person_id) == {"2026-09-30": 50, "2026-11-30": 50}
    shop, goods = dated.shop(soap=20)
    redeem(dated, person_id, shop, goods["soap"], 2)
    assert lots(dated, person_id) == {"2026-09-30": 40, "2026-11-30": 50}

    dated.clock.advance(date(2026, 9, 30) - dated.clock.now().date())
    assert jobs.expire_points() == 0  # the last day itself still counts
    ((_, near, said),) = facts_written(dated, "points.expiry_near")
    assert (near, said["day"]) == (40, "2026-09-30")
    dated.clock.advance(timedelta(days=1))
    assert (jobs.expire_points(), jobs.expire_points()) == (1, 0)
    assert dated.balance(person_id) == 50
    assert lots(dated, person_id) == {"2026-11-30": 50}
    assert [amount for _, amount, _ in facts_written(dated, "points.expired")] == [40]
    assert len(facts_written(dated, "points.expiry_near")) == 1
    assert sums(dated) == ({0}, 0)


def test_goods_brought_back_bring_points_back_into_their_lots(dated):
    person_id = dated.people[0]
    award_on(dated, person_id, date(2026, 3, 2))
    award_on(dated, person_id, date(2026, 5, 2))
    shop, goods = dated.shop(soap=20)
    made = redeem(dated, person_id, shop, goods["soap"], 12)
    assert lots(dated, person_id) == {"2026-11-30": 40}
    posting.post(
        posting.redemption_return_item(
            actor_id=dated.keeper.id,
            key="part",
            back=returned(dated, made, shop, goods["soap"], 4),
            reason="不要了",
        )
    )
    assert lots(dated, person_id) == {"2026-09-30": 10, "2026-11-30": 50}
    reverse(dated, made)
    assert lots(dated, person_id) == {"2026-09-30": 50, "2026-11-30": 50}


def test_points_that_come_back_after_their_day_hold_for_thirty_days(dated):
    person_id = dated.people[0]
    award_on(dated, person_id, date(2026, 3, 2))
    shop, goods = dated.shop(soap=20)
    made = redeem(dated, person_id, shop, goods["soap"], 10)
    dated.clock.advance(date(2026, 10, 5) - dated.clock.now().date())
    reverse(dated, made)
    assert lots(dated, person_id) == {"2026-11-04": 50}


def test_an_award_undone_takes_its_own_lot(dated):
    person_id = dated.people[0]
    award_on(dated, person_id, date(2026, 3, 2))
    dated.clock.advance(date(2026, 5, 2) - dated.clock.now().date())
    claim = dated.review(dated.propose(person_id, on=dated.clock.now().date()))
    dated.clock.advance(timedelta(days=10))
    jobs.post_due()
    dated.correct(claim.id)
    assert lots(dated, person_id) == {"2026-09-30": 50}


def test_a_merge_takes_the_days_along(dated):
    award_on(dated, dated.people[0], date(2026, 3, 2))
    source, target = (purse(dated, who) for who in dated.people[:2])
    item = posting.merge_item(
        actor_id=dated.root.id, key="one", source=source, target=target, points=50, reason="重复"
    )
    posting.post(item)
    assert lots(dated, dated.people[0]) == {}
    assert lots(dated, dated.people[1]) == {"2026-09-30": 50}


def test_nothing_ends_before_its_day_and_lots_never_hold_more_than_the_balance(dated, cluster, db):
    award_on(dated, dated.people[0], date(2026, 3, 2))
    early = posting.expiry_item(
        actor_id=dated.root.id,
        purse=purse(dated, dated.people[0]),
        points=1,
        day=dated.clock.now().date(),
    )
    with pytest.raises(DatabaseError, match="not over"):
        posting.post(early)
    for statement in (
        "UPDATE points_lot SET points_left = points_left + 1",
        "UPDATE points_account SET balance = balance - 1 WHERE kind = 'person'",
    ):
        with (
            cluster.connect(Role.OWNER, db) as raw,
            pytest.raises(psycopg.errors.CheckViolation, match="more than its balance"),
        ):
            raw.execute(statement)


def test_a_currency_that_never_ends_has_no_lots(world):
    world.award(world.people[0])
    with acting_as(world.root), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM points_lot_move")
        assert cursor.fetchone() == (0,)
    assert jobs.expire_points() == 0
