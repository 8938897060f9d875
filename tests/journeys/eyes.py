"""A page as a careful person sees it: its console, its accessibility, its width."""

from __future__ import annotations

import json
import os
import shutil
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, ConsoleMessage, Locator, Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}
SERIOUS = ("serious", "critical")
OK = 200
PICTURES = bool(os.environ.get("LIUCHI_PICTURES"))
"""Keep a picture of every page looked at, under pytest's ``--basetemp``."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Evaluated in the page, which the content security policy allows to a debugger and to no
# script of the page itself. Rules whose findings would be left out below are not run.
_RUN_AXE = """
async (serious) => {
  const mild = axe._audit.rules.filter((rule) => rule.impact && !serious.includes(rule.impact));
  const rules = Object.fromEntries(mild.map((rule) => [rule.id, {enabled: false}]));
  const found = await axe.run(document, {resultTypes: ["violations"], rules});
  return found.violations.map((each) => ({
    impact: each.impact, id: each.id, nodes: each.nodes.map((node) => node.html.slice(0, 160)),
  }));
}
"""
# Its fonts are there and it has been drawn.
_DRAWN = """
async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}
"""
_NO_WORKER = "Service Worker registration blocked by Playwright"
_FITS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def find_browser() -> str | None:
    """Return ``LIUCHI_BROWSER``, or the first browser of the machine Playwright can drive."""
    named = os.environ.get("LIUCHI_BROWSER")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), None)


class Eyes:
    """One window of one person."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self._folder = folder
        self._shots = count(1)
        self._expected = OK
        self._devices: CDPSession | None = None
        self.wrong: list[str] = []
        page.add_init_script(path=AXE)  # sent to the browser once, not with every page
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))

    def open(self, address: str, status: int = OK) -> None:
        """Go to an address, expect its status, look at the page."""
        self._expected = status
        response = self.page.goto(address, wait_until="load")
        assert response is not None
        assert response.status == status, f"{address}: {response.status}"
        self.look()

    def press(self, button: str | Locator) -> None:
        """Press what leads to another page, and look at that page."""
        found = self.page.get_by_role("button", name=button) if isinstance(button, str) else button
        with self.page.expect_navigation(wait_until="load"):
            found.click()
        self.look()

    def follow(self, link: Locator) -> None:
        """Follow a link, and look at the page it leads to."""
        self.press(link)

    def turn(self) -> None:
        """Go from a phone in the hand to a wide screen with a mouse, or back, and look again."""
        wide = self.page.viewport_size == PHONE
        if self._devices is None:
            self._devices = self.page.context.new_cdp_session(self.page)
        self._devices.send("Emulation.setTouchEmulationEnabled", {"enabled": not wide})
        self.page.set_viewport_size(WIDE if wide else PHONE)
        self.look()

    def look(self) -> None:
        """Note what axe finds and whether one has to scroll sideways; picture what is wrong."""
        self.page.evaluate(_DRAWN)
        known = len(self.wrong)
        too_wide = self.page.evaluate(_FITS)
        if too_wide > 0:
            self.wrong.append(f"{self.page.url}: {too_wide} px wider than the screen")
        for finding in self.axe():
            self.wrong.append(f"{self.page.url}: {json.dumps(finding, ensure_ascii=False)}")
        name = f"{next(self._shots):02}.png"
        if len(self.wrong) > known or PICTURES:
            self.page.screenshot(path=self._folder / name, full_page=True)

    def axe(self) -> list[dict[str, Any]]:
        """Return the serious findings of axe on the page as it stands."""
        found = self.page.evaluate(_RUN_AXE, [*SERIOUS])
        return [each for each in found if each["impact"] in SERIOUS]

    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def saw_nothing_wrong(self) -> None:
        assert self.wrong == [], "\n".join(self.wrong)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or message.text == _NO_WORKER:
            return
        # The browser reports a page of status 404 on the console; where the test asked for
        # that status, it is no news.
        if self._expected != OK and f"status of {self._expected}" in message.text:
            return
        self.wrong.append(f"{self.page.url}: {message.type}: {message.text}")


_HELD = "path => caches.match(path).then((held) => Boolean(held))"


def is_held(page: Page, path: str) -> bool:
    """Whether the service worker holds a page, for when there is no network."""
    return bool(page.evaluate(_HELD, path))


def wait_until_held(page: Page, path: str) -> None:
    """Wait until a page is held. ``wait_for_function`` takes a promise for a yes."""
    for _ in range(300):
        if is_held(page, path):
            return
        page.wait_for_timeout(100)
    msg = f"{path} is not held for when there is no network"
    raise AssertionError(msg)
