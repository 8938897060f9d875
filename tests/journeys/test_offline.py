"""A phone in a cellar: pages read before are there, nothing typed is lost, nothing is sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from journeys.conftest import Site
from journeys.eyes import Eyes, is_held, wait_until_held
from journeys.test_journey import sign_in
from members import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_READY = "() => navigator.serviceWorker.ready.then(() => true)"


def go_offline(eyes: Eyes, *, offline: bool = True) -> None:
    eyes.page.context.set_offline(offline)


def test_public_pages_stay_readable_and_private_ones_are_never_kept(site: Site, cast: Cast) -> None:
    eyes = sign_in(site, cast.resident)
    rules = f"/v/{cast.village.code}/rules/"
    eyes.open("/me/")
    assert eyes.page.evaluate(_READY)
    eyes.page.reload()  # from here on the worker answers
    eyes.open(rules)
    wait_until_held(eyes.page, rules)
    assert not is_held(eyes.page, "/me/")
    go_offline(eyes)
    eyes.page.goto(rules)
    expect(eyes.page.get_by_role("heading", level=1)).to_have_text("积分规则")
    assert cast.resident.name not in eyes.page.content()
    eyes.page.goto("/me/")
    expect(eyes.page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    expect(eyes.page.locator(f"[data-list] a[href='{rules}']")).to_be_visible()
    go_offline(eyes, offline=False)
    heading = eyes.page.get_by_role("heading", level=1)
    expect(heading).not_to_have_text("现在没有网络", timeout=30_000)  # it comes back by itself
    eyes.wrong = [line for line in eyes.wrong if "ERR_INTERNET_DISCONNECTED" not in line]


def test_a_form_waits_for_the_network_with_what_was_typed(site: Site, cast: Cast) -> None:
    eyes = sign_in(site, cast.resident)
    eyes.open("/me/claims/new/")
    note = eyes.page.locator("textarea").first
    note.fill("帮邻居搬煤气罐")
    go_offline(eyes)
    warning = eyes.page.locator("[data-offline]")
    expect(warning).to_be_visible()
    eyes.page.locator("form[x-data] button[type=submit]").last.click()
    expect(warning).to_have_class("l-offline is-refused")
    expect(note).to_have_value("帮邻居搬煤气罐")
    go_offline(eyes, offline=False)
    expect(warning).to_be_hidden()
    eyes.page.reload()
    expect(eyes.page.locator("textarea").first).to_have_value("帮邻居搬煤气罐")
