"""Reporting a matter: by anybody, again and again under one key, and at the desk."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from PIL import Image

from liuchi.engines.directory import queries as directory
from matters import put_matters_in_force
from surfaces.world import World, rows

pytestmark = pytest.mark.slow

JSON = {"Accept": "application/json"}
GRID = "340871001001002"


@pytest.fixture(autouse=True)
def earlier(world: World, settings, tmp_path) -> list[UUID]:
    """Put a method for matters in force in 罗冲; return the matters there were before."""
    settings.LIUCHI_DATA_DIR = tmp_path
    put_matters_in_force(directory.area_named("罗冲社区"))
    return [case_id for (case_id,) in rows("SELECT id FROM cases_case")]


def photo() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "brown").save(file, "JPEG")
    file.seek(0)
    file.name = "lamp.jpg"
    return file


def told(client: Client, key: str, text: str = "3 栋路灯不亮", **more: Any) -> Any:
    body = {"key": key, "text": text, **more}
    return client.post(f"/v/{GRID}/report/", body, headers=JSON)


def receipt_of(answer: Any) -> str:
    (code,) = re.findall(r"/track/([0-9A-Z]{26})/", answer.json()["url"])
    return code


def counted(earlier: list[UUID]) -> tuple[int, int]:
    ((cases, told),) = rows(
        "SELECT count(DISTINCT case_id), count(*) FROM cases_report WHERE case_id <> ALL(%s)",
        earlier,
    )
    return cases, told


def test_a_draft_sent_twice_is_one_matter_and_its_receipt_leads_back(
    world: World, earlier: list[UUID]
) -> None:
    phone = world.client("anonymous")
    page = phone.get(f"/v/{GRID}/report/")
    assert page["Permissions-Policy"] == "geolocation=(self), microphone=()"
    first = told(phone, "draft-1", photos=photo())
    again = told(phone, "draft-1", photos=photo())
    assert (first.status_code, first.json()) == (200, again.json())
    assert counted(earlier) == (1, 1)
    ((grid, evidence),) = rows(
        "SELECT area.scope_code, cardinality(evidence) FROM cases_case "
        "JOIN directory_area AS area ON area.id = grid_id "
        "JOIN cases_report ON case_id = cases_case.id WHERE case_id <> ALL(%s)",
        earlier,
    )
    assert (grid, evidence) == (GRID, 1)
    other = told(phone, "draft-1", "别的事")
    assert other.status_code == 409
    shown = world.client("anonymous").get(f"/track/{receipt_of(first)}/")
    assert (shown.status_code, shown["Cache-Control"]) == (200, "private, no-store")
    assert "3 栋路灯不亮" in shown.content.decode()
    assert world.client("anonymous").get(f"/track/{'0' * 26}/").status_code == 404


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    world: World, earlier: list[UUID]
) -> None:
    phone = world.client("anonymous")
    for more, field in (({"text": " "}, "text"), ({"website": "x"}, "website")):
        answer = told(phone, "k", **{"text": "路灯不亮", **more})
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    broken = io.BytesIO(b"no picture")
    broken.name = "x.jpg"
    answer = told(phone, "k", photos=broken)
    assert (answer.status_code, answer.json()["field"]) == (422, "photos")
    assert counted(earlier) == (0, 0)


def test_a_likeness_is_shown_before_and_joined_with_one_tap(
    world: World, earlier: list[UUID]
) -> None:
    phone = world.client("anonymous")
    told(phone, "a")
    where = f"/v/{GRID}/report/"
    shown = phone.post(where, {"step": "alike", "text": "三栋的路灯不亮了"}).content.decode()
    assert "路灯" not in shown  # not a word of another's report
    (case_id,) = re.findall(r'name="join" value="([^"]+)"', shown)
    joined = told(phone, "b", "路灯还是不亮", join=case_id)
    assert counted(earlier) == (1, 2)
    page = phone.get(f"/track/{receipt_of(joined)}/").content.decode()
    assert "共有 2 人反映过这件事" in page
    other = phone.post(where, {"step": "alike", "text": "楼道有人堆放家具"}).content.decode()
    assert 'name="join"' not in other


def test_a_complaint_about_the_community_goes_above_it(world: World, earlier: list[UUID]) -> None:
    told(world.client("anonymous"), "c", "窗口没有人", type_code="office")
    ((village, scope, photo_scope),) = rows(
        "SELECT village_id, scope_code, (SELECT scope_code FROM directory_area "
        "WHERE id = about_id) FROM cases_case WHERE id <> ALL(%s)",
        earlier,
    )
    assert (village, photo_scope.startswith(scope), scope != photo_scope) == (None, True, True)


def test_a_floods_source_is_told_to_wait(world: World) -> None:
    phone = world.client("anonymous")
    answers = [told(phone, f"f{n}", f"第 {n} 件事情") for n in range(11)]
    assert [each.status_code for each in answers] == [200] * 10 + [429]
    assert 3_500 < int(answers[-1]["Retry-After"]) <= 3_601
    page = phone.post(f"/v/{GRID}/report/", {"key": "f12", "text": "再写一件", "place": "东门"})
    assert (page.status_code, "Retry-After" in page) == (429, True)
    assert ("再写一件" in page.content.decode(), "东门" in page.content.decode()) == (True, True)


def test_what_is_asked_about_a_type_is_answered_or_shown_again(
    world: World, earlier: list[UUID]
) -> None:
    phone = world.client("anonymous")
    page = phone.get(f"/v/{GRID}/report/").content.decode()
    assert ('data-asked-of="pile" hidden' in page, "企业诉求" in page) == (True, False)
    answer = told(phone, "q", type_code="pile", **{"answer-pile-floor": "三"})
    assert (answer.status_code, answer.json()["field"]) == (422, "answer-pile-floor")
    body = {"key": "q", "text": "楼道堆物", "type_code": "pile", "answer-pile-blocks": "yes"}
    shown = phone.post(f"/v/{GRID}/report/", body)
    assert shown.status_code == 422
    html = shown.content.decode()
    assert ('data-asked-of="pile">' in html, "请回答这一项。" in html) == (True, True)
    assert 'value="yes" checked' in html
    assert phone.post(f"/v/{GRID}/report/", body | {"answer-pile-floor": "3"}).status_code == 302
    kept = "SELECT answers FROM cases_report WHERE case_id <> ALL(%s)"
    assert [json.loads(each) for (each,) in rows(kept, earlier)] == [{"floor": "3", "blocks": True}]
    desk = world.client("secretary")
    raised = {"key": "v", "text-1": "楼道堆物", "type_code-1": "pile", "agreed-1": "yes"}
    refused = desk.post("/desk/visit/", raised)
    assert (refused.status_code, "请回答这一项。" in refused.content.decode()) == (422, True)
    desk.post("/desk/visit/", raised | {"m1-answer-pile-floor": "5"})
    assert counted(earlier) == (2, 2)
    body = {
        "area_id": str(directory.area_named("罗冲社区").id),
        "type_code": "pile",
        "channel": "call",
    }
    for answers, status in (({"floor": 4, "x": "?"}, 422), ({"floor": 4}, 201)):
        sent = desk.post(
            "/api/v1/cases",
            body | {"text": "电话", "answers": answers},
            content_type="application/json",
            headers={"Idempotency-Key": "asked-by-rest"},
        )
        assert sent.status_code == status, sent.content
    assert counted(earlier) == (3, 3)


def test_an_enterprise_reports_by_its_own_code(world: World, earlier: list[UUID]) -> None:
    phone = world.client("anonymous")
    made = phone.get(f"/v/{GRID}/enterprise/code/?name=示例包装厂").content.decode()
    assert "<svg" in made
    page = phone.get(f"/v/{GRID}/enterprise/?name=示例包装厂").content.decode()
    assert ('value="示例包装厂"' in page, "暴露垃圾" in page) == (True, True)
    where = f"/v/{GRID}/enterprise/"
    body = {"key": "e", "organization": "示例包装厂", "text": "门前路坏了", "type_code": "firm"}
    refused = phone.post(where, body)
    assert (refused.status_code, "请留联系人和电话" in refused.content.decode()) == (422, True)
    assert phone.post(where, body | {"contact": "王工 13800000000"}).status_code == 302
    made = rows(
        "SELECT channel, organization IS NOT NULL, contact IS NOT NULL FROM cases_report "
        "JOIN cases_reporter ON report_id = id WHERE case_id <> ALL(%s)",
        earlier,
    )
    assert made == [("enterprise", True, True)]


def test_a_resident_finds_own_reports_and_may_stay_unnamed(world: World) -> None:
    resident = world.client("resident")
    named = "SELECT report_id FROM cases_reporter WHERE user_id IS NOT NULL"
    before = {str(report_id) for (report_id,) in rows(named)}
    told(resident, "r1")
    told(resident, "r2", "楼道堆物", unnamed="yes")
    assert len(rows(named)) == len(before) + 1
    page = resident.get("/me/reports/").content.decode()
    (report_id,) = set(re.findall(r"/me/reports/([0-9a-f-]{36})/", page)) - before
    assert resident.get(f"/me/reports/{report_id}/").status_code == 200
    assert world.client("secretary").get(f"/me/reports/{report_id}/").status_code == 404
    assert world.client("anonymous").get("/me/reports/").status_code == 302


def test_a_question_is_answered_by_receipt_and_signed_in(world: World) -> None:
    resident, stranger, desk = (
        world.client(name) for name in ("resident", "anonymous", "secretary")
    )
    told(resident, "asked-later", "楼道堆物")
    report_id, case_id = last_told("楼道堆物")
    ask(desk, case_id)
    assert "有问题等您回答" in resident.get("/me/reports/").content.decode()
    page = f"/me/reports/{report_id}/"
    assert "哪一户门前？" in resident.get(page).content.decode()
    silent = resident.post(page, {"key": "silent", "step": "answer", "text": ""})
    assert (silent.status_code, "请写您的回答" in silent.content.decode()) == (422, True)
    answer = {"key": "answer", "step": "answer", "text": "三楼东户"}
    for _ in range(2):  # a second click
        sent = resident.post(page, {**answer, "photos": photo()})
        assert (sent.status_code, sent.url) == (302, page)
    late = resident.post(page, {**answer, "key": "another-tab"})
    assert (late.status_code, "已经回答过" in late.content.decode()) == (403, True)
    assert "有问题等您回答" not in resident.get("/me/reports/").content.decode()
    seen = desk.get(f"/desk/cases/{case_id}/").content.decode()
    assert (seen.count("上报人回答"), seen.count("三楼东户")) == (1, 1)
    ((kept,),) = rows("SELECT evidence FROM cases_step WHERE report_id = %s", report_id)
    (document_id,) = kept
    assert desk.get(f"/desk/cases/{case_id}/photos/{document_id}/").status_code == 200

    code = receipt_of(told(stranger, "no-name", "井盖响"))
    ask(desk, last_told("井盖响")[1])
    answered = stranger.post(f"/track/{code}/", {"key": "by-code", "step": "answer", "text": "是"})
    assert (answered.status_code, answered.url) == (302, f"/track/{code}/")
    assert "您的回答" in stranger.get(f"/track/{code}/").content.decode()


def last_told(text: str) -> tuple[UUID, UUID]:
    """Return the report that says something, and its case."""
    (found,) = rows("SELECT id, case_id FROM cases_report WHERE text = %s", text)
    return found


def ask(desk: Client, case_id: UUID) -> None:
    """Ask whoever reported, from the page of the case."""
    address = f"/desk/cases/{case_id}/"
    html = desk.get(address).content.decode()
    (version,) = set(re.findall(r'name="version" value="(\d+)"', html))
    asked = {"key": f"ask-{case_id}", "version": version, "step": "note", "to_reporter": "on"}
    sent = desk.post(address, {**asked, "opinion": "哪一户门前？"})
    assert sent.status_code == 302, sent.content.decode()[:2000]


def test_the_desk_takes_a_call_in_and_a_visit_of_several_matters(
    world: World, earlier: list[UUID]
) -> None:
    desk = world.client("secretary")
    taken = desk.post(
        "/desk/report/",
        {"key": "call", "text": "来电说路灯不亮", "channel": "call", "contact": "13800000000"},
    )
    assert taken.status_code == 302
    assert "data-code" in desk.get(taken["Location"]).content.decode()
    raised = {
        "key": "visit",
        "text-1": "楼道堆物",
        "agreed-1": "yes",
        "text-2": "水管漏水",
        "type_code-2": "env-rubbish",
    }
    refused = desk.post("/desk/visit/", raised)
    assert refused.status_code == 422
    assert "水管漏水" in refused.content.decode()  # nothing typed is lost
    assert counted(earlier) == (1, 1)
    for _ in range(2):  # a second click
        sent = desk.post("/desk/visit/", {**raised, "agreed-2": "yes"}, headers=JSON)
        assert json.loads(sent.content)["url"].count(".") == 1
    assert counted(earlier) == (3, 3)
    made = rows(
        "SELECT channel, count(*), count(longitude) FROM cases_case WHERE id <> ALL(%s) "
        "GROUP BY 1 ORDER BY 1",
        earlier,
    )
    assert made == [("call", 1, 0), ("visit", 2, 0)]
