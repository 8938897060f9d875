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


def test_a_resident_types_a_pin_at_the_desk_and_no_page_shows_it(world: World) -> None:
    client, address = world.client("shopkeeper"), f"/desk/people/{world.ours['person_id']}/pin/"
    fresh = as_shown(client.get(address).content.decode())
    differs = client.post(address, {**fresh, "pin": "482915", "again": "482916"})
    plain = client.post(address, {**fresh, "pin": "123456", "again": "123456"})
    sent = client.post(address, {**fresh, "pin": "482915", "again": "482915"})
    after = client.get(sent.headers["Location"]).content.decode()
    pages = [differs.content.decode(), plain.content.decode(), after]
    assert [differs.status_code, plain.status_code, sent.status_code] == [422, 403, 302]
    assert [text in page for page, text in zip(
        pages, ("两次输入的不一样。", "这个密码太容易猜，请换一个。", "密码已设好"), strict=True
    )] == [True] * 3  # fmt: skip
    assert [page.count(pin) for page in pages for pin in ("482915", "123456")] == [0] * 6
    other = f"/desk/people/{world.theirs['person_id']}/pin/"
    assert [client.get(other).status_code, world.client("reviewer").get(address).status_code] == [
        404,
        403,
    ]
