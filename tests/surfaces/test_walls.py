"""The address of a screen: what it answers while it hangs, and once it was taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from journeys.test_wall import released
from liuchi.engines.indicators.actions.screens import close_screen, open_screen
from liuchi.engines.indicators.queries.screens import ScreenRow
from surfaces.world import World

pytestmark = pytest.mark.slow

STATEMENTS_OF_A_POLL = 6


@pytest.fixture
def opened(world: World) -> Iterator[ScreenRow]:
    secretary = world.cast.secretary.actor
    found = open_screen(
        actor=secretary, key="walls-0001", area_id=world.cast.village.id, title="大厅"
    )
    yield found
    close_screen(actor=secretary, key="walls-back", screen_id=found.id)


def test_it_is_told_again_only_where_something_changed(world: World, opened: ScreenRow) -> None:
    client, address = Client(), f"/wall/{opened.token}/figures.json"
    first = client.get(address)
    assert first.status_code == 200
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    released(world.cast)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_what_was_taken_back_says_so(world: World, opened: ScreenRow) -> None:
    close_screen(actor=world.cast.secretary.actor, key="walls-now", screen_id=opened.id)
    page = Client().get(f"/wall/{opened.token}/")
    assert page.status_code == 410
    assert "这个大屏已经收回" in page.content.decode()
    assert "data-code" not in page.content.decode()
    english = Client(headers={"Accept-Language": "en"}).get(f"/wall/{opened.token}/")
    assert "This screen has been taken back" in english.content.decode()
    told = Client().get(f"/wall/{opened.token}/figures.json")
    assert (told.status_code, told.content) == (410, b"")
    assert Client().get(f"/wall/{'0' * 64}/").status_code == 404


def test_a_poll_costs_the_same_however_many_months_are_drawn(opened: ScreenRow) -> None:
    client, address = Client(), f"/wall/{opened.token}/figures.json"
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    assert len(captured) == STATEMENTS_OF_A_POLL


def test_a_leader_looks_and_hangs_nothing(world: World) -> None:
    leader, secretary = world.client("leader"), world.client("secretary")
    assert leader.get("/desk/screens/").status_code == 403
    assert "/desk/screens/" not in leader.get("/desk/overview/").content.decode()
    assert "/desk/screens/" in secretary.get("/desk/overview/").content.decode()
