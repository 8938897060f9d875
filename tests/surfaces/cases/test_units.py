"""Whistles, prompt sheets and arbitration through their pages: who is offered what, what stays."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from engines.cases.world import SECTION
from liuchi.engines.cases import actions
from liuchi.engines.cases.spec import Limit
from liuchi.engines.journal import actions as journal
from liuchi.kernel.ids import new_id
from pages_read import read as read_pdf
from surfaces.cases.pages import browser, page

pytestmark = pytest.mark.slow
WITHIN = Limit.parse("2 work days")


def know_whistles(world: Any) -> None:
    journal.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": SECTION | {"whistle": {"respond_within": "4 work hours"}}},
        places=[world.town.id],
        in_force_from=date(2026, 1, 2),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )


def blow(world: Any, case_id: UUID, *units: UUID) -> str:
    """Call units from the page of a case; return the whistle's address."""
    body = {"key": str(new_id()), "units": [str(each) for each in units], "reason": "一起拆除"}
    answer = browser(world.dispatcher).post(f"/desk/cases/{case_id}/whistle/", body)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer.url.split("?")[0])


def step(client: Client, address: str, do: str, **fields: str) -> Any:
    """Send a step about the first unit that the page offers it for."""
    (form,) = (
        each
        for each in re.findall(r"<form.*?</form>", page(client, address), re.DOTALL)
        if f'value="{do}"' in each
    )
    body = dict(re.findall(r'name="(key|called_id|version|objection_id)" value="([^"]*)"', form))
    return client.post(address, body | {"do": do} | fields)


def test_what_is_wrong_is_said_and_what_was_typed_stays(world) -> None:
    know_whistles(world)
    case_id = world.filed()
    dispatcher = browser(world.dispatcher)
    answer = dispatcher.post(
        f"/desk/cases/{case_id}/whistle/", {"key": "none-chosen", "reason": "请来看看"}
    )
    html = answer.content.decode()
    assert (answer.status_code, "请来看看" in html, "请选择要吹哨的单位" in html) == (
        422,
        True,
        True,
    )
    address = blow(world, case_id, world.road)
    silent = step(browser(world.roadman), address, "object", words=" ")
    assert (silent.status_code, "请写明内容" in silent.content.decode()) == (422, True)
    assert '<details class="mt-3" open>' in silent.content.decode()
    assert page(browser(world.elsewhere), address, 404)


def test_each_is_offered_their_own_steps(world) -> None:
    know_whistles(world)
    address = blow(world, world.filed(), world.road, world.cleaners)
    offered = {}
    for name in ("dispatcher", "roadman", "secretary", "checker"):
        html = page(browser(getattr(world, name)), address)
        offered[name] = re.findall(r'data-action="([\w-]+)"', html)
    assert offered == {
        "dispatcher": ["take-back", "take-back"],
        "roadman": ["arrive", "object"],
        "secretary": [],  # the town called, and the town sees to it
        "checker": [],
    }
    roadman, dispatcher = browser(world.roadman), browser(world.dispatcher)
    assert step(roadman, address, "arrive").status_code == 302
    agreed = {"words": "拆棚子", "amount": "2", "unit": "work days"}
    assert step(dispatcher, address, "agree", **agreed).status_code == 302
    assert step(roadman, address, "finish", words="拆了").status_code == 302
    bad = step(dispatcher, address, "rate", solved="yes")
    assert (bad.status_code, "请选择是否满意" in bad.content.decode()) == (422, True)
    rated = {"solved": "yes", "satisfied": "no", "words": "来晚了"}
    assert step(dispatcher, address, "rate", **rated).status_code == 302
    assert "不满意" in page(roadman, address)


def test_what_was_not_done_goes_back_with_the_reason(world) -> None:
    know_whistles(world)
    address = blow(world, world.filed(), world.road)
    roadman, dispatcher = browser(world.roadman), browser(world.dispatcher)
    step(roadman, address, "arrive")
    step(dispatcher, address, "agree", words="拆棚子", amount="2", unit="work days")
    step(roadman, address, "finish", words="拆了一半")
    silent = step(dispatcher, address, "send_back", words="", amount="1", unit="work days")
    assert (silent.status_code, "请写明哪里没办好" in silent.content.decode()) == (422, True)
    back = step(dispatcher, address, "send_back", words="另一半没拆", amount="1", unit="work days")
    assert back.status_code == 302
    html = page(roadman, address)
    assert [words in html for words in ("第 1 次返工", "另一半没拆", "拆了一半")] == [True] * 3
    assert step(roadman, address, "finish", words="全拆了").status_code == 302


