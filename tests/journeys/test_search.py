"""The box over everything, by keyboard: a slash, three letters, and there is the person."""

from __future__ import annotations

import pytest

from journeys.conftest import Site
from journeys.test_journey import sign_in
from liuchi.engines.directory.rules import search_terms
from members import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_slash_and_initials_find_a_person(site: Site, cast: Cast) -> None:
    name = cast.resident.name
    initials = max(
        (term for term in search_terms(name) if term.isascii() and len(term) == len(name)),
        key=lambda term: sum(letter not in "aeiou" for letter in term),
    )
    eyes = sign_in(site, cast.secretary)
    eyes.open("/desk/search/")
    eyes.page.locator("h1").click()
    eyes.page.keyboard.press("/")
    eyes.page.keyboard.type(name)
    link = eyes.page.locator(f'#found a[href="/desk/people/{cast.resident.person_id}/"]')
    link.wait_for()
    eyes.look()
    eyes.follow(link)
    assert name in eyes.text()
    eyes.open(f"/desk/search/?text={initials}")
    assert eyes.page.locator("#found .l-todo li").count() > 0
