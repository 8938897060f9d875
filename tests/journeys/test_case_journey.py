"""A case on the screens of those who work with it, by a robot that counts keys and taps.

One matter is reported on the last afternoon before the National Day holiday: its page says
by when it is due and why, and what is done on the first morning after it is in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from journeys.conftest import Site
from journeys.eyes import PHONE, WIDE, Eyes
from journeys.robot import Task, doing
from journeys.test_robot import tasks  # noqa: F401  its table is printed for this file as well
from liuchi.engines.cases.enums import CaseState
from liuchi.engines.journal import actions as journal
from liuchi.kernel.clock import SHANGHAI
from members import photo

if TYPE_CHECKING:
    from engines.cases.world import World
    from liuchi.kernel.actors import Actor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
THE_DAY_BEFORE = datetime(2026, 9, 30, 15, 40, tzinfo=SHANGHAI)
THE_MORNING_AFTER = datetime(2026, 10, 8, 9, 30, tzinfo=SHANGHAI)
WHY = "处置时限 4个工作时：9月30日 16:00 起，10月1日至7日放假，10月8日 10:00 到期"


@pytest.fixture
def placed(prepare, template, clock) -> Iterator[tuple[str, World]]:
    from engines.cases.world import lived_in, make_world  # noqa: PLC0415  it needs Django set up

    held: AbstractContextManager[Any] = prepare(template, make_world)
    with lived_in(held, clock) as both:
        yield both


@pytest.fixture
def demo_database(placed: tuple[str, World]) -> str:
    """Look at the small world of cases instead of the demo: it is made in a second."""
    return placed[0]


@pytest.fixture
def world(placed: tuple[str, World], settings: Any, tmp_path: Any) -> World:
    """The world on the last afternoon of September, with the unit named for rubbish."""
    from engines.cases.world import SECTION  # noqa: PLC0415  it needs Django set up

    settings.LIUCHI_DATA_DIR = tmp_path
    world = placed[1]
    (condition,) = SECTION["conditions"]
    cases = SECTION | {
        "conditions": [condition | {"responsible": "环卫所", "closing": "垃圾清走，地面干净"}],
        "unsorted": "0102",
        "replies": {"finish": ["已清理干净，并已提醒沿街商户。"]},
    }
    journal.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": cases},
        places=[world.town.id],
        in_force_from=date(2026, 1, 2),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET must_change_password = false")
    world.clock.move_to(THE_DAY_BEFORE)
    return world


def seat(site: Site, actor: Actor, address: str) -> Eyes:
    """Open a page in the window of somebody who is signed in already."""
    from surfaces.cases.pages import browser  # noqa: PLC0415  it needs Django set up

    eyes = site.signed_in(actor.id, client=browser(actor))
    eyes.open(address)
    return eyes


@pytest.mark.parametrize("site", [WIDE], indirect=True, ids=["desktop"])
def test_across_the_national_day_holiday(
    site: Site,
    world: World,
    tasks: list[Task],  # noqa: F811  the fixture
) -> None:
    case_id = world.filed()
    world.clock.move_to(THE_DAY_BEFORE.replace(hour=16, minute=0))
    dispatcher = seat(site, world.dispatcher, "/desk/cases/dispatch/")
    task = Task("dispatch to the unit proposed, by keys", 2, 15)
    with doing(dispatcher.page, task) as robot:
        robot.task.taps += 1
        robot.read(2)
        with dispatcher.page.expect_navigation(wait_until="load"):
            dispatcher.page.keyboard.press("d")
    dispatcher.look()
    assert "已派遣 1 件" in dispatcher.text()
    assert world.now(case_id).row.unit_name == "环卫所"
    tasks.append(task)

    cleaner = seat(site, world.cleaner, f"/desk/cases/{case_id}/")
    assert WHY in cleaner.text()
    world.clock.move_to(THE_MORNING_AFTER)
    cleaner.open(f"/desk/cases/{case_id}/")
    assert "还剩30分" in cleaner.text()
    cleaner.press("接收，开始办理")
    cleaner.page.locator('[data-step="finish"] input[name="photos"]').set_input_files(
        {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    cleaner.page.locator("[data-reply]").click()
    cleaner.press(cleaner.page.locator('[data-action="finish"]'))
    assert "已清理干净" in cleaner.text()

    checker = seat(site, world.checker, "/desk/cases/")
    task = Task("check and close a case, from the list", 3, 20)
    with doing(checker.page, task) as robot:
        robot.tap(checker.page.locator("table a").first, leads_away=True)
        robot.read(3)
        robot.tap(checker.page.locator('[data-action="close-done"]'), leads_away=True)
    checker.look()
    tasks.append(task)
    found = world.now(case_id)
    assert found.row.state is CaseState.CLOSED
    assert all(each.now.in_time for each in found.clocks)
    assert [each.taps <= each.taps_most for each in tasks] == [True, True]


@pytest.mark.parametrize("site", [PHONE], indirect=True, ids=["phone"])
def test_a_grid_worker_reports_and_visits(
    site: Site,
    world: World,
    tasks: list[Task],  # noqa: F811  the fixture
) -> None:
    worker = seat(site, world.worker, "/desk/report/")
    task = Task("report what was seen, with a photo", 4, 45)
    with doing(worker.page, task) as robot:
        robot.photograph(worker.page.locator('input[name="photos"]'), photo())
        robot.tap(worker.page.locator("textarea[name=text]"))
        robot.type("菜场东门一堆垃圾没有清")
        robot.tap(worker.page.locator('[data-action="report"]'), leads_away=True)
    tasks.append(task)
    worker.open("/desk/visit/")
    matter = Task("write down one matter of a night visit", 3, 30)
    with doing(worker.page, matter) as robot:
        robot.tap(worker.page.locator('[name="text-1"]'))
        robot.type("三号楼楼道灯坏了")
        robot.tap(worker.page.locator('[name="agreed-1"]'))
        robot.tap(worker.page.locator('main form button[type="submit"]').last, leads_away=True)
    worker.look()
    tasks.append(matter)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT channel FROM cases_case ORDER BY id")
        assert [channel for (channel,) in cursor.fetchall()] == ["worker", "visit"]
    done = [(each.taps <= each.taps_most, each.seconds <= each.seconds_most) for each in tasks]
    assert done[-2:] == [(True, True), (True, True)]
    board = seat(site, world.clerk, "/desk/cases/")
    board.open("/desk/cases/?tab=all")
