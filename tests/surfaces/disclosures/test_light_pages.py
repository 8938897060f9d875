"""What a phone fetches for a public page: how many requests, how many bytes. No clock."""

from __future__ import annotations

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from engines.disclosures.posted import ROW, Posted
from surfaces.cases.pages import browser

BYTES_MAX = 60_000
"""A third of what a page may weigh: with many rows there is more of them, and no more files."""
FILES = {
    "components/mark.svg",
    "components/tokens.css",
    "portal/portal.css",
    "components/app.js",
    "vendor/alpine.js",
}
ACCEPTS = {"Accept-Encoding": "gzip"}


@pytest.fixture
def at(posted: Posted) -> str:
    posted.released(*({**ROW, "name": f"甲大{n}"} for n in range(60)))
    return f"/v/{posted.world.village.code}/open/"


@pytest.mark.parametrize("page", ["", "relief/", "?q=甲大"])
def test_a_public_page_is_a_page_and_five_small_files(at: str, client: Client, page: str) -> None:
    answer = client.get(at + page, headers=ACCEPTS)
    assert answer.headers["Content-Encoding"] == "gzip"
    text = gzip.decompress(answer.content).decode()
    files = set(re.findall(r'(?:src|href)="/static/([^"]+)"', text))
    assert files == FILES
    held = sum(len(gzip.compress(_file(name))) for name in files)
    assert len(answer.content) + held < BYTES_MAX


def test_a_page_of_somebody_signed_in_keeps_its_length_to_itself(at: str, posted: Posted) -> None:
    for address in (at, "/desk/"):
        answer = browser(posted.world.secretary).get(address, headers=ACCEPTS)
        assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, None)


def _file(name: str) -> bytes:
    with open(str(finders.find(name)), "rb") as held:  # noqa: PTH123  a finder gives a string
        return held.read()
