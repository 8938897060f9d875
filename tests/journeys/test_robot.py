"""What people do all day, done by a robot: how many taps, how many seconds.

Taps are asserted; seconds are printed, since two shared cores make them mean little here.
Add a task of yours to the same table.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from playwright.sync_api import expect

from journeys.conftest import Site
from journeys.eyes import WIDE, Eyes
from journeys.robot import Task, doing, table
from journeys.test_journey import sign_in
from liuchi.engines.points import actions as points_actions
from liuchi.kernel import clock
from members import Cast, photo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("site", [WIDE], indirect=True, ids=["desktop"]),
]

READ_SECONDS = 2.5
"""What somebody needs to look at a claim and its photo before deciding."""
NAME_SECONDS = 1.0
"""What a further name needs under a deed that was looked at: who, and is there a warning."""


@pytest.fixture(scope="module")
def tasks(request: pytest.FixtureRequest) -> Iterator[list[Task]]:
    """Gather the lines, and print the table when all tasks are done."""
    done: list[Task] = []
    yield done
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        sys.stdout.write("\n" + table(done) + "\n")


def named(cast: Cast, count: int, *, with_points: bool = False) -> list[tuple[str, str]]:
    """Return ids and names of people who take part and share their name with nobody."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT person.id::text, person.name FROM directory_person AS person "
            "WHERE village_id = %s AND left_on IS NULL AND EXISTS (SELECT FROM directory_consent "
            "WHERE person_id = person.id AND for_points AND withdrawn_at IS NULL) AND NOT EXISTS ("
            "SELECT FROM directory_person AS other WHERE other.name = person.name "
            "AND other.id <> person.id) AND (NOT %s OR EXISTS (SELECT FROM points_account "
            "WHERE person_id = person.id AND balance >= 10)) ORDER BY person.id LIMIT %s",
            [cast.village.id, with_points, count],
        )
        return cursor.fetchall()


def counted(words: str, eyes: Eyes) -> int:
    """Return the number in a sentence of the page, 0 where the page does not say it."""
    found = re.search(words, eyes.text())
    return int(found[1]) if found else 0


def test_award_points(site: Site, cast: Cast, tasks: list[Task]) -> None:
    ((person_id, name),) = named(cast, 1)
    eyes = sign_in(site, cast.secretary)
    eyes.open("/desk/")
    page, task = eyes.page, Task("award points for a usual deed, from Today", 3, 15)
    with doing(page, task) as robot:
        robot.tap(page.locator('form[action="/desk/record/"] input[name="text"]'))
        robot.type(name)
        robot.tap(page.locator(f'#found a[href="/desk/record/{person_id}/"]'), leads_away=True)
        robot.tap(page.locator('button[name="quick"]').first, leads_away=True)
        assert "已记下" in eyes.text()
    eyes.look()
    tasks.append(task)
    assert task.taps <= task.taps_most


def test_thirty_volunteers(site: Site, cast: Cast, tasks: list[Task]) -> None:
    people = named(cast, 30)
    eyes = sign_in(site, cast.secretary)
    eyes.open("/desk/")
    page, task = eyes.page, Task("thirty volunteers from a pasted list", 5, 60)
    with doing(page, task) as robot:
        robot.tap(page.get_by_role("link", name="一次记多人"), leads_away=True)
        robot.paste(page.locator("#f-names"), "\n".join(name for _, name in people))
        robot.tap(page.locator(f'input[name="rule_code"][value="{cast.rule_code}"]'))
        robot.photograph(page.locator('input[name="photos"]'), photo())
        robot.tap(page.locator('button[data-action="send"]'), leads_away=True)
        made = counted(r"已记下 (\d+) 人", eyes)
    eyes.look()
    # Nobody is dropped in silence: who has the deed already today stands there by name.
    assert made + counted(r"没有记上的 (\d+) 人", eyes) == len(people)
    tasks.append(task)
    assert task.taps <= task.taps_most

    reviewer = sign_in(site, cast.reviewer)
    reviewer.open(page.url.split("?")[0])
    task = Task("review the thirty in one decision", 1, 10)
    with doing(reviewer.page, task) as robot:
        robot.tap(reviewer.page.locator('button[data-action="approve-group"]'), leads_away=True)
        assert counted(r"已审核 (\d+) 笔", reviewer) == made
    reviewer.look()
    tasks.append(task)


