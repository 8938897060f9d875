"""Keeping contact: one tap, matters only where the household agrees, linking at the desk."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from liuchi.engines.directory import actions as directory_actions
from liuchi.kernel import clock
from surfaces.world import World, rows

pytestmark = pytest.mark.slow


def visits_of(link_id: UUID | str) -> list[tuple[Any, ...]]:
    return rows(
        'SELECT "on", way, by_another, (SELECT count(*) FROM visits_raised '
        "WHERE visit_id = visits_visit.id) FROM visits_visit WHERE link_id = %s "
        "ORDER BY recorded_at, id",
        link_id,
    )


def test_a_members_patrol_is_one_tap_and_counts_once(world: World) -> None:
    member, link_id = world.client("resident"), world.cast.own_link
    page = member.get("/me/contacts/").content.decode()
    assert page.count("今天巡过了") == 1
    said = {"key": "tap", "on": clock.today().isoformat()}
    for _ in range(2):
        answer = member.post(f"/me/contacts/{link_id}/", said)
        assert (answer.status_code, answer["Location"]) == (302, f"/me/contacts/?done={link_id}")
    assert visits_of(link_id) == [(clock.today(), "patrol", False, 0)]
    late = member.post(f"/me/contacts/{link_id}/", said | {"key": "late", "on": "2022-07-09"})
    assert late.status_code == 403
    assert "还没到这一天" in late.content.decode()


def test_a_matter_is_raised_only_where_the_household_agrees(world: World) -> None:
    ((link_id, before),) = rows(
        "SELECT link.id, (SELECT count(*) FROM visits_visit WHERE link_id = link.id) "
        "FROM visits_link AS link WHERE duty = 'link' AND starts_with(scope_code, %s) "
        "ORDER BY label LIMIT 1",
        world.cast.village.scope_code,
    )
    desk, told = world.client("secretary"), rows("SELECT count(*) FROM cases_report")
    said = {
        "key": "talk",
        "on": clock.today().isoformat(),
        "way": "phone",
        "text": "楼下的灯一直不亮",
    }
    asked = desk.post(f"/desk/contacts/{link_id}/", said)
    assert asked.status_code == 422
    assert "楼下的灯一直不亮" in asked.content.decode()
    assert rows("SELECT count(*) FROM cases_report") == told
    for _ in range(2):
        done = desk.post(f"/desk/contacts/{link_id}/", said | {"agreed": "on"})
        assert done.status_code == 302
    assert receipts_shown(desk, done["Location"]) == receipts_in(done["Location"])
    ((now,),) = rows("SELECT count(*) FROM cases_report")
    assert now == told[0][0] + 1
    assert visits_of(link_id)[before:] == [(clock.today(), "phone", True, 1)]


def receipts_in(address: str) -> list[str]:
    """Return the codes an address hands on."""
    return [code for code in address.partition("?done=")[2].split(".") if len(code) == 26]


def receipts_shown(client: Client, address: str) -> list[str]:
    """Return the codes the page at an address shows, as whoever copies them reads them."""
    html = client.get(address).content.decode()
    return [code.replace(" ", "") for code in re.findall(r"data-receipt>([^<]+)<", html)]


def test_a_member_is_shown_the_receipts_to_hand_over(world: World) -> None:
    member, link_id = world.client("resident"), world.cast.own_link
    assert receipts_shown(member, f"/me/contacts/?done={link_id}") == []
    found = {"key": "found", "on": clock.today().isoformat(), "text": "河边堆了垃圾"}
    types = re.findall(
        r'<option value="(\w+)"', member.get(f"/me/contacts/{link_id}/").content.decode()
    )
    said = found | {"type_code": types[0]} if types else found
    done = member.post(f"/me/contacts/{link_id}/", said)
    assert done.status_code == 302
    (code,) = receipts_shown(member, done["Location"])
    assert [code] == receipts_in(done["Location"])
    assert Client().get(f"/track/{code}/").status_code == 200


def test_a_secretary_links_a_household_that_agreed(world: World) -> None:
    desk, cast = world.client("secretary"), world.cast
    person, household = world.ours["person_id"], world.ours["household_id"]
    ((label,),) = rows("SELECT label FROM directory_household WHERE id = %s", household)
    rows_before = rows("SELECT count(*) FROM visits_link")
    said = {
        "key": "pair",
        "what": "link:grid-household",
        "keeper": str(cast.member("recorder").user_id),
        "household": label,
    }
    held = rows("SELECT count(*) FROM visits_link WHERE household_id = %s", household)
    if held == [(0,)]:
        refused = desk.post("/desk/contacts/new/", said)
        assert refused.status_code == 403
        assert "还没有同意" in refused.content.decode()
        directory_actions.give_consent(
            person_id=person,
            purpose="household-link",
            playbook="lingbei-contacts",
            actor=cast.secretary.actor,
            key="agreed",
        )
        assert desk.post("/desk/contacts/new/", said).status_code == 302
        assert rows("SELECT count(*) FROM visits_link") == [(rows_before[0][0] + 1,)]
    both = desk.post("/desk/contacts/new/", said | {"key": "two", "member": "甲一"})
    assert both.status_code == 422


def test_what_was_written_down_wrongly_is_taken_back(world: World) -> None:
    member, desk, link_id = world.client("resident"), world.client("secretary"), world.cast.own_link
    address, today = f"/me/contacts/{link_id}/", clock.today().isoformat()
    for key in ("wrong", "also-wrong"):
        member.post(address, {"key": key, "on": today})
    made = [
        visit_id
        for (visit_id,) in rows(
            "SELECT id FROM visits_visit WHERE link_id = %s ORDER BY recorded_at DESC, id DESC "
            "LIMIT 2",
            link_id,
        )
    ]
    back = {"step": "take_back", "visit_id": str(made[0]), "key": "back"}
    for _ in range(2):  # a second click
        answer = member.post(address, back)
        assert (answer.status_code, answer["Location"]) == (302, f"{address}?done=taken_back")
    assert "已撤回" in member.get(answer["Location"]).content.decode()
    by_desk = {"step": "take_back", "visit_id": str(made[1]), "key": "desk"}
    silent = desk.post(f"/desk/contacts/{link_id}/", {**by_desk, "reason": ""})
    assert (silent.status_code, "请写明为什么撤回" in silent.content.decode()) == (403, True)
    assert (
        desk.post(f"/desk/contacts/{link_id}/", {**by_desk, "reason": "不是那天"}).status_code
        == 302
    )
    assert "不是那天" in desk.get(f"/desk/contacts/{link_id}/").content.decode()
    kept = rows("SELECT id, taken_back_why FROM visits_visit WHERE id = ANY(%s)", made)
    assert dict(kept) == {made[0]: "", made[1]: "不是那天"}
