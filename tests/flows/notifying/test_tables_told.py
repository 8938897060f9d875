"""Tables sent to units: whose posts hear of one, of its end, of its return; and its owner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from liuchi.engines.collect import actions
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.flows import notifying
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SHANGHAI, SimulatedClock

if TYPE_CHECKING:
    from liuchi.kernel.actors import Actor

pytestmark = pytest.mark.slow


@pytest.fixture
def time(demo_database: str) -> Iterator[SimulatedClock]:
    with kernel_clock.using(SimulatedClock(datetime(2022, 7, 4, 9, tzinfo=SHANGHAI))) as standing:
        assert isinstance(standing, SimulatedClock)
        follow()
        yield standing


@pytest.fixture
def town(time: SimulatedClock) -> Actor:
    from engines.collect.tables import of  # noqa: PLC0415  it needs Django set up

    return of("lingbei-clerk")


@pytest.fixture
def units(town: Actor) -> list[Actor]:
    from engines.collect.tables import VILLAGES  # noqa: PLC0415
    from members import Cast  # noqa: PLC0415

    return [Cast(name).secretary.actor for name in VILLAGES]


def follow() -> None:
    journal_jobs.catch_up()
    while notifying.follow():
        pass


def told(kind: str, subject_id: UUID, *, open_only: bool = True) -> dict[UUID, str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT recipient_id, text_zh FROM notices_notice WHERE kind = %s "
            "AND subject_id = %s AND (closed_at IS NULL OR NOT %s) ORDER BY id",
            [kind, subject_id, open_only],
        )
        return dict(cursor.fetchall())


def test_a_unit_hears_when_a_table_comes_goes_back_and_may_wait(
    town: Actor, units: list[Actor]
) -> None:
    from engines.collect.tables import TODAY, mine, save, sent  # noqa: PLC0415

    table = sent(town)
    row = mine(units[0], table)
    follow()
    ours = told("collect.asked", row.id)
    assert ours[units[0].id] == "请填表：充电桩情况，7月7日截止。"
    assert town.id not in ours

    row = save(units[0], row, {"c3": "4", "c4": ""})
    follow()
    assert told("collect.asked", row.id) == {}
    row = actions.send_back(actor=town, key=str(uuid4()), reply_id=row.id, reason="少一处")
    follow()
    assert "少一处" not in told("collect.sent_back", row.id)[units[0].id]
    later = TODAY + timedelta(days=9)
    for _ in range(2):
        actions.prolong(actor=town, key="later", table_id=table.id, ends_on=later)
    follow()
    assert told("collect.prolonged", row.id)[units[0].id] == "延期了：充电桩情况，改到7月13日截止。"
    save(units[0], row, {"c3": "5", "c4": ""})
    follow()
    assert (told("collect.sent_back", row.id), told("collect.prolonged", row.id)) == ({}, {})


def test_who_is_missing_hears_the_day_before_the_end_and_once(
    town: Actor, units: list[Actor], time: SimulatedClock
) -> None:
    from engines.collect.tables import mine, save, sent  # noqa: PLC0415

    table = sent(town)
    first, second = mine(units[0], table), mine(units[1], table)
    save(units[0], first, {"c3": "4"})
    follow()
    notifying.sweep()
    assert told("collect.ending", second.id) == {}
    time.move_to(time.now() + timedelta(days=2))
    notifying.sweep()
    words = "快截止了，还没有交：充电桩情况，7月7日截止。"
    assert told("collect.ending", second.id)[units[1].id] == words
    assert told("collect.ending", first.id) == {}
    before = len(told("collect.ending", second.id, open_only=False))
    time.move_to(time.now() + timedelta(days=1))
    notifying.sweep()
    assert len(told("collect.ending", second.id, open_only=False)) == before
    time.move_to(time.now() + timedelta(days=1))
    actions.close_ended()
    follow()
    assert told("collect.ending", second.id) == {}
    assert told("collect.closed", table.id)[town.id] == "收表已截止：充电桩情况，2 个单位没有交。"


def test_the_owner_hears_once_that_all_are_in(town: Actor, units: list[Actor]) -> None:
    from engines.collect.tables import mine, save, sent  # noqa: PLC0415

    table = sent(town)
    rows = [save(unit, mine(unit, table), {"c3": "4", "c4": ""}) for unit in units[:2]]
    follow()
    assert told("collect.all_in", table.id) == {}
    rows.append(save(units[2], mine(units[2], table), {"c3": "4", "c4": ""}))
    follow()
    save(units[2], rows[2], {"c3": "5", "c4": ""})  # a correction is no news
    follow()
    assert told("collect.all_in", table.id) == {town.id: "收齐了：充电桩情况。"}


def test_who_gets_a_table_hears_of_it_and_who_ends_ones_own_does_not(
    town: Actor, units: list[Actor]
) -> None:
    from engines.collect.tables import of, sent  # noqa: PLC0415
    from liuchi.engines.directory import actions as directory_actions  # noqa: PLC0415
    from members import office  # noqa: PLC0415

    other = of("lingbei-leader")
    directory_actions.appoint(
        other.id, "clerk", town.area_id, None, actor=office(), key=str(uuid4())
    )
    table = sent(town)
    actions.hand_over(actor=town, key="give", table_id=table.id, owner_id=other.id)
    follow()
    assert told("collect.handed_over", table.id) == {other.id: "由您负责收：充电桩情况。"}
    own = sent(town, again=True)
    actions.close(actor=town, key="close", table_id=own.id)
    follow()
    assert told("collect.closed", own.id) == {}


def test_telling_three_units_asks_no_more_of_the_table_than_one(
    town: Actor, units: list[Actor]
) -> None:
    from engines.collect.tables import sent  # noqa: PLC0415

    sent(town)
    journal_jobs.catch_up()
    with CaptureQueriesContext(connection) as captured:
        notifying.follow()
    tables = [each["sql"] for each in captured if 'FROM "collect_table"' in (each["sql"] or "")]
    assert len(tables) == 1
