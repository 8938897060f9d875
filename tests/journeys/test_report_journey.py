"""A matter reported from the grid's code: four taps, a network that fails, one case."""

from __future__ import annotations

import time

import pytest

from journeys.conftest import Site
from journeys.eyes import PHONE
from liuchi.engines.directory import queries as directory
from matters import put_matters_in_force
from surfaces.world import rows

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SECONDS_MOST = 45


@pytest.mark.parametrize("site", [PHONE], indirect=True)
def test_a_report_is_made_offline_and_arrives_once(site: Site) -> None:
    village = directory.area_named("罗冲社区")
    grid = directory.children(village.id)[1]
    put_matters_in_force(village)
    earlier = [case_id for (case_id,) in rows("SELECT id FROM cases_case")]
    new = "SELECT count(*), min(grid_id::text) FROM cases_case WHERE id <> ALL(%s)"
    eyes = site.window()
    eyes.open(f"/v/{grid.scope_code}/report/")
    page = eyes.page
    page.wait_for_selector("form[data-drafts][data-ready]")
    began, taps = time.monotonic(), 0
    page.context.set_offline(True)
    page.locator("[name=text]").click()
    page.keyboard.type("三栋门口路灯不亮")
    page.locator("[data-action=report]").click()
    taps += 2
    page.wait_for_selector("[data-draft-list] li")
    assert rows(new, earlier) == [(0, None)]
    page.context.set_offline(False)
    page.wait_for_selector("[data-draft-list] a")
    page.locator("[data-draft-list] a").click()
    taps += 1
    page.wait_for_selector("[data-code]")
    assert (taps <= 4, time.monotonic() - began < SECONDS_MOST) == (True, True)
    assert rows(new, earlier) == [(1, str(grid.id))]
    eyes.look()
    eyes.wrong = [line for line in eyes.wrong if "ERR_INTERNET_DISCONNECTED" not in line]