def test_who_supervises_sees_what_nobody_answers(world) -> None:
    know_whistles(world)
    blow(world, world.filed(), world.road)
    clerk = browser(world.clerk)
    assert "市政所" not in page(clerk, "/desk/whistles/?which=late")
    world.clock.advance(timedelta(days=2))
    assert "市政所" in page(clerk, "/desk/whistles/?which=late")
    today = re.findall(r'href="(/desk/whistles/[^"]*)"', page(clerk, "/desk/"))
    assert today == ["/desk/whistles/", "/desk/whistles/?which=late"]  # the door, and the line


def test_a_sheet_goes_its_way(world) -> None:
    case_id = world.dispatched()
    clerk, cleaner = browser(world.clerk), browser(world.cleaner)
    assert str(case_id) in page(clerk, "/desk/prompts/new/?all=1")
    body = {"key": str(new_id()), "cases": [str(case_id)], "days": "2", "words": "请派专人"}
    sent = clerk.post("/desk/prompts/new/?all=1", body)
    assert (sent.status_code, sent.url) == (302, "/desk/prompts/?issued=1")
    assert clerk.post("/desk/prompts/new/?all=1", body).status_code == 302  # the same again
    found = re.findall(r'href="(/desk/prompts/[0-9a-f-]{36}/)"', page(cleaner, "/desk/prompts/"))
    (address,) = set(found)
    assert page(browser(world.roadman), address, 404)
    done = [
        client.post(address, {"key": str(new_id()), "do": do, "answer": "今天清"}).status_code
        for client, do in (
            (clerk, "close"),
            (cleaner, "receive"),
            (cleaner, "answer"),
            (clerk, "close"),
        )
    ]
    assert done == [403, 302, 302, 302]
    assert "已销单" in page(clerk, address)
    printed = read_pdf(cleaner.get(f"{address}print/").content).pages
    assert (len(printed), "请派专人" in printed[0].extract_text()) == (1, True)


def test_who_decides_gives_it_to_one_unit(world) -> None:
    case_id = world.dispatched()
    for _ in range(2):
        actions.return_case(
            actor=world.cleaner, key=world.key(), case_id=case_id, reason_code="not-ours"
        )
        if world.now(case_id).row.returned == 1:
            world.dispatch(case_id)
    clerk = browser(world.clerk)
    (address,) = set(
        re.findall(r'href="(/desk/arbitrations/[0-9a-f-]+/)"', page(clerk, "/desk/arbitrations/"))
    )
    assert address in page(clerk, f"/desk/cases/{case_id}/")
    (version,) = re.findall(r'name="version" value="(\d+)"', page(clerk, address))
    body = {"key": str(new_id()), "version": version, "unit_id": str(world.road)}
    assert clerk.post(address, body).status_code == 422
    assert clerk.post(address, body | {"reason": "按职责归市政"}).status_code == 302
    assert world.now(case_id).row.unit_id == world.road
    assert "裁定由市政所承办" in page(browser(world.roadman), f"/desk/cases/{case_id}/")
    assert page(browser(world.dispatcher), "/desk/arbitrations/", 403)


def test_lists_cost_the_same_however_long(world) -> None:
    know_whistles(world)
    dispatcher, counted = browser(world.dispatcher), []
    for more in (1, 2):
        for _case in range(more):
            case_id = world.dispatched()
            blow(world, case_id, world.road)
            actions.issue_prompt(
                case_id=case_id,
                reply_within=WITHIN,
                actor=world.clerk,
                key=world.key(),
            )
        for address in ("/desk/whistles/", "/desk/prompts/", "/desk/"):
            page(dispatcher, address)
            with CaptureQueriesContext(connection) as captured:
                page(dispatcher, address)
            counted.append(len(captured))
    assert counted[:3] == counted[3:]