def test_fifty_claims_by_keyboard(site: Site, cast: Cast, tasks: list[Task]) -> None:
    people, today = [UUID(person_id) for person_id, _ in named(cast, 60)], clock.today()
    for back in (3, 4):
        points_actions.propose_claims(
            actor=cast.secretary.actor,
            key=f"fifty-{back}",
            title="清洁家园",
            rule_code=cast.rule_code,
            happened_on=today - timedelta(days=back),
            person_ids=people,
        )
    reviewer = sign_in(site, cast.reviewer)
    reviewer.open("/desk/claims/")
    page, task = reviewer.page, Task("review fifty claims by keyboard, five of them not", 2, 90)
    with doing(page, task) as robot:
        robot.tap(page.get_by_role("link", name="快速审核"), leads_away=True)
        shown = page.locator("[data-case]").count()
        number = 0
        for deed in page.locator(".l-cards > *").all():
            robot.read(READ_SECONDS)
            alike = deed.locator("[data-case]").count()
            for _case in range(alike):
                robot.read(NAME_SECONDS if alike > 1 else 0)
                robot.type("r2" if number % 10 == 4 else "j" if alike > 1 else "a")
                number += 1
            if alike > 1:
                robot.type("kg")  # back into the deed just read, and the rest of it
        assert number == shown
        robot.tap(page.locator('button[data-action="send"]'), leads_away=True)
        assert counted(r"已审核 (\d+) 笔", reviewer) == shown
    reviewer.look()
    tasks.append(task)
    assert (shown, task.taps) == (50, task.taps_most)
    assert task.person_seconds <= task.seconds_most


def test_redeem_without_a_phone(site: Site, cast: Cast, tasks: list[Task]) -> None:
    ((person_id, name),) = named(cast, 1, with_points=True)
    shop, goods = cast.cheapest_goods()
    eyes = sign_in(site, cast.shopkeeper)
    eyes.open("/desk/")
    page, task = eyes.page, Task("redeem for a resident without a phone", 6, 20)
    with doing(page, task) as robot:
        robot.tap(page.locator(f'main a[href="/desk/shop/{shop.id}/"]').first, leads_away=True)
        expect(page.locator('input[name="text"]:focus')).to_be_visible()
        robot.type(name)
        link = page.locator(f'#found a[href="/desk/shop/{shop.id}/for/{person_id}/"]')
        robot.tap(link, leads_away=True)
        robot.tap(page.locator(f'input[name="goods_id"][value="{goods.id}"]'))
        robot.tap(page.locator('button[data-action="check"]'), leads_away=True)
        robot.tap(page.locator('button[data-action="redeem"]'), leads_away=True)
        assert "兑换成功" in eyes.text()
    tasks.append(task)
    assert task.taps <= task.taps_most


def test_print_a_public_notice(site: Site, cast: Cast, tasks: list[Task]) -> None:
    eyes = sign_in(site, cast.secretary)
    eyes.open("/desk/")
    page, task = eyes.page, Task("print a public notice, from Today", 2, 15)
    address = f"/v/{cast.village.code}/notices/print/"
    with doing(page, task) as robot:
        robot.tap(page.get_by_role("link", name="打印和群发").first, leads_away=True)
        with page.context.expect_event("response", lambda answer: address in answer.url) as sheet:
            robot.tap(page.locator(f'a[href="{address}"]'))
        assert sheet.value.headers["content-type"] == "application/pdf"
    tasks.append(task)
    assert task.taps <= task.taps_most
