"""What is read by Open311: as the specification has it, and no more than everybody may see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree

from engines.cases.world import SECTION
from liuchi.engines.cases.enums import Channel
from liuchi.kernel import clock
from liuchi.kernel.ids import new_id
from surfaces.open311 import specification
from surfaces.open311.place import get

if TYPE_CHECKING:
    from engines.cases.world import World


def checked(name: str, path: str, status: int = 200, /, **given: Any) -> Any:
    """Ask in both forms; return what the JSON says after each has passed its schema."""
    as_json, as_xml = get(f"{path}.json", **given), get(f"{path}.xml", **given)
    assert (as_json.status_code, as_xml.status_code) == (status, status)
    assert as_json["Content-Type"] == "application/json; charset=utf-8"
    assert as_xml["Content-Type"] == "text/xml; charset=utf-8"
    told = as_json.json()
    jsonschema_rs.validator_for(specification.JSON[name]).validate(told)
    document = etree.fromstring(as_xml.content)
    specification.xml_schema(name).assertValid(document)
    assert as_xml.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return told


def test_the_endpoint_describes_itself(town: World) -> None:
    told = checked("discovery", "discovery")

    assert told["endpoints"][0]["url"] == "http://testserver/open311/v2"
    assert Client().get("/open311/discovery.json").json() == told


def leaves(section: dict[str, Any]) -> list[str]:
    types = section["types"]
    above = {each.get("parent") for each in types}
    return [each["code"] for each in types if each["code"] not in above]


def test_services_are_the_leaves_of_the_type_tree(town: World) -> None:
    told = checked("services", "services", jurisdiction_id=town.village.code)

    assert [each["service_code"] for each in told] == [*leaves(SECTION), "lamp", "quarrel"]
    assert told[-2] == {
        "service_code": "lamp",
        "service_name": "路灯不亮",
        "description": "道路和小区里的公共照明",
        "metadata": True,
        "type": "realtime",
        "keywords": "照明,路灯不亮,0201",
        "group": "照明",
    }
    assert (told[0]["description"], told[0]["metadata"]) == ("市容环境 / 暴露垃圾", False)
    assert checked("services", "services") == told  # nowhere else is anything in force
    assert checked("errors", "services", 404, jurisdiction_id="999") == [
        {"code": 404, "description": "没有这个 jurisdiction_id。"}
    ]


def test_a_definition_asks_the_questions_of_the_type(town: World) -> None:
    told = checked("service_definition", "services/lamp")

    assert [(each["code"], each["datatype"], each["required"]) for each in told["attributes"]] == [
        ("pole", "text", False),
        ("lamps", "number", True),
        ("blinks", "singlevaluelist", False),
        ("kind", "singlevaluelist", False),
        ("seen", "datetime", False),
        ("harms", "multivaluelist", False),
    ]
    assert [each["order"] for each in told["attributes"]] == [1, 2, 3, 4, 5, 6]
    assert told["attributes"][2]["values"] == [
        {"key": "yes", "name": "是"},
        {"key": "no", "name": "否"},
    ]
    assert told["attributes"][3]["values"][1] == {"key": "楼道灯", "name": "楼道灯"}
    assert checked("service_definition", "services/0101")["attributes"] == []
    for code in ("none", "lights"):  # a main type is no service
        assert checked("errors", f"services/{code}", 404)[0]["code"] == 404


def test_a_request_says_where_about_and_how_far_and_no_word_of_the_report(town: World) -> None:
    case_id = town.dispatched(text="隔壁老赵家", contact="13855550000")

    (told,) = checked("service_requests", f"requests/{case_id}")

    assert told == {
        "service_request_id": str(case_id),
        "status": "open",
        "status_notes": "已派遣",
        "service_name": "暴露垃圾",
        "service_code": "0101",
        "description": "暴露垃圾（菱北办事处盛塘社区）",
        "agency_responsible": "环卫所",
        "service_notice": None,
        "requested_datetime": told["requested_datetime"],
        "updated_datetime": told["updated_datetime"],
        "expected_datetime": told["expected_datetime"],
        "address": "菱北办事处盛塘社区",
        "address_id": town.village.code,
        "zipcode": None,
        "lat": 30.51,
        "long": 117.06,
        "media_url": None,
    }
    assert told["expected_datetime"] > told["requested_datetime"]
    assert get(f"requests/{case_id}.json", lang="en").json()[0]["status_notes"] == "已派遣"


def test_what_is_not_for_everybody_reads_as_if_there_were_none(town: World) -> None:
    hidden = [
        town.case_of(
            town.report(type_code=code, condition_code="", actor=None, channel=Channel.ANONYMOUS)
        )
        for code in ("09", "quarrel")
    ]

    assert checked("service_requests", "requests") == []
    named = ",".join(map(str, hidden))
    assert checked("service_requests", "requests", service_request_id=named) == []
    for case_id in (*hidden, new_id(), "none"):
        assert checked("errors", f"requests/{case_id}", 404)[0]["code"] == 404
        assert checked("errors", f"tokens/{case_id}", 404)[0]["code"] == 404


def test_filters_narrow_and_ids_override_them(town: World) -> None:
    first, second, done = (
        town.filed(),
        town.filed(type_code="0102", condition_code=""),
        town.closed(),
    )
    town.clock.advance(timedelta(days=100))
    recent = town.filed(area_id=town.other.id, actor=town.clerk)

    def ids(**given: Any) -> list[str]:
        return [each["service_request_id"] for each in get("requests.json", **given).json()]

    def named(*cases: Any) -> list[str]:
        return [str(each) for each in cases]

    old = (clock.now() - timedelta(days=101)).isoformat()
    assert ids() == named(recent)  # of the last 90 days
    assert ids(start_date=old) == named(done, second, first)
    assert ids(start_date=old, status="closed") == named(done)
    assert ids(start_date=old, status="open,closed") == named(done, second, first)
    assert ids(start_date=old, service_code="0102,lamp") == named(second)
    assert ids(start_date=old, page_size="2") == named(done, second)
    assert ids(start_date=old, page_size="2", page="2") == named(first)
    assert ids(service_request_id=f"{first},{recent}", status="closed") == named(recent, first)
    assert ids(jurisdiction_id=town.village.code) == []
    assert ids(jurisdiction_id=town.other.code) == named(recent)
    assert ids(end_date=clock.now().isoformat()) == named(recent)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start_date": "2026-01-01", "end_date": "2026-06-01"}, "相隔不能超过 90 天"),
        ({"start_date": "2026-02-02", "end_date": "2026-02-01"}, "不能晚于"),
        ({"start_date": "yesterday"}, "W3C"),
        ({"end_date": "0001-01-01T00:00:00Z"}, "W3C"),
        ({"status": "asleep"}, "open 或 closed"),
        ({"page": "0"}, "page 应为"),
        ({"page_size": "1001"}, "page_size 应为"),
        ({"page": "100", "page_size": "1000"}, "翻得太远"),
    ],
)
def test_what_cannot_be_meant_is_an_error_of_the_specification(
    town: World, given: dict[str, str], said: str
) -> None:
    (error,) = checked("errors", "requests", 400, **given)

    assert error["code"] == 400
    assert said in error["description"]


def test_a_token_is_a_report_and_leads_to_its_case(town: World) -> None:
    receipt = town.report()

    told = checked("token", f"tokens/{receipt.report_id}")

    assert told == [{"service_request_id": str(receipt.case_id), "token": str(receipt.report_id)}]


def test_an_address_that_leads_nowhere_answers_in_the_form_asked_for(town: World) -> None:
    assert checked("errors", "nothing", 404)[0]["code"] == 404
    assert checked("errors", "services/%0a" + "x" * 200, 404)[0]["code"] == 404
    assert etree.fromstring(get("requests.html").content).tag == "errors"
    assert get("services.json").headers["Access-Control-Allow-Origin"] == "*"


def test_a_method_an_address_does_not_take(town: World) -> None:
    response = Client(enforce_csrf_checks=True).post("/open311/v2/services.json")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json()[0]["code"] == 405


def test_a_list_costs_the_same_statements_for_one_row_and_for_three(town: World) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            get("requests.json")
            get("servicerequestupdates.json")
        return len(asked)

    town.dispatched()
    statements()  # what is kept in memory is read once
    one = statements()
    for _ in range(2):
        town.dispatched()

    assert (statements() == one, one <= 17) == (True, True)
