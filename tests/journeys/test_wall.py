"""A screen in a hall: it follows what happens, says when it hears nothing, can be taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from journeys.conftest import Site
from liuchi.engines.indicators.actions.screens import close_screen, open_screen
from liuchi.engines.points import actions as points_actions
from liuchi.kernel.clock import SimulatedClock
from members import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEARD_WITHIN_MS = 5_000
"""What the product promises: a new fact is on the wall within five seconds."""
LOST_WITHIN_MS = 20_000
SPENT = '[data-code="credit.points_spent"] [data-text]'


def test_a_wall_follows_what_happens(site: Site, cast: Cast, time: SimulatedClock) -> None:
    secretary = cast.secretary.actor
    opened = open_screen(actor=secretary, key="wall-0001", area_id=cast.village.id, title="大厅")
    page = site.window(worker=False).page
    page.goto(f"/wall/{opened.token}/")
    spent = int(page.locator(SPENT).inner_text())
    shop, goods = cast.cheapest_goods()

    points_actions.redeem(
        actor=cast.shopkeeper.actor,
        key="wall-redeemed",
        person_id=cast.resident.person_id,
        shop_id=shop.id,
        goods_id=goods.id,
        quantity=1,
    )

    more = re.compile(f"^(?!{spent}$)\\d+$")
    expect(page.locator(SPENT)).to_have_text(more, timeout=HEARD_WITHIN_MS)
    page.context.set_offline(offline=True)
    lost = page.locator("[data-state]")
    expect(lost).to_contain_text("网络断了", timeout=LOST_WITHIN_MS)
    assert int(page.locator(SPENT).inner_text()) > spent
    page.context.set_offline(offline=False)
    expect(lost).to_have_text(re.compile("^更新于"), timeout=LOST_WITHIN_MS)
    close_screen(actor=secretary, key="back-0001", screen_id=opened.id)
    expect(lost).to_contain_text("已经收回", timeout=LOST_WITHIN_MS)
