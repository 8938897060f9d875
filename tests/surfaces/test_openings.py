"""The page another person confirms a paper book's balances on."""

from __future__ import annotations

import re

import pytest

from surfaces.world import World, rows

pytestmark = pytest.mark.slow


def test_who_imported_sees_no_button_and_another_confirms(world: World) -> None:
    where = f"/desk/openings/{world.ours['list_id']}/"
    assert 'name="key"' not in world.client("secretary").get(where).content.decode()
    reviewer = world.client("reviewer")
    (key,) = re.findall(r'name="key" value="([^"]+)"', reviewer.get(where).content.decode())
    for _ in range(2):  # a second click
        assert reviewer.post(where, {"key": key}).status_code == 302
    assert 'name="key"' not in reviewer.get(where).content.decode()
    assert rows(
        "SELECT state, transfer_id IS NOT NULL FROM points_opening WHERE list_id = %s",
        world.ours["list_id"],
    ) == [("posted", True)]
    assert "/desk/openings/" not in reviewer.get("/desk/").content.decode()
