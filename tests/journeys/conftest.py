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

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, sync_playwright

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

    def window(self, language: str = "zh-CN", agent: str | None = None) -> Eyes:
        """Open a browser window of its own, signed out, as another person's phone or PC.

        ``agent`` is what the browser calls itself: by that a phone is known as a phone.
        """
        context = self.browser.new_context(
            base_url=self.address,
            viewport=self.viewport,
            locale=language,
            user_agent=agent,
            timezone_id="Asia/Shanghai",
            has_touch=self.viewport == PHONE,
        )
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
def time(demo_database: str) -> Iterator[SimulatedClock]:
    """Time stands on the first working morning after the demo's last day."""
    with kernel_clock.using(SimulatedClock(datetime(2022, 7, 4, 9, tzinfo=SHANGHAI))) as standing:
        assert isinstance(standing, SimulatedClock)
        yield standing


@pytest.fixture
def cast(site: Site, time: SimulatedClock) -> Cast:
    """Everybody who has a part in a journey through 罗冲."""
    from members import Cast  # noqa: PLC0415  it needs Django set up

    return Cast("罗冲社区")
