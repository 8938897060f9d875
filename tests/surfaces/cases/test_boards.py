"""The board and the page of a case: what waits for whom, and what they may do about it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from liuchi.engines.cases.enums import CaseState
from surfaces.cases.pages import browser, offers, page, send

pytestmark = pytest.mark.slow


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
