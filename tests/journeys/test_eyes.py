"""The eyes of the journeys see what they are there to see."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from playwright.sync_api import Browser, BrowserContext

from journeys.eyes import PHONE, Eyes
from liuchi.project.middleware import POLICY

pytestmark = pytest.mark.browser

_PAGE = """<!doctype html><html lang="zh"><head><title>六尺</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width"></head>
<body><main><h1>六尺</h1>{}</main></body></html>"""
WRONG = {
    "/": "",
    "/style": '<p style="color: red">内联样式</p>',
    "/script": "<script>alert(1)</script>",
    "/picture": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    "/wide": "<pre>" + "宽" * 200 + "</pre>",
    "/missing": '<img alt="" src="/no.png">',
}


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    def app(environ, start_response):
        body = WRONG.get(environ["PATH_INFO"])
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", POLICY),
        ]
        start_response("404 Not Found" if body is None else "200 OK", headers)
        return [_PAGE.format(body or "").encode()]

    server = make_server("127.0.0.1", 0, app, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def context(address: str, browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=address, viewport=PHONE)
    yield opened
    opened.close()


@pytest.fixture
def eyes(context: BrowserContext, tmp_path: Path) -> Iterator[Eyes]:
    """A page of this test's own, in a browser that has loaded one before."""
    page = context.new_page()
    yield Eyes(page, tmp_path)
    page.close()


@pytest.mark.parametrize(
    ("path", "news"),
    [
        ("/style", "style-src"),
        ("/script", "script-src"),
        ("/picture", "image-alt"),
        ("/wide", "wider than the screen"),
        ("/missing", "404"),
    ],
)
def test_they_see(eyes: Eyes, path: str, news: str) -> None:
    eyes.open("/")
    assert eyes.wrong == []
    eyes.open(path)

    assert [news in each for each in eyes.wrong] == [True]


def test_a_status_that_was_asked_for_is_no_news(eyes: Eyes) -> None:
    eyes.open("/nowhere", status=404)

    assert eyes.wrong == []
