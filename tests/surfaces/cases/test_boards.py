"""The board and the page of a case: what waits for whom, and what they may do about it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liuchi.engines.cases.enums import CaseState
from liuchi.surfaces.components import pager, reports
from members import photo
from surfaces.cases.pages import browser, offers, page, send
from surfaces.lists import read, taken

pytestmark = pytest.mark.slow
STATEMENTS_MOST = 24


def photo_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("seen.jpg", photo(), "image/jpeg")


def waits(actor: Any) -> list[tuple[str, str]]:
    """Return the tabs somebody has, with what waits in each."""
    html = page(browser(actor), "/desk/cases/?tab=all")
    tabs = re.search(r'<ul class="l-tabs">(.*?)</ul>', html, re.DOTALL)
    assert tabs is not None
    found = re.findall(r"<a [^>]*>(\w+)(?: <span[^>]*>(\d+)</span>)?</a>", tabs[1])
    return [(title, count) for title, count in found]


def test_each_has_the_tabs_of_their_work_with_what_waits(world) -> None:
    world.filed()
    world.dispatched()
    world.finished()
    assert waits(world.dispatcher) == [("待立案", "0"), ("待派遣", "1"), ("全部", "")]
    assert waits(world.cleaner) == [("待处置", "1"), ("全部", "")]
    assert waits(world.checker) == [("待核查", "1"), ("全部", "")]
    assert waits(world.roadman) == [("待处置", "0"), ("全部", "")]
    assert [title for title, _count in waits(world.clerk)] == [
        "待立案", "待派遣", "待核查", "待审批", "全部",
    ]  # fmt: skip


def test_a_case_goes_through_its_whole_life_on_its_page(world) -> None:
    case_id = world.filed()
    dispatcher, cleaner, checker = map(browser, (world.dispatcher, world.cleaner, world.checker))
    assert offers(dispatcher, case_id) == [
        "dispatch", "note", "ask_time", "refer", "split", "merge", "withdraw",
    ]  # fmt: skip
    assert send(dispatcher, case_id, "dispatch", unit_id=str(world.cleaners)).status_code == 302
    assert offers(cleaner, case_id) == [
        "accept", "finish", "return", "note", "ask_time", "appeal",
    ]  # fmt: skip
    assert send(cleaner, case_id, "accept").status_code == 302
    assert send(cleaner, case_id, "finish", opinion="已清理").status_code == 302
    assert offers(checker, case_id) == ["close", "send_back", "check", "note", "ask_time"]
    assert send(checker, case_id, "close", outcome="basically_done").status_code == 302
    assert world.now(case_id).row.state is CaseState.CLOSED
    assert world.now(case_id).row.basically_done
    html = page(checker, f"/desk/cases/{case_id}/")
    assert [each for each in ("基本完成", "已清理") if each in html] == ["基本完成", "已清理"]


def test_a_reason_is_asked_and_what_was_typed_stays(world) -> None:
    case_id = world.dispatched()
    cleaner = browser(world.cleaner)
    answer = send(cleaner, case_id, "return", opinion="不是我们的路段")
    assert answer.status_code == 422
    assert "请选择原因。" in answer.content.decode()
    assert "不是我们的路段" in answer.content.decode()
    assert send(cleaner, case_id, "return", reason_code="not-ours").status_code == 302
    assert world.now(case_id).row.returned == 1


def test_what_went_on_meanwhile_is_said_and_nothing_is_lost(world) -> None:
    case_id = world.dispatched()
    cleaner = browser(world.cleaner)
    html = page(cleaner, f"/desk/cases/{case_id}/")
    (version,) = set(re.findall(r'name="version" value="(\d+)"', html))
    world.accept(case_id, world.second_cleaner)
    body = {"step": "finish", "key": "late", "version": version, "opinion": "清了一半"}
    answer = cleaner.post(f"/desk/cases/{case_id}/", body)
    assert answer.status_code == 409
    assert "清了一半" in answer.content.decode()


def test_time_is_asked_for_by_one_and_given_by_another(world) -> None:
    case_id = world.dispatched()
    asked = {"kind": "extension", "amount": "4", "unit": "work hours", "opinion": "等零件"}
    assert send(browser(world.cleaner), case_id, "ask_time", **asked).status_code == 302
    due = world.now(case_id).row.due_at
    clerk = browser(world.clerk)
    assert page(clerk, "/desk/cases/?tab=decide").count("<tr data-row=") == 1
    assert offers(clerk, case_id)[0] == "decide_time"
    assert "等零件" in page(clerk, f"/desk/cases/{case_id}/")
    assert send(clerk, case_id, "decide_time", outcome="agree").status_code == 302
    assert world.now(case_id).row.due_at == due + timedelta(hours=18)


def test_a_limit_is_shown_with_its_reason(world) -> None:
    case_id = world.dispatched()
    html = page(browser(world.cleaner), f"/desk/cases/{case_id}/")
    assert "处置时限 4个工作时：3月2日 09:00 起，当天 15:00 到期" in html
    assert "还剩4小时" in html


def test_the_dispatcher_sends_many_and_hears_of_what_stayed(world) -> None:
    first, second, third = world.filed(), world.filed(), world.filed()
    world.dispatch(third)
    dispatcher = browser(world.dispatcher)
    html = page(dispatcher, "/desk/cases/dispatch/")
    marked = re.findall(r'name="case" value="([0-9a-f-]+:\d+)"', html)
    assert {each.split(":")[0] for each in marked} == {str(first), str(second)}
    body = {"key": "many", "case": marked, f"unit-{first}": str(world.cleaners)}
    answer = dispatcher.post("/desk/cases/dispatch/", body)
    assert answer.status_code == 409
    assert "请选择承办单位。" in answer.content.decode()
    states = [world.now(each).row.state for each in (first, second)]
    assert states == [CaseState.DISPATCHED, CaseState.FILED]


def test_a_community_does_not_see_what_is_said_about_it(world) -> None:
    """It goes to the town; once a unit has it, still not the community that it is about."""
    case_id = world.filed(type_code="09", condition_code="", text="窗口没有人")
    secretary = browser(world.secretary)
    page(secretary, f"/desk/cases/{case_id}/", status=404)
    assert "窗口没有人" not in page(secretary, "/desk/cases/?tab=all")
    clerk = browser(world.clerk)
    assert "窗口没有人" in page(clerk, "/desk/cases/?tab=all")
    assert send(clerk, case_id, "verify").status_code == 302
    assert send(clerk, case_id, "file", kind="09|").status_code == 302
    world.dispatch(case_id)
    page(secretary, f"/desk/cases/{case_id}/", status=404)
    page(browser(world.cleaner), f"/desk/cases/{case_id}/")


def test_a_contact_is_opened_by_who_may_and_each_look_is_kept(world) -> None:
    receipt = world.report(contact="13855560001")
    case_id, report_id = world.case_of(receipt), receipt.report_id
    world.dispatch(case_id)
    address = f"/desk/cases/{case_id}/contact/{report_id}/"
    cleaner, clerk = browser(world.cleaner), browser(world.clerk)
    assert cleaner.post(address, {"key": "look"}).status_code == 403
    assert report_id.hex not in page(cleaner, f"/desk/cases/{case_id}/").replace("-", "")
    assert "13855560001" not in page(clerk, f"/desk/cases/{case_id}/") + page(clerk, address)
    assert "13855560001" in clerk.post(address, {"key": "look"}).content.decode()
    assert "没有人查看过" not in page(clerk, address)
    other = world.filed()
    page(clerk, f"/desk/cases/{other}/contact/{report_id}/", status=404)
    wrong = clerk.post(f"/desk/cases/{other}/contact/{report_id}/", {"key": "again"})
    assert (wrong.status_code, "13855560001" in wrong.content.decode()) == (404, False)


def test_a_unit_sees_the_photos_of_its_case_and_nobody_elses(world) -> None:
    photos = reports.keep_photos([photo_file()], world.village.id, "seen")
    case_id = world.dispatched(evidence=photos)
    address = f"/desk/cases/{case_id}/photos/{photos[0]}/"
    assert browser(world.cleaner).get(address).headers["Content-Type"] == "image/jpeg"
    assert browser(world.roadman).get(address).status_code == 404
    other = world.dispatched()
    assert browser(world.cleaner).get(address.replace(str(case_id), str(other))).status_code == 404


def test_filters_narrow_the_list_and_its_sheet(world) -> None:
    rubbish, road = world.filed(), world.filed(type_code="0102", condition_code="")
    clerk = browser(world.clerk)
    for query, expected in (
        ("type=0102", {road}),
        ("urgent=1", {road}),
        (f"at={world.other.id}", set()),
        (f"at={world.village.id}", {rubbish, road}),
        ("state=closed", set()),
    ):
        html = page(clerk, f"/desk/cases/?tab=all&{query}")
        assert set(re.findall(r'data-row="([0-9a-f-]+)"', html)) == set(map(str, expected)), query
    _heads, cells = read(taken(clerk.post("/desk/cases/?tab=all&type=0102", {"list": "cases"})))
    assert [row["事项"] for row in cells] == ["道路不洁"]
    assert 'id="map-data"' in page(clerk, "/desk/cases/?tab=all&map=1")


def test_today_says_what_waits_and_leads_there(world) -> None:
    world.filed()
    world.finished()
    html = page(browser(world.clerk), "/desk/")
    found = re.findall(r'<a href="(/desk/cases/[^"]*)"><span class="l-main">(\w+)<', html)
    assert found == [
        ("/desk/cases/", "今天到期的事项"),
        ("/desk/cases/dispatch/", "待派遣"),
        ("/desk/cases/?tab=check", "待核查"),
    ]


def test_parts_others_and_time_set_aside_go_through_their_forms(world) -> None:
    """Joint handling, a note to the reporter, a part split off, a duplicate merged, 挂账."""
    dispatcher, cleaner, roadman, clerk = map(
        browser, (world.dispatcher, world.cleaner, world.roadman, world.clerk)
    )
    case_id = world.filed()
    both = {"unit_id": str(world.cleaners), "with_units": [str(world.road)]}
    assert send(dispatcher, case_id, "dispatch", **both).status_code == 302
    assert send(cleaner, case_id, "accept").status_code == 302
    assert "finish" not in offers(cleaner, case_id)
    assert send(roadman, case_id, "part", opinion="路面已补").status_code == 302
    note = {"opinion": "请问是哪一天的垃圾？", "to_reporter": "on"}
    assert send(cleaner, case_id, "note", **note).status_code == 302
    split = send(dispatcher, case_id, "split", kind="0102|", opinion="路面还脏")
    assert (split.status_code, split.url.endswith("?done=split")) == (302, True)
    other = world.filed(text="同一堆垃圾")
    merged = send(dispatcher, other, "merge", address=f"http://x/desk/cases/{case_id}/")
    assert merged.status_code == 302
    assert world.now(case_id).row.reports == 2
    aside = {"kind": "suspension", "opinion": "冬天不能施工"}
    assert send(cleaner, case_id, "ask_time", **aside).status_code == 302
    assert send(clerk, case_id, "decide_time", outcome="agree").status_code == 302
    assert world.now(case_id).row.state is CaseState.SUSPENDED
    assert offers(dispatcher, case_id)[0] == "resume"
    assert send(dispatcher, case_id, "resume").status_code == 302
    html = page(clerk, f"/desk/cases/{case_id}/")
    assert [
        each for each in ("拆出", "并来", "2 人上报", "路面已补", "上报人可见") if each not in html
    ] == []


def test_a_page_costs_the_same_however_many_wait(world) -> None:
    world.filed()
    dispatcher, counted = browser(world.dispatcher), []
    for more in (0, 3):
        for _case in range(more):
            world.filed(type_code="0102", condition_code="")
        for address in ("/desk/cases/?tab=all", "/desk/cases/dispatch/"):
            page(dispatcher, address)
            with CaptureQueriesContext(connection) as captured:
                page(dispatcher, address)
            counted.append(len(captured))
    assert counted[:2] == counted[2:]
    assert max(counted) <= STATEMENTS_MOST


def test_pages_follow_one_another_by_what_is_due_first(world, monkeypatch) -> None:
    made = []
    for _case in range(3):
        made.append(str(world.filed()))
        world.clock.advance(timedelta(minutes=5))
    monkeypatch.setattr(pager, "ROWS", 1)
    dispatcher, address, seen = browser(world.dispatcher), "/desk/cases/dispatch/", []
    while address:
        html = page(dispatcher, address)
        seen += re.findall(r'name="case" value="([0-9a-f-]+):', html)
        following = re.search(r'href="([^"]+)" rel="next"', html)
        address = unescape(following[1]) if following else ""
    assert seen == made
