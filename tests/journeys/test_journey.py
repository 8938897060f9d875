"""A good deed, from the resident's phone to a figure and back to the fact.

Claim with a photo → reviewed by somebody else → on notice → posted by the job → spent at
the counter → the figure moves by exactly one → its drill-down lists that very fact.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.urls import reverse

from journeys.conftest import Site
from journeys.eyes import Eyes
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import jobs
from liuchi.engines.points import queries as points
from liuchi.kernel import clock
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id
from members import Cast, Member, office, photo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIGURE = "credit.redeemers"
NOTICE_LONGEST = timedelta(days=21)  # five work days and any holiday between


def test_a_good_deed_becomes_a_figure(site: Site, cast: Cast, time: SimulatedClock) -> None:
    resident = cast.resident
    before = shown_figure(cast, sign_in_by_keyboard(site, cast.secretary))
    site.whose[resident.user_id] = sign_in_by_keyboard(site, resident)

    claim_id = claim_with_photo(site, resident)
    approve(site, cast.reviewer, claim_id)
    on_notice(site, cast, resident)
    time.advance(NOTICE_LONGEST)
    site.whose.clear()  # by then everybody has to sign in again
    jobs.post_due()
    posted(site, resident)
    fact_id = redeem(site, cast, resident)

    secretary = sign_in_by_keyboard(site, cast.secretary)  # on another device than before
    after = shown_figure(cast, secretary)
    assert after - before == 1
    assert listed(secretary, fact_id)


def claim_with_photo(site: Site, resident: Member) -> UUID:
    eyes = sign_in(site, resident)
    eyes.open("/me/claims/new/")
    page = eyes.page
    page.locator('input[name="rule_code"]').first.check()
    page.locator('input[name="happened_on"]').fill(clock.today().isoformat())
    page.locator('textarea[name="note"]').fill("扫了楼道，见照片")
    page.locator('input[name="photos"]').set_input_files(
        {"name": "deed.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    eyes.press("提交申报")
    assert "已收到您的申报" in eyes.text()
    picture = page.locator("img[alt^='申报照片']").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    return UUID(page.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1])


def approve(site: Site, reviewer: Member, claim_id: UUID) -> None:
    eyes = sign_in(site, reviewer)
    eyes.open("/desk/claims/")
    link = eyes.page.locator(f'a[href="/desk/claims/{claim_id}/"]').first
    eyes.follow(link)
    eyes.press(eyes.page.locator('button[name="outcome"][value="approve"]'))
    assert "审核已保存" in eyes.text()


def on_notice(site: Site, cast: Cast, resident: Member) -> None:
    """Anybody may read the notice, which does not say the name."""
    eyes = site.window()
    address = f"/v/{cast.village.code}/notices/"
    eyes.open(address)
    eyes.follow(eyes.page.locator(f'main a[href^="{address}2"]').first)
    assert resident.name not in eyes.text()
    assert resident.masked_name in eyes.text()


def posted(site: Site, resident: Member) -> None:
    eyes = sign_in(site, resident)
    eyes.open("/me/")
    with acting_as(resident.actor):
        balance = points.balance(resident.actor, resident.person_id)
    assert balance > 0
    assert eyes.page.locator(".l-balance .l-big").inner_text().strip() == str(balance)


def redeem(site: Site, cast: Cast, resident: Member) -> UUID:
    """Hand out the cheapest thing on the shelf; return the fact of it."""
    shop, goods = cast.cheapest_goods()
    eyes = sign_in(site, cast.shopkeeper)
    eyes.open(f"/desk/shop/{shop.id}/?text={resident.name}")
    page = eyes.page
    eyes.follow(page.locator(f'a[href="/desk/shop/{shop.id}/for/{resident.person_id}/"]').first)
    page.locator(f'input[name="goods_id"][value="{goods.id}"]').check()
    eyes.press("下一步：核对")
    assert resident.name in eyes.text()
    eyes.press("确认兑换")
    assert "兑换成功" in eyes.text()
    actor = cast.shopkeeper.actor
    with acting_as(actor):
        rows = points.redemptions(actor, shop_id=shop.id, limit=20).rows
    (made,) = [row for row in rows if row.person_id == resident.person_id]
    return made.fact_id


def shown_figure(cast: Cast, eyes: Eyes) -> Decimal:
    eyes.open(f"/desk/figures/{FIGURE}/?area={cast.village.id}")
    return Decimal(eyes.page.locator("output[data-figure]").inner_text().strip())


def listed(eyes: Eyes, fact_id: UUID) -> bool:
    eyes.follow(eyes.page.get_by_role("link", name="看构成这个数的记录"))
    row = eyes.page.locator(f'tr[data-row="{fact_id}"]')
    while row.count() == 0:
        following = eyes.page.get_by_role("link", name="下一页")
        if following.count() == 0:
            return False
        eyes.follow(following)
    eyes.follow(row.get_by_role("link").first)
    return str(fact_id) in eyes.text()


def sign_in(site: Site, member: Member) -> Eyes:
    """Return the window of somebody who has signed in."""
    return site.signed_in(member.user_id)


def sign_in_by_keyboard(site: Site, member: Member) -> Eyes:
    """Sign in with the keyboard alone, as one who cannot use a mouse does."""
    eyes = site.window()
    eyes.open("/sign-in/")
    page = eyes.page
    press_tab_until(eyes, 'input[name="username"]')
    page.keyboard.type(member.username)
    press_tab_until(eyes, 'input[name="password"]')
    page.keyboard.type(member.password)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    if page.url.endswith(reverse("sign-in-device")):
        # Another window is another device, which somebody with a post proves by a code.
        eyes.look()
        slip = directory_actions.issue_device_code(
            user_id=member.user_id, actor=office(), key=str(new_id())
        )
        page.locator('input[name="code"]').fill(slip.code)
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
    assert "/sign-in/" not in page.url, eyes.text()
    eyes.look()
    return eyes


def press_tab_until(eyes: Eyes, selector: str, most: int = 20) -> None:
    for _ in range(most):
        if eyes.page.locator(selector).evaluate("field => field === document.activeElement"):
            return
        eyes.page.keyboard.press("Tab")
    message = f"{selector} cannot be reached with the Tab key"
    raise AssertionError(message)
