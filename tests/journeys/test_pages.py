"""Every page of portal and desk, looked at in both sizes by those who may open it.

Each is opened in the size the page before it was left in, then turned to the other: half of
them are laid out first for a phone, the other half for a wide screen. The addresses come from
the same walk as in the isolation test, so that a page somebody adds is looked at as well. They
are looked at without a service worker, which changes no page: test_offline.py looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from journeys.conftest import Site
from journeys.eyes import PHONE
from liuchi.surfaces.components.access import Kind
from members import Cast
from surfaces.walk import Route, routes
from surfaces.world import World, make_world

if TYPE_CHECKING:
    from conftest import Prepare

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("site", [PHONE], indirect=True, ids=["both"]),
]

# Not pages: they answer with JSON, text or a picture.
NOT_PAGES = (
    *(
        "/api/",
        "/open311/",
        "/files/",
        "/goods-photos/",
        "/card/check/list/",
        "/health/",
        "/metrics",
    ),
    *("/static/", "/worker.js"),
)


@pytest.fixture
def world(prepare: Prepare, demo_template: str, time: object) -> Iterator[World]:
    """Two villages in which something of everything is found, as the tests of surfaces use it."""
    with prepare(demo_template, make_world) as (name, world):
        world.database = name
        yield world


@pytest.fixture
def demo_database(world: World) -> str:
    return world.database


@pytest.fixture
def cast(world: World) -> Cast:
    return world.cast


def pages() -> list[Route]:
    return [
        route
        for route in routes()
        if route.operation is None
        and not route.path.startswith(NOT_PAGES)
        # A file for the printer, Word or Excel, or a number; tests/surfaces reads it.
        and "/photos/" not in route.path
        and not route.path.endswith(("/print/", "/word/", "/template/", "/table/", "/progress/"))
        and not route.path.endswith((".atom", ".csv", ".json", ".jsonld", ".pdf"))
    ]


def test_pages_anybody_may_open(site: Site, cast: Cast) -> None:
    eyes = site.window(worker=False)
    for route in pages():
        if route.access is not None and route.access.kind is Kind.PUBLIC:
            eyes.open(route.fill(cast.own_values(route)))
            eyes.turn()


@pytest.mark.parametrize("who", ["resident", "secretary"])
def test_pages_of_the_signed_in(site: Site, cast: Cast, who: str) -> None:
    member = getattr(cast, who)
    eyes = site.signed_in(member.user_id, worker=False)
    for route in pages():
        if route.access is None or route.access.kind is Kind.PUBLIC:
            continue
        verb = route.access.verb
        if verb and not member.actor.may(verb).allowed:
            continue
        if route.path.startswith("/me/") is not (who == "resident"):
            continue
        eyes.open(route.fill(cast.own_values(route)))
        eyes.turn()


def test_pages_in_english(site: Site, cast: Cast) -> None:
    eyes = site.window(language="en-GB", worker=False)
    for address in ("/", f"/v/{cast.village.code}/", "/sign-in/"):
        eyes.open(address)
        eyes.turn()
        assert eyes.page.locator("html").get_attribute("lang") == "en"


def test_what_is_not_there_says_so(site: Site) -> None:
    eyes = site.window(worker=False)
    for address in ("/desk/nowhere/", "/v/000000000000/"):
        eyes.open(address, status=404)
        eyes.turn()


@pytest.mark.parametrize("theme", ["dark", "bright"])
def test_pages_in_a_dark_hall_and_in_the_sun(site: Site, cast: Cast, theme: str) -> None:
    """Axe measures every text against its ground, also in the colours few people choose."""
    eyes = site.signed_in(cast.secretary.user_id, worker=False)
    eyes.page.context.add_cookies([{"name": "liuchi_theme", "value": theme, "url": site.address}])
    code, shop_id = cast.village.code, cast.cheapest_goods()[0].id
    for address in (
        *(f"/v/{code}/", f"/v/{code}/rules/", f"/v/{code}/notices/", "/language/"),
        *("/desk/", "/desk/overview/", "/desk/burden/", "/desk/claims/", "/desk/people/"),
        "/desk/record/",
        *(f"/desk/shop/{shop_id}/", f"/desk/claims/{cast.own_claim}/"),
    ):
        eyes.open(address)
        eyes.turn()
        assert eyes.page.locator("html").get_attribute("data-theme") == theme
