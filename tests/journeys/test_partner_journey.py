"""A provider's phone and the community's desk: a card, a use, the quota's end, the month agreed.

The merchant types the card → is told yes → confirms → undoes and confirms again → the quota
is used up → the month's statement is confirmed by the provider, then by the community.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from journeys.conftest import Site
from journeys.eyes import PHONE, Eyes
from journeys.test_journey import sign_in
from liuchi.engines.points import actions
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id
from members import Cast
from surfaces.partners import give_card

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("site", [PHONE], ids=["phone"], indirect=True)
def test_a_card_a_use_and_a_month(site: Site, cast: Cast) -> None:
    merchant = cast.member("merchant")
    resident = cast.resident
    assert resident.person_id is not None
    card = give_card(cast.secretary.actor, resident.person_id)
    phone = sign_in(site, merchant)
    phone.open("/desk/")
    assert phone.page.url.endswith("/m/")

    check(phone, card)
    assert "符合" in phone.text()
    assert resident.name not in phone.page.content()
    use(phone)
    assert "已记下这次使用。" in phone.text()
    phone.page.get_by_text("撤销这次使用").click()
    phone.page.locator('input[name="reason"]').fill("顾客改天再来")
    phone.press(phone.page.locator('[data-action="undo"]'))
    assert "已撤销" in phone.text()
    for _ in range(2):
        phone.open("/m/")
        check(phone, card)
        use(phone)
    phone.open("/m/")
    check(phone, card)
    assert "不符合" in phone.text()
    assert "的次数已经用完" in phone.text()

    actions.draw_statements(actor=system_actor(new_id()), month=clock.today())
    phone.open("/m/statements/")
    phone.follow(phone.page.locator("a.l-row").first)
    assert "× 2" in phone.text() or "2 次" in phone.text()
    phone.press(phone.page.locator('[data-action="confirm"]'))
    assert "待社区核对" in phone.text()

    desk = sign_in(site, cast.secretary)
    desk.open(reverse("desk-benefit-statements"))
    desk.follow(desk.page.get_by_role("link", name="示例商户").first)
    desk.press(desk.page.locator('[data-action="confirm"]'))
    assert "双方已确认" in desk.text()
    for page in (
        reverse("desk-agreements"),
        reverse("desk-agreement", args=[cast.partner.agreement_id]),
        reverse("desk-agreement-new"),
        reverse("portal-partners", args=[cast.village.code]),
    ):
        desk.open(page)
    assert card not in desk.page.content()


def check(phone: Eyes, card: str) -> None:
    phone.page.locator('input[name="text"]:not([type="hidden"])').fill(card)
    phone.press(phone.page.locator('[data-action="check"]'))


def use(phone: Eyes) -> None:
    phone.press(phone.page.locator('[data-action="use"]').first)
