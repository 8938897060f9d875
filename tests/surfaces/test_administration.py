"""Calendars, keys, channels and methods, as an administrator sees and changes them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.conf import settings
from django.test import Client

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import jobs as directory_jobs
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import calendar
from liuchi.kernel.actors import system_actor
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.durations import Duration, TimeUnit
from liuchi.kernel.errors import Conflict, NotFound, Refused
from liuchi.kernel.ids import new_id
from surfaces.world import World, rows

pytestmark = pytest.mark.slow
MONDAY = date(2022, 7, 11)
ROOT = "/desk/administration/"


def enter(world: World, day: date, *, role: str = "administrator", off: bool = True) -> None:
    directory_actions.enter_calendar_day(
        day=day,
        name="防汛停工",
        is_off_day=off,
        notice="菱防指〔2022〕3号",
        actor=world.cast.member(role).actor,
        key=str(new_id()),
    )


def test_an_entered_day_moves_every_deadline(world: World) -> None:
    posted, five = datetime(2022, 7, 8, 9, tzinfo=SHANGHAI), Duration(5, TimeUnit.WORK_DAYS)
    before = calendar.in_force().end_of_notice(posted, five)
    enter(world, MONDAY)
    after = calendar.in_force().end_of_notice(posted, five)
    enter(world, date(2022, 7, 9), off=False)
    worked = calendar.in_force().end_of_notice(posted, five)

    assert [each.date() for each in (before, after, worked)] == [
        date(2022, 7, 16),
        date(2022, 7, 19),
        date(2022, 7, 16),
    ]


def test_a_day_is_entered_once_by_whoever_may_and_can_be_taken_back(world: World) -> None:
    enter(world, MONDAY)
    with pytest.raises(Conflict) as twice:
        enter(world, MONDAY, off=False)
    with pytest.raises(Refused) as secretary:
        enter(world, date(2022, 7, 12), role="secretary")
    client = world.client("administrator")
    ((day_id,),) = rows("SELECT id FROM directory_calendar_day")
    client.post(f"{ROOT}calendar/{day_id}/", {"key": str(new_id())})

    assert (twice.value.code, secretary.value.code) == ("calendar_day_entered", "not_permitted")
    assert calendar.in_force().is_work_day(MONDAY) is True
    kinds = rows("SELECT kind FROM journal_fact WHERE kind LIKE 'directory.calendar%%' ORDER BY id")
    assert [kind for (kind,) in kinds] == [
        "directory.calendar_day_entered",
        "directory.calendar_day_removed",
    ]


def test_a_missing_year_warns_until_it_is_entered(world: World, after_demo: object) -> None:
    after_demo.move_to(datetime(2031, 3, 3, 9, tzinfo=SHANGHAI))  # type: ignore[attr-defined]
    client: Client = world.client("administrator")  # whose second factor is of this minute
    before = client.get(f"{ROOT}calendar/").content.decode()
    for year in (2031, 2032):
        sent = client.post(
            f"{ROOT}calendar/",
            {"key": str(new_id()), "year": year, "year_notice": "国办发明电〔2030〕1号"},
        )
        assert sent.status_code == 302
    after = client.get(f"{ROOT}calendar/").content.decode()

    assert [before.count("的放假安排还没有录入"), after.count("的放假安排还没有录入")] == [2, 0]


def test_keys_are_counted_never_shown_and_moved_by_the_worker(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.client("administrator")
    old = settings.LIUCHI_KEY_RING
    monkeypatch.setattr(settings, "LIUCHI_KEY_RING", old.rotated())
    (people,) = rows("SELECT count(*) FROM directory_person_key")[0]
    page = client.get(f"{ROOT}keys/").content.decode()
    for _ in range(2):
        sent = client.post(f"{ROOT}keys/", {"key": str(new_id())})
        assert sent.status_code == 302
    jobs = rows("SELECT task_name FROM procrastinate_jobs WHERE task_name = 'rotate_keys'")
    moved = directory_jobs.rotate_keys()
    after = client.get(f"{ROOT}keys/").content.decode()

    assert (len(jobs), moved) == (1, people)
    assert "现在换到当前密钥" in page
    shown = [line for line in settings.LIUCHI_KEY_RING.to_text().split('"') if len(line) > 30]
    assert [each for each in shown if each in page + after] == []
    assert rows("SELECT DISTINCT ring_id FROM directory_person_key") == [
        (settings.LIUCHI_KEY_RING.current,)
    ]


def test_a_new_key_signs_cards_once_for_one_form(world: World) -> None:
    client, same = world.client("administrator"), str(new_id())
    before = rows("SELECT count(*) FROM points_card_key")[0][0]
    for _ in range(2):
        sent = client.post(f"{ROOT}keys/", {"key": same, "of": "cards"})
        assert sent.status_code == 302
    assert rows("SELECT count(*), count(retired_at) FROM points_card_key") == [(before + 1, before)]
    assert "有效卡" in client.get(f"{ROOT}keys/").content.decode()


def test_a_test_message_goes_to_oneself_alone(world: World) -> None:
    client = world.client("administrator")
    same = str(new_id())
    for _ in range(2):
        assert client.post(f"{ROOT}channels/", {"key": same}).status_code == 302

    assert rows("SELECT recipient_id FROM notices_notice WHERE kind = 'notices.test'") == [
        (world.cast.member("administrator").user_id,)
    ]


@pytest.mark.parametrize("page", ["calendar", "keys", "channels"])
def test_only_the_administrator_looks_after_the_installation(world: World, page: str) -> None:
    statuses = [
        world.client(role).get(f"{ROOT}{page}/").status_code
        for role in ("administrator", "secretary", "clerk", "recorder")
    ]

    assert statuses == [200, 403, 403, 403]


def test_methods_in_force_are_listed(world: World) -> None:
    page = world.client("clerk").get(f"{ROOT}playbooks/").content.decode()

    assert "信用社区" in page
    assert world.cast.village.name in page


def test_a_system_gets_a_key_that_is_shown_once_and_can_be_ended(world: World) -> None:
    client, place = world.client("administrator"), f"{ROOT}clients/"
    area = str(world.cast.member("administrator").actor.area_id)
    form = {"key": str(new_id()), "title": "城市 App", "area": area}
    first = client.post(place, form).content.decode()
    again = client.post(place, form)
    ((client_id, area_id),) = rows("SELECT id, area_id FROM accounts_client")
    listed = client.get(place).content.decode()
    ended = client.post(f"{place}{client_id}/", {"key": str(new_id())})

    key = re.search(r"data-key>(lc-[\w-]{32})<", first)
    assert key is not None
    assert (again.status_code, "只显示一次" in again.content.decode()) == (409, True)
    assert (str(area_id), "城市 App" in listed, key.group(1) in listed) == (area, True, False)
    assert (ended.status_code, rows("SELECT ended_at IS NULL FROM accounts_client")) == (
        302,
        [(False,)],
    )
    for role in ("secretary", "clerk", "leader"):
        assert world.client(role).get(place).status_code == 403


def test_a_key_of_another_place_is_out_of_sight(world: World) -> None:
    actor = system_actor(new_id(), "accounts.client.write")
    elsewhere = directory.area_named("盛塘社区")
    opened = directory_actions.open_client(
        title="邻居的系统", area_id=elsewhere.id, actor=actor, key="theirs"
    )
    administrator = world.cast.member("administrator").actor
    near = replace(administrator, scope_code=world.cast.village.scope_code)

    with acting_as(near):
        assert directory.clients(near) == ()
    for act in (
        lambda: directory.client_of(near, opened.id),
        lambda: directory_actions.end_client(client_id=opened.id, actor=near, key="end"),
        lambda: directory_actions.open_client(
            title="城市 App", area_id=elsewhere.id, actor=near, key="open"
        ),
    ):
        with pytest.raises(NotFound):
            act()
