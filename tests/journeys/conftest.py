"""A browser, a server on the test's own demo database, and eyes that overlook nothing.

Each page a journey opens is read by axe, and its console is kept: a finding or a message
fails the test that opened it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SHANGHAI, SimulatedClock

if TYPE_CHECKING:
    from members import Cast

from journeys.eyes import PHONE, WIDE, Eyes, find_browser

BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# What a journey waits for comes, on a machine three times slower as well: these only end a test
# that has failed, and none of them is waited for otherwise.
EXPECTED_WITHIN_MS = 20_000
DONE_WITHIN_MS = 60_000
expect.set_options(timeout=EXPECTED_WITHIN_MS)


class _Quiet(WSGIRequestHandler):
    """Answers without a line on the terminal, and gives its database connection back."""

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        finally:
            connections.close_all()


class _Server(ThreadedWSGIServer):
    """Waits for the requests in progress before the database under them is dropped."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 128


@contextmanager
def serving() -> Iterator[str]:
    """Serve the whole installation on a free port; yields its address."""
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, name="site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Site:
    """Where the server listens, and the windows people have open."""

    address: str
    browser: Browser
    folder: Path
    viewport: dict[str, int]
    windows: list[tuple[BrowserContext, Eyes]] = field(default_factory=list)
    whose: dict[UUID, Eyes] = field(default_factory=dict)

    def signed_in(
        self,
        user_id: UUID,
        viewport: dict[str, int] | None = None,
        *,
        client: Client | None = None,
        worker: bool = True,
    ) -> Eyes:
        """Return the window in which somebody is signed in, opened the first time.

        A window costs three seconds of work with the page where one signs in; who signs in
        by that page, and how, is in test_journey.py and test_sign_in_journey.py. ``client``
        is one that is signed in already, with more than that.
        """
        if user_id not in self.whose:
            if client is None:
                client = Client()
                client.force_login(get_user_model().objects.get(pk=user_id))
            name = settings.SESSION_COOKIE_NAME
            cookie = {"name": name, "value": client.cookies[name].value, "url": self.address}
            eyes = self.window(worker=worker)
            if viewport:
                eyes.page.set_viewport_size(viewport)  # type: ignore[arg-type]
            eyes.page.context.add_cookies([cookie])  # type: ignore[list-item]
            self.whose[user_id] = eyes
        return self.whose[user_id]

    def window(
        self, language: str = "zh-CN", agent: str | None = None, *, worker: bool = True
    ) -> Eyes:
        """Open a browser window of its own, signed out, as another person's phone or PC.

        ``agent`` is what the browser calls itself: by that a phone is known as a phone.
        Without a service ``worker`` a page loads in three quarters of the processor time.
        """
        context = self.browser.new_context(
            base_url=self.address,
            viewport=self.viewport,
            locale=language,
            user_agent=agent,
            timezone_id="Asia/Shanghai",
            has_touch=self.viewport == PHONE,
            service_workers="allow" if worker else "block",
        )
        context.set_default_timeout(DONE_WITHIN_MS)
        folder = self.folder / f"window-{len(self.windows) + 1:02}"
        folder.mkdir()
        eyes = Eyes(context.new_page(), folder)
        self.windows.append((context, eyes))
        return eyes


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        pytest.fail("no browser: install chromium (Debian: apt-get install chromium)")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django takes for a mistake.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=executable, args=[*BROWSER_ARGUMENTS])
        yield opened
        opened.close()


@pytest.fixture(params=[PHONE, WIDE], ids=["phone", "desktop"])
def site(
    request: pytest.FixtureRequest,
    browser: Browser,
    demo_database: str,
    tmp_path: Path,
) -> Iterator[Site]:
    """The whole installation on a free port; ends with nothing on any console."""
    with serving() as address:
        opened = Site(address, browser, tmp_path, request.param)
        try:
            yield opened
            for _, eyes in opened.windows:
                eyes.saw_nothing_wrong()
        finally:
            for context, _ in opened.windows:
                context.close()


@pytest.fixture
def time() -> Iterator[SimulatedClock]:
    """Time stands on the first working morning after the demo's last day."""
    with kernel_clock.using(SimulatedClock(datetime(2022, 7, 4, 9, tzinfo=SHANGHAI))) as standing:
        assert isinstance(standing, SimulatedClock)
        yield standing


@pytest.fixture
def cast(site: Site, time: SimulatedClock) -> Cast:
    """Everybody who has a part in a journey through 罗冲."""
    from members import Cast  # noqa: PLC0415  it needs Django set up

    return Cast("罗冲社区")
