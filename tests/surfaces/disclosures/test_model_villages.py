"""Model villages through the pages people work with, and what everybody reads of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from engines.disclosures.posted import Posted, apply_section
from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import queries
from surfaces.cases.pages import browser, page

MODELS = "/desk/disclosures/models/"
WHY = "票据和公示对得上"
_numbers = iter(range(1000))


def send(client: Client, **fields: Any) -> Any:
    return client.post(MODELS, {"key": f"model-{next(_numbers)}", **fields})


def name(posted: Posted, area_id: object, **more: str) -> Any:
    given = {"do": "name", "village": str(area_id), "since": "2026-03-01", "reason": WHY}
    return send(browser(posted.world.clerk), **(given | more))


def test_the_town_names_two_and_reads_how_many_are_left(posted: Posted) -> None:
    world, clerk = posted.world, browser(posted.world.clerk)
    empty = page(clerk, MODELS)
    assert ("定 2 个，已定 0 个" in empty, "还差 2 个" in empty, "还没有定。" in empty) == (
        True, True, True,
    )  # fmt: skip
    for _twice in range(2):
        assert name(posted, world.village.id, key="pressed-twice").status_code == 302
    shown = page(clerk, MODELS)
    assert ("还差 1 个" in shown, WHY in shown, "不评比，不排名" in shown) == (True, True, True)
    assert name(posted, world.other.id).status_code == 302
    full = page(clerk, MODELS)
    assert ("还差" in full, 'value="name"' in full, 'value="end"' in full) == (False, False, True)


def test_what_is_refused_is_said_and_nothing_typed_is_lost(posted: Posted) -> None:
    world = posted.world
    nobody = name(posted, world.village.id, reason="").content.decode()
    assert "请写明原因" in nobody
    tells = name(posted, world.village.id, reason="请问13805561234")
    assert (tells.status_code, "不要写个人信息" in tells.content.decode()) == (422, True)
    assert "请问13805561234" in tells.content.decode()
    for each in (world.village.id, world.other.id):
        name(posted, each)
    third = next(
        each.id
        for each in directory.children(world.town.id)
        if each.id not in {world.village.id, world.other.id}
    )
    late = name(posted, third, reason="我也来一个")
    text = late.content.decode()
    assert (late.status_code, "只定 2 个样板村" in text, "我也来一个" in text) == (403, True, True)
    assert set(queries.models_standing([world.village.id, world.other.id, third])) == {
        world.village.id, world.other.id,
    }  # fmt: skip


def test_it_is_marked_wherever_the_village_is_shown(posted: Posted) -> None:
    world = posted.world
    posted.released()
    clerk, anybody = browser(world.clerk), Client()
    at_desk = (
        "/desk/disclosures/map/",
        "/desk/disclosures/committees/",
        "/desk/disclosures/items/",
    )
    own = (
        f"/desk/disclosures/committees/{world.village.id}/",
        f"/desk/disclosures/items/{world.village.id}/",
    )
    public = (
        f"/v/{world.village.code}/open/",
        f"/v/{world.village.code}/watch/",
        f"/v/{world.town.code}/open/",
    )
    mark = f"{world.village.name} · 样板村"
    assert [mark in page(clerk, each) for each in at_desk] == [False, False, False]
    assert [WHY in page(anybody, each) for each in public] == [False, False, False]
    name(posted, world.village.id)
    assert [mark in page(clerk, each) for each in at_desk] == [True, True, True]
    assert [WHY in page(clerk, each) for each in own] == [True, True]
    assert [WHY in page(anybody, each) for each in public] == [True, True, True]
    assert f"样板村：</span> {world.village.name}" in page(clerk, "/desk/disclosures/map/")
    assert "公示样板村" in page(anybody, "/")
    (model,) = queries.models_standing([world.village.id]).values()
    said = send(clerk, do="end", model=str(model.id), ended_on="2026-03-02", reason="换一个村来做")
    assert said.status_code == 302, said.content.decode()
    assert [mark in page(clerk, each) for each in at_desk] == [False, False, False]
    assert [WHY in page(anybody, each) for each in public] == [False, False, False]
    assert "换一个村来做" in page(clerk, MODELS)


def test_a_town_shows_its_villages_to_everybody(posted: Posted) -> None:
    world = posted.world
    posted.released()
    shown = page(Client(), f"/v/{world.town.code}/open/")
    for each in (world.village, world.other):
        assert f'href="/v/{each.code}/open/"' in shown
    assert "临时救助" in shown


def test_a_secretary_reads_it_and_names_nothing(posted: Posted) -> None:
    world, secretary = posted.world, browser(posted.world.secretary)
    name(posted, world.village.id)
    shown = page(secretary, MODELS)
    assert (WHY in shown, "<details" in shown) == (True, False)
    sent = send(secretary, do="name", village=str(world.village.id), since="2026-03-01", reason=WHY)
    assert sent.status_code == 403
    page(browser(world.worker), MODELS, 403)
    page(Client(), MODELS, 302)


@pytest.mark.parametrize("address", [MODELS, "/desk/disclosures/map/"])
def test_a_method_without_them_says_so(posted: Posted, address: str) -> None:
    apply_section(posted.world, model_villages=None)
    shown = page(browser(posted.world.clerk), address)
    assert ("这里的工作法没有样板村" in shown) == (address == MODELS)
