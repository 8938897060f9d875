"""What is pasted into a chat group fits 70 characters and names nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest
from django.test import RequestFactory, override_settings
from django.utils import translation

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.surfaces.components import group_texts
from liuchi.surfaces.components.methods import places_with_methods
from surfaces.world import ANONYMOUS, World, rows

pytestmark = pytest.mark.slow

LONG_NAME = "大龙山镇永林社区居民委员会第三居民小组"
ADDRESSES = ("", "https://liuchi.anqing-kaifaqu.example.gov.cn", "http://192.168.100.100:8000")


def every_text(world: World) -> dict[str, str]:
    """Everything that can be copied anywhere in the demo, by where it is said."""
    request = RequestFactory().get("/")
    actor = world.cast.secretary.actor
    found = {}
    for area in places_with_methods():
        for place in (area, replace(area, name=LONG_NAME)):
            for each in group_texts.of_place(request, place):
                found[f"{place.name} {each.title}"] = each.text
    with acting_as(actor):
        goods = points.goods(actor, world.ours["shop_id"])
        long = [replace(item, title="抽绳式加厚家用垃圾袋大号三卷装") for item in goods]
        empty = [replace(item, stock=0) for item in goods]
        for name, shelf in (("goods", goods), ("long goods", long), ("empty", empty)):
            found[name] = group_texts.of_goods(request, world.cast.village, shelf)
        for state in group_states():
            claim = points.claim(actor, world.ours["claim_id"])
            for title in (claim.rule_title, "为行动不便的独居老人代办水电燃气缴费和就医取药"):
                row = replace(claim, state=state, rule_title=title)
                found[f"{state} {title}"] = group_texts.of_claim(request, row)
    return found


def group_states() -> tuple[str, ...]:
    return ("proposed", "on_notice", "posted", "returned", "rejected", "withdrawn", "reversed")


def test_no_text_is_too_long_or_names_a_resident(world: World) -> None:
    names = {name for (name,) in rows("SELECT name FROM directory_person")}
    for address, language in product(ADDRESSES, ("zh-hans", "en")):
        with override_settings(LIUCHI_PUBLIC_ADDRESS=address), translation.override(language):
            texts = every_text(world)

        said = "".join(texts.values())
        assert {name: text for name, text in texts.items() if len(text) > 70} == {}
        if language == "zh-hans":  # English words beside a long address leave it out
            assert {name: text for name, text in texts.items() if "http" not in text} == {}
        assert [name for name in names if name in said] == []


def test_wordings(world: World) -> None:
    texts = every_text(world)

    assert (
        texts["罗冲社区 积分公示"]
        == "【罗冲社区】目前没有正在公示的积分。 http://testserver/g/n4cldsjop"
    )
    assert texts["罗冲社区 积分规则"] == (
        "【罗冲社区】积分规则自 4月1日 起施行，共 38 项，只加不扣。点开看： "
        "http://testserver/g/r4cldsjop"
    )
    assert texts["goods"] == (
        "【罗冲社区】信用超市有 10 种商品：食盐 2 分、食醋 4 分等。 http://testserver/g/h4cldsjop"
    )


def test_a_link_that_leaves_no_room_is_left_out() -> None:
    assert group_texts.fit(["%(a)s。", "短句。"], "https://" + "x" * 70, a="长") == "短句。"
    assert len(group_texts.fit(["长" * 99], "https://x")) == 70


def test_short_links_lead_to_their_pages(world: World) -> None:
    client = world.client(ANONYMOUS)
    leads = {}
    for text in every_text(world).values():
        (path,) = re.findall(r"http://testserver(/g/\S+)", text)
        leads[path] = client.get(path).headers["Location"]

    codes = {area.code for area in places_with_methods()}
    assert set(leads.values()) == {"/me/"} | {
        f"/v/{code}/{page}" for code in codes for page in ("", "notices/", "rules/")
    }


def test_links_to_nowhere_are_not_found(world: World) -> None:
    client = world.client(ANONYMOUS)
    wrong = ("n", "x4cldsjop", "n-340871001001x", "n4cldsjoz", "n" + "z" * 90)

    assert {client.get(f"/g/{short}").status_code for short in wrong} == {404}


def test_a_code_with_letters_is_written_as_it_is(world: World) -> None:
    area = replace(directory.area_named("罗冲社区"), code="GA-01")
    assert group_texts.link(RequestFactory().get("/"), "n", area) == "http://testserver/g/n-GA-01"
