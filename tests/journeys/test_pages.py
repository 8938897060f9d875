"""Every page of portal and desk, opened at both sizes by those who may open it.

The addresses come from the same walk as in the isolation test, so that a page somebody
adds is looked at as well.
"""

from __future__ import annotations

import pytest

from journeys.conftest import Site
from journeys.test_journey import sign_in
from liuchi.surfaces.components.access import Kind
from members import Cast
from surfaces.walk import Route, routes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

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


def pages() -> list[Route]:
    return [
        route
        for route in routes()
        if route.operation is None
        and not route.path.startswith(NOT_PAGES)
        # A file for the printer, Word or Excel, or a number; tests/surfaces reads it.
        and "/photos/" not in route.path
        and not route.path.endswith(("/print/", "/word/", "/template/", "/table/", "/progress/"))
    ]


def test_pages_anybody_may_open(site: Site, cast: Cast) -> None:
    eyes = site.window()
    for route in pages():
        if route.access is not None and route.access.kind is Kind.PUBLIC:
            eyes.open(route.fill(cast.own_values(route)))


@pytest.mark.parametrize("who", ["resident", "secretary"])
def test_pages_of_the_signed_in(site: Site, cast: Cast, who: str) -> None:
    member = getattr(cast, who)
    eyes = sign_in(site, member)
    for route in pages():
        if route.access is None or route.access.kind is Kind.PUBLIC:
            continue
        verb = route.access.verb
        if verb and not member.actor.may(verb).allowed:
            continue
        if route.path.startswith("/me/") is not (who == "resident"):
            continue
        eyes.open(route.fill(cast.own_values(route)))


def test_pages_in_english(site: Site, cast: Cast) -> None:
    eyes = site.window(language="en-GB")
    for address in ("/", f"/v/{cast.village.code}/", "/sign-in/"):
        eyes.open(address)
        assert eyes.page.locator("html").get_attribute("lang") == "en"


def test_what_is_not_there_says_so(site: Site) -> None:
    eyes = site.window()
    eyes.open("/desk/nowhere/", status=404)
    eyes.open("/v/000000000000/", status=404)


@pytest.mark.parametrize("theme", ["dark", "bright"])
def test_pages_in_a_dark_hall_and_in_the_sun(site: Site, cast: Cast, theme: str) -> None:
    """Axe measures every text against its ground, also in the colours few people choose."""
    eyes = sign_in(site, cast.secretary)
    eyes.page.context.add_cookies([{"name": "liuchi_theme", "value": theme, "url": site.address}])
    code, shop_id = cast.village.code, cast.cheapest_goods()[0].id
    for address in (
        *(f"/v/{code}/", f"/v/{code}/rules/", f"/v/{code}/notices/", "/language/"),
        *("/desk/", "/desk/overview/", "/desk/claims/", "/desk/people/", "/desk/record/"),
        *(f"/desk/shop/{shop_id}/", f"/desk/claims/{cast.own_claim}/"),
    ):
        eyes.open(address)
        assert eyes.page.locator("html").get_attribute("data-theme") == theme
