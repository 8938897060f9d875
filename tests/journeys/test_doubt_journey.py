"""A doubt about a payment: from the code on the printed poster to an answer and its rating.

By keys alone on a phone with large letters, as somebody does who sees badly. What may break the
law is pointed to 12388 and becomes no ticket. Whom the complaint is about sees nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journeys.conftest import Site
from journeys.eyes import PHONE
from journeys.keys import both_widths, choose, press, tick, write
from journeys.test_case_journey import seat
from journeys.test_posting_journey import demo_database, placed, posted  # noqa: F401
from pages_read import codes

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
    poster = resident.page.request.get(f"/v/{world.village.code}/open/poster/print/")
    resident.open(said_by(poster.body()))
    both_widths(resident)
    press(resident, resident.page.locator(".l-list a", has_text="临时救助"))
    both_widths(resident)
    for words in ("甲大一", "300.00 元", "《社会救助暂行办法》", "镇纪委"):
        assert words in resident.text()
    press(resident, ".l-ask")
    both_widths(resident)
    choose(resident, "kind", "violation")
    press(resident, '[data-action="ask"]')
    assert ("12388" in resident.text(), "这里没有提交" in resident.text()) == (True, True)
    press(resident, "main .weui-btn_default")
    choose(resident, "kind", "complain")
    write(resident, "textarea", "这户家里不困难")
    press(resident, '[data-action="ask"]')
    both_widths(resident)
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
    write(resident, 'main input[name="code"]', code)
    press(resident, '[data-action="find"]')
    both_widths(resident)
    assert ANSWER in resident.text()
    for name in ("solved", "satisfied"):
        tick(resident, f'input[name="{name}"][value="yes"]')
    press(resident, '[data-action="rate"]')
    assert "已经评价，谢谢。" in resident.text()
    for eyes in (resident, supervisor, unit, reviewer):
        eyes.saw_nothing_wrong()


def said_by(poster: bytes) -> str:
    """Return what the code printed on a poster says, as a telephone's camera reads it."""
    return next(text for text in codes(poster) if text.rstrip("/").endswith("/open"))
