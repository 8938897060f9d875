"""Grades and cards on their pages: the public list, an objection, the desk, a printed card."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from liuchi.engines.points.queries import cards
from surfaces.filled import as_shown
from surfaces.world import World, rows

pytestmark = pytest.mark.slow


def test_anybody_reads_the_list_objects_and_comes_back_by_the_receipt(world: World) -> None:
    client = world.client("anonymous")
    base = f"/v/{world.neighbours.village.code}/grades/"
    found = re.search(rf'href="({base}[^"]+)"', client.get(base).content.decode())
    assert found is not None
    listed = client.get(found[1]).content.decode()
    assert world.theirs["name"] not in listed
    address = f"{found[1]}object/"
    fields = as_shown(client.get(address).content.decode())
    answer = client.post(address, {**fields, "place": "1", "text": "这一项的日期不对"})
    assert answer.status_code == 302
    assert "这一项的日期不对" in client.get(answer["Location"]).content.decode()


def test_a_card_is_read_by_its_number_and_says_no_name(world: World) -> None:
    client = world.client("anonymous")
    ((number, token, name),) = rows(
        "SELECT card.number, card.token, person.name FROM points_card AS card "
        "JOIN directory_person AS person ON person.id = card.person_id "
        "WHERE card.token = %s",
        world.theirs["token"],
    )
    page = client.get("/card/check/").content.decode()
    answer = client.post("/card/check/", {**as_shown(page), "text": number}).content.decode()
    assert 'data-state="valid"' in answer
    assert name not in answer
    held = json.loads(client.get("/card/check/list/").content)
    assert json.loads(held["text"])["refused"] == []
    assert cards.read(token, date(2022, 7, 4)).state in {"valid", "expired"}
    assert world.client("resident").get(f"/card/{token}/").status_code == 404
