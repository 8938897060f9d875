"""吹哨报到: a community calls three units from a phone; two come and are rated, one objects."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from journeys.conftest import Site
from journeys.eyes import PHONE, WIDE, Eyes
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases import actions, queries
from liuchi.engines.cases.actions import Told, whistles
from liuchi.engines.cases.enums import CalledState, Channel
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id
from matters import put_matters_in_force
from members import PASSWORD, Cast, office
from surfaces.called import open_unit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNITS = ("城管中队", "供电所", "市场所")


@pytest.mark.parametrize("site", [PHONE], indirect=True)
def test_three_units_are_called(site: Site, cast: Cast, time: SimulatedClock) -> None:
    secretary, village = cast.secretary, cast.village
    put_matters_in_force(village)
    told = actions.report_case(
        key="shed",
        told=Told(area_id=village.id, type_code="other", text="楼道里搭了棚子，拉了电线"),
        channel=Channel.WORKER,
        actor=secretary.actor,
    )
    case_id = actions.own(code=told.code).case_id
    units = {name: open_unit(village, name, office(), PASSWORD)[0] for name in UNITS}

    caller = signed_in(site, secretary.username, PHONE)
    caller.page.goto(f"/desk/cases/{case_id}/")
    caller.follow(caller.page.locator(f'a[href="/desk/cases/{case_id}/whistle/"]'))
    for name in UNITS:
        caller.page.get_by_label(name).check()
    caller.page.locator('textarea[name="reason"]').fill("一起拆除，断电后清走")
    caller.press("吹哨")
    assert "叫了 3 个单位" in caller.text()
    address = caller.page.url.split("?")[0]

    desks = {name: signed_in(site, name, WIDE) for name in UNITS}
    time.advance(timedelta(minutes=40))
    for name in UNITS[:2]:
        desks[name].page.goto("/desk/whistles/")
        press(desks[name], desks[name].page.locator("table a").first)
        press(desks[name], desks[name].page.locator('[data-action="arrive"]'))
        assert "已报到" in desks[name].text()
    third = desks["市场所"]
    third.page.goto(address)
    third.page.locator("summary").click()
    card(third, "市场所").locator("textarea").fill("没有经营行为，不归我们管")
    third.press(third.page.locator('[data-action="object"]'))
    assert "异议已提出" in third.text()
    excuse(cast, case_id, units["市场所"])

    for name in UNITS[:2]:
        caller.page.goto(address)
        card(caller, name).locator("textarea").first.fill(f"{name}的一份")
        press(caller, card(caller, name).locator('[data-action="agree"]'))
        desks[name].page.goto(address)
        card(desks[name], name).locator("textarea").first.fill("已经办好")
        press(desks[name], desks[name].page.locator('[data-action="finish"]'))
        caller.page.goto(address)
        card(caller, name).get_by_label("解决了", exact=True).check()
        card(caller, name).get_by_label("满意", exact=True).check()
        press(caller, card(caller, name).locator('[data-action="rate"]'))
    caller.look()

    (ended,) = queries.whistles_of(secretary.actor, case_id)
    assert {each.unit: each.state for each in ended.called} == {
        "城管中队": CalledState.RATED,
        "供电所": CalledState.RATED,
        "市场所": CalledState.EXCUSED,
    }
    assert ended.ended_at is not None
    caller.open(f"/track/{told.code}/")
    assert "已请 2 个部门一起处理：2 个已到场，2 个已办完。" in caller.text()
    assert secretary.username not in caller.text()


def signed_in(site: Site, username: str, size: dict[str, int]) -> Eyes:
    user = accounts.user_named(username)
    assert user is not None
    return site.signed_in(user.id, size)


def card(eyes: Eyes, name: str):
    """Return the part of the page that is about one unit."""
    return eyes.page.locator(f'[data-unit="{name}"]')


def press(eyes: Eyes, button) -> None:
    """Press what leads to a page that is looked at elsewhere: each look costs a second."""
    with eyes.page.expect_navigation(wait_until="load"):
        button.click()


def excuse(cast: Cast, case_id: UUID, unit_id: UUID) -> None:
    """Let the town's clerk, who neither called nor objected, find the objection right."""
    clerk = cast.member("clerk").actor
    (whistle,) = queries.whistles_of(clerk, case_id)
    (said,) = next(each for each in whistle.called if each.unit_id == unit_id).objections
    whistles.decide_objection(
        objection_id=said.id, upheld=True, answer="确实不归你们", actor=clerk, key=str(new_id())
    )
