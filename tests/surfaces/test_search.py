"""One box over everything, and never beyond the searcher's area."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import PersonChange
from liuchi.engines.directory.rules import search_terms
from liuchi.engines.journal.scope import acting_as
from liuchi.surfaces.desk import search
from members import office
from surfaces.test_counts import queries_of
from surfaces.world import World, rows

pytestmark = pytest.mark.slow

ADDRESS = "/desk/search/"


def found(client: Client, text: str) -> dict[str, list[str]]:
    """Return the links of each group by its heading."""
    answer = client.get(ADDRESS, {"text": text})
    assert answer.status_code == 200
    page = answer.content.decode()
    groups = page.split('<section class="card">')[1:]
    return {
        re.search(r"card-title\">([^<]+)<", group).group(1): re.findall(r'href="([^"]+)"', group)
        for group in groups
    }


def person_of(world: World, *, ours: bool = True) -> tuple[object, str]:
    held = world.ours if ours else world.theirs
    return held["person_id"], str(held["name"])


@pytest.mark.parametrize("spelled", ["name", "initials", "pinyin"])
def test_a_person_is_found_by_name_initials_and_spelling(world: World, spelled: str) -> None:
    person_id, name = person_of(world)
    latin = sorted((term for term in search_terms(name) if term.isascii()), key=len)
    texts = {
        "name": name,
        "initials": next(term for term in reversed(latin) if len(term) == len(name)),
        "pinyin": latin[-1],
    }
    secretary = world.cast.secretary.actor
    with acting_as(secretary):
        wanted = {row.id for row in directory.people(secretary, text=texts[spelled], limit=6).rows}
    links = found(world.client("secretary"), texts[spelled])["居民"]
    assert {f"/desk/people/{id_}/" for id_ in wanted} <= set(links)
    if spelled == "name":
        assert f"/desk/people/{person_id}/" in links


def test_nobody_next_door_is_found(world: World) -> None:
    """Whatever is asked: their person, their household, their claims stay theirs."""
    person_id, name = person_of(world, ours=False)
    (household,) = rows(
        "SELECT label FROM directory_household WHERE id = %s", world.theirs["household_id"]
    )[0]
    for role in ("secretary", "reviewer", "recorder", "shopkeeper"):
        client = world.client(role)
        for text in (name, name[-1], str(household), "0001", "w"):
            page = client.get(ADDRESS, {"text": text}).content.decode()
            for held in ("person_id", "household_id", "claim_id"):
                assert str(world.theirs[held]) not in page, (role, text)
    theirs = found(world.client_of_theirs(), name)
    assert f"/desk/people/{person_id}/" in theirs["居民"]


def test_the_end_of_a_number_finds_whose_it_is(world: World) -> None:
    person_id, _ = person_of(world)
    secretary = world.cast.secretary.actor
    with acting_as(secretary):
        version = directory.person(secretary, person_id).version
    directory_actions.correct_person(
        person_id=person_id,
        change=PersonChange(phone="13855557391"),
        expected_version=version,
        actor=secretary,
        key="tail",
    )
    client = world.client("secretary")
    for text in ("7391", "13855557391", "138 5555 7391"):
        assert found(client, text)["居民"] == [f"/desk/people/{person_id}/"]
    page = client.get(ADDRESS, {"text": "7391"}).content.decode()
    assert ("138****7391" in page, "13855557391" in page) == (True, False)
    assert found(client, "739") == {}
    assert found(client, "7392").get("居民") is None
    with acting_as(office()) as everywhere:
        assert [row.id for row in directory.people(everywhere, text="7391").rows] == [person_id]


def test_a_rule_and_goods_are_found_by_their_titles(world: World) -> None:
    client = world.client("secretary")
    ((title, village),) = rows(
        "SELECT rule_title, village_id FROM points_claim WHERE id = %s", world.ours["claim_id"]
    )
    assert village == world.cast.village.id
    links = found(client, title[:4])["积分申报"]
    ((there,),) = rows(
        "SELECT count(*) FROM points_claim WHERE rule_title = %s AND village_id = %s",
        title,
        village,
    )
    assert len(links) == min(there, search.SHOWN)
    for link in links:
        claim_id = link.split("/")[3]
        assert rows("SELECT rule_title, village_id FROM points_claim WHERE id = %s", claim_id) == [
            (title, village)
        ]
    _, goods = world.cast.cheapest_goods()
    assert f"/desk/shop/{goods.shop_id}/" in found(client, goods.title[1:])["商品"]


def test_a_reviewer_finds_claims_and_no_roster(world: World) -> None:
    _, name = person_of(world)
    assert set(found(world.client("reviewer"), name)) <= {"积分申报", "单位"}


def test_nothing_found_says_so_and_nothing_asked_says_nothing(world: World) -> None:
    client = world.client("secretary")
    assert "没有找到" in client.get(ADDRESS, {"text": "龘龘"}).content.decode()
    assert "没有找到" not in client.get(ADDRESS).content.decode()


def test_more_than_is_shown_leads_to_the_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SHOWN", 2)
    links = found(world.client("secretary"), "w")["居民"]
    assert (len(links), links[-1]) == (3, "/desk/people/?text=w")


def test_it_costs_the_same_with_one_row_and_three(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, both = world.client("secretary"), []
    for shown in (1, 3):
        monkeypatch.setattr(search, "SHOWN", shown)
        both.append(queries_of(client, f"{ADDRESS}?text=w"))
    assert both[0] == both[1]


def test_a_resident_has_no_such_page(world: World) -> None:
    assert world.client("resident").get(ADDRESS, {"text": "w"}).status_code == 302
