"""A doubt about a payment: from the village's code, with no sign-in, to an answer and its rating.

By keys alone on a phone with large letters, as somebody does who sees badly. What may break the
law is pointed to 12388 and becomes no ticket. Whom the complaint is about sees nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journeys.conftest import Site
from journeys.eyes import PHONE, Eyes
from journeys.test_case_journey import seat
from journeys.test_posting_journey import by_keys, demo_database, placed, posted  # noqa: F401

if TYPE_CHECKING:
    from engines.disclosures.posted import Posted

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ANSWER = "已核对：这户符合条件，证明材料在村里可以看。"


@pytest.mark.parametrize("site", [PHONE], indirect=True, ids=["phone"])
def test_from_the_code_to_an_answer_that_is_rated(
    site: Site,
    posted: Posted,  # noqa: F811  the fixture
) -> None:
    from liuchi.engines.cases import queries as cases  # noqa: PLC0415  it needs Django set up
    from surfaces.cases.pages import browser, page  # noqa: PLC0415

    world = posted.world
    posted.released()
    resident = site.window()
    resident.page.context.add_cookies(
        [{"name": "liuchi_text", "value": "large", "url": site.address}]
    )
    resident.open(f"/v/{world.village.code}/open/")  # what the code on the poster says
    resident.follow(resident.page.locator(".l-list a", has_text="临时救助").first)
    for words in ("甲大一", "300.00 元", "《社会救助暂行办法》", "镇纪委"):
        assert words in resident.text()
    by_keys(resident, ".l-ask")
    resident.look()
    choose(resident, "violation")
    by_keys(resident, '[data-action="ask"]')
    resident.look()
    assert ("12388" in resident.text(), "这里没有提交" in resident.text()) == (True, True)
    by_keys(resident, "main .weui-btn_default")
    choose(resident, "complain")
    resident.page.locator("textarea").fill("这户家里不困难")
    by_keys(resident, '[data-action="ask"]')
    resident.look()
    code = resident.page.locator("[data-code]").inner_text()
    case_id = cases.report_by_code(code).case_id

    page(browser(world.secretary), f"/desk/cases/{case_id}/", 404)
    supervisor = seat(site, world.dispatcher, f"/desk/cases/{case_id}/")
    assert "第1行：甲大一 一组 300.00" in supervisor.text()
    for step in ("verify", "file"):  # who is not known is believed once somebody has looked
        supervisor.press(supervisor.page.locator(f'[data-step="{step}"] button[data-action]').first)
    given = supervisor.page.locator('[data-step="dispatch"]')
    given.locator('select[name="unit_id"]').select_option(label="市政所")
    supervisor.press(given.locator('[data-action^="dispatch"]').first)

    unit = seat(site, world.roadman, f"/desk/cases/{case_id}/")
    unit.press(unit.page.locator('[data-action^="accept"]').first)
    done = unit.page.locator('[data-step="finish"]')
    done.locator('textarea[name="opinion"]').fill(ANSWER)
    done.locator('input[name="to_reporter"]').check()
    unit.press(done.locator('[data-action^="finish"]').first)

    reviewer = seat(site, world.checker, f"/desk/cases/{case_id}/")
    assert ANSWER in reviewer.text()
    reviewer.press(reviewer.page.locator('[data-action="close-done"]'))

    resident.open("/track/")
    resident.page.locator('main input[name="code"]').fill(code)
    by_keys(resident, '[data-action="find"]')
    assert ANSWER in resident.text()
    for name in ("solved", "satisfied"):
        resident.page.locator(f'input[name="{name}"][value="yes"]').check()
    by_keys(resident, '[data-action="rate"]')
    resident.look()
    assert "已经评价，谢谢。" in resident.text()


def choose(eyes: Eyes, kind: str) -> None:
    """Choose what one wants by the arrow keys, as radio buttons are chosen."""
    eyes.page.locator('input[name="kind"]:checked').focus()
    wanted = eyes.page.locator(f'input[name="kind"][value="{kind}"]')
    for _ in range(3):
        if wanted.is_checked():
            return
        eyes.page.keyboard.press("ArrowDown")
    assert wanted.is_checked(), kind
