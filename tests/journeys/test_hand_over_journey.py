"""A recorder leaves: the secretary hands everything over, as a robot with a stopwatch."""

from __future__ import annotations

import sys
from datetime import timedelta
from uuid import UUID

import pytest

from journeys.conftest import Site
from journeys.robot import Task, doing, table
from journeys.test_journey import sign_in
from journeys.test_sign_in_journey import code_of
from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions as points_actions
from liuchi.kernel import clock
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id
from members import Cast
from surfaces.world import records

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_leaver_is_handed_over_on_one_screen(
    site: Site, cast: Cast, time: SimulatedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder, secretary = cast.member("recorder"), cast.secretary
    send_one_back(cast)
    secret = second_factor_of(secretary.user_id)
    time.advance(timedelta(minutes=1))  # a code counts once
    (post,) = directory.posts_of(recorder.user_id)
    eyes = sign_in(site, secretary)
    eyes.open("/desk/")
    page = eyes.page

    task = Task("hand over a leaver's post and open work", 8, 120)
    with doing(page, task) as robot:
        menu = page.get_by_role("button", name="菜单")
        if menu.is_visible():
            robot.tap(menu)
        robot.tap(page.get_by_role("link", name="岗位", exact=True), leads_away=True)
        link = page.locator(f'a[href="/desk/posts/{post.id}/hand-over/"]')
        robot.tap(link, leads_away=True)
        robot.tap(page.locator('input[name="code"]'))
        robot.type(code_of(secret))
        robot.tap(page.get_by_role("button", name="确认", exact=True), leads_away=True)
        assert "退回给本人补充的申报" in eyes.text()
        successor = page.locator(f'select[name="to_{post.id.hex}"]')
        robot.choose(successor, str(secretary.user_id))
        robot.tap(page.get_by_role("button", name="确认交接"), leads_away=True)
    eyes.look()

    assert "交接已办好" in eyes.text()
    assert "已停用" in eyes.text()
    assert accounts.user(recorder.user_id).is_active is False
    with capsys.disabled():
        sys.stdout.write(f"\n{table([task])}\n")
    assert task.taps <= task.taps_most


def second_factor_of(user_id: UUID) -> str | None:
    """Set up the secretary's one-time passwords, which administration asks for."""
    accounts_actions.begin_second_factor(user_id=user_id)
    secret = accounts.begun_second_factor(user_id)
    accounts_actions.confirm_second_factor(user_id=user_id, code=code_of(secret))
    return secret


def send_one_back(cast: Cast) -> None:
    """Let the recorder have something open: a claim returned for more."""
    claim = points_actions.propose_claim(
        actor=cast.member("recorder").actor,
        key=str(new_id()),
        person_id=records(cast.village)["person_id"],  # type: ignore[arg-type]
        rule_code=cast.rule_code,
        happened_on=clock.today(),
    )
    points_actions.review_claim(
        actor=cast.reviewer.actor,
        key=str(new_id()),
        claim_id=claim.id,
        outcome="return",
        reason="请补充日期",
        expected_version=claim.version,
    )
