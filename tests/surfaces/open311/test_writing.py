"""What another system sends: reports and updates, with its key, once however often."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from lxml import etree

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.cases import actions, queries
from liuchi.engines.cases.enums import CaseState
from liuchi.engines.cases.models import Guard
from liuchi.engines.cases.scope import INTAKE
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id
from members import photo
from surfaces.open311 import specification
from surfaces.open311.place import get

if TYPE_CHECKING:
    from engines.cases.world import World


@pytest.fixture
def key(town: World) -> str:
    return opened(town.town.id)


def opened(area_id: Any) -> str:
    actor = system_actor(new_id(), "accounts.client.write")
    return directory_actions.open_client(
        title="城市 App", area_id=area_id, actor=actor, key=str(new_id())
    ).key


def post(path: str, headers: dict[str, str] | None = None, /, **given: Any) -> Any:
    return Client(enforce_csrf_checks=True).post(
        f"/open311/v2/{path}", {**given}, headers=headers or {}
    )


def rubbish(town: World, key: str, **more: Any) -> dict[str, Any]:
    return {
        "api_key": key,
        "service_code": "0101",
        "jurisdiction_id": town.village.code,
        "address_string": "菜场东门",
        "description": "有一堆垃圾",
        **more,
    }


def rows(query: str) -> list[Any]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def test_a_request_becomes_a_report_and_is_read_back(town: World, key: str) -> None:
    given = rubbish(
        town, key, lat="30.5102", long="117.0601", first_name="小明", last_name="王",
        phone="13855550000", email="ming@example.org", account_id="account-7", device_id="device-1",
        media_url="https://example.org/a.jpg",
    )  # fmt: skip
    answer = post("requests.json", **given)
    (told,) = answer.json()

    jsonschema_rs.validator_for(specification.JSON["created"]).validate(answer.json())
    assert (answer.status_code, told["account_id"]) == (201, "account-7")
    assert rows("SELECT text, place, channel, entered_by_id FROM cases_report") == [
        ("有一堆垃圾\nhttps://example.org/a.jpg", "菜场东门", "system", None)
    ]
    (shown,) = get(f"requests/{told['service_request_id']}.json").json()
    assert (shown["service_code"], shown["address_id"]) == ("0101", town.village.code)
    everything = get("requests.xml").content.decode() + str(shown)
    said = ("1385555", "ming@", "小明", "一堆垃圾", "菜场", "example.org/a")
    private = (*said, "account-7", "device-1")
    assert [word for word in private if word in everything] == []
    facts = str(rows("SELECT data FROM journal_fact"))
    assert [word for word in private if word in facts] == []
    code = told["service_notice"].rstrip("/").rsplit("/", 1)[-1]
    assert str(actions.own(code=code).case_id) == told["service_request_id"]


def test_xml_is_answered_where_xml_is_asked(town: World, key: str) -> None:
    answer = post("requests.xml", **rubbish(town, key))

    specification.xml_schema("created").assertValid(etree.fromstring(answer.content))
    assert (answer.status_code, answer["Content-Type"]) == (201, "text/xml; charset=utf-8")


def test_the_same_sent_again_is_the_same_for_an_hour_at_least(town: World, key: str) -> None:
    def send(headers: dict[str, str] | None = None, **more: Any) -> str:
        (told,) = post("requests.json", headers, **rubbish(town, key, **more)).json()
        return str(told["service_request_id"])

    town.clock.advance(timedelta(minutes=59))
    first = send()
    town.clock.advance(timedelta(minutes=59))
    again, other = send(), send(device_id="another phone")
    town.clock.advance(timedelta(hours=2))
    later = send()
    keyed = [send({"Idempotency-Key": "their-17"})]
    town.clock.advance(timedelta(days=3))
    keyed.append(send({"Idempotency-Key": "their-17"}))

    assert again == first
    assert len({first, other, later, keyed[0]}) == 4
    assert keyed[0] == keyed[1]


def test_a_key_chosen_for_other_contents_is_an_error(town: World, key: str) -> None:
    headers = {"Idempotency-Key": "their-17"}
    post("requests.json", headers, **rubbish(town, key))
    other = post("requests.json", headers, **rubbish(town, key, description="另一件"))

    assert (other.status_code, other.json()[0]["code"]) == (400, 400)
    assert rows("SELECT count(*) FROM cases_case") == [(1,)]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"api_key": ""}, 403, "没有提供 api_key"),
        ({"api_key": "lc-" + "x" * 32}, 403, "不能用"),
        ({"service_code": ""}, 400, "没有提供 service_code"),
        ({"service_code": "none"}, 404, "没有这个 service_code"),
        ({"jurisdiction_id": "999"}, 404, "没有这个 jurisdiction_id"),
        ({"address_string": ""}, 400, "请给 lat/long"),
        ({"lat": "30.5", "long": ""}, 400, "WGS 84"),
        ({"lat": "91", "long": "0"}, 400, "WGS 84"),
        ({"lat": "NaN", "long": "1e999"}, 400, "WGS 84"),
        ({"address_id": "999"}, 400, "没有这个 address_id"),
        ({"description": "长" * 4001}, 400, "4000"),
        ({"media_url": "javascript:alert(1)"}, 400, "网址"),
        ({"email": "x" * 61}, 400, "60"),
    ],
)
def test_what_cannot_be_taken_is_said_as_the_specification_says(
    town: World, key: str, change: dict[str, str], status: int, said: str
) -> None:
    given = rubbish(town, key) | change
    as_json, as_xml = post("requests.json", **given), post("requests.xml", **given)

    assert (as_json.status_code, as_xml.status_code) == (status, status)
    jsonschema_rs.validator_for(specification.JSON["errors"]).validate(as_json.json())
    specification.xml_schema("errors").assertValid(etree.fromstring(as_xml.content))
    assert as_json.json()[0]["code"] == status
    assert said in as_json.json()[0]["description"]
    assert rows("SELECT count(*) FROM cases_report") == [(0,)]


def test_four_thousand_characters_and_control_characters_are_taken(town: World, key: str) -> None:
    answer = post("requests.json", **rubbish(town, key, description="长" * 4000 + "\x00\x0b"))

    assert answer.status_code == 201
    assert rows("SELECT char_length(text) FROM cases_report") == [(4000,)]


def test_a_key_reports_in_its_own_place_alone(town: World) -> None:
    village = opened(town.village.id)

    def status(**more: Any) -> int:
        return int(post("requests.json", **{**rubbish(town, village), **more}).status_code)

    assert status() == 201
    assert status(jurisdiction_id="") == 201  # the key's own community
    assert status(jurisdiction_id=town.other.code) == 403
    assert status(jurisdiction_id="", address_id=town.other.code) == 403
    assert status(jurisdiction_id="", address_id=town.village.code) == 201
    assert status(jurisdiction_id=town.village.code, address_id=town.other.code) == 400
    county = town.town.parent_id
    assert county is not None
    wide = opened(county)
    unclear = post("requests.json", **{**rubbish(town, wide), "jurisdiction_id": ""})
    assert (unclear.status_code, "哪个社区" in unclear.json()[0]["description"]) == (400, True)


def test_a_key_that_has_ended_opens_nothing(town: World, key: str) -> None:
    actor = system_actor(new_id(), "accounts.client.write")
    ((client_id,),) = rows("SELECT id FROM accounts_client")
    accounts_actions.end_client(client_id=client_id, reaches=True, actor=actor, key="end")

    assert post("requests.json", **rubbish(town, key)).status_code == 403


def test_attributes_are_the_answers(town: World, key: str) -> None:
    given = rubbish(town, key, service_code="lamp") | {
        "attribute[pole]": "A-12",
        "attribute[lamps]": "3",
        "attribute[blinks]": "yes",
        "attribute[kind]": "路灯",
        "attribute[seen]": "2026-03-01T22:00:00Z",
        "attribute[harms][]": ["出行", "其他"],
    }
    answer = post("requests.json", **given)

    assert answer.status_code == 201
    assert rows("SELECT answers::text FROM cases_report") == [
        (
            (
                '{"kind": "路灯", "pole": "A-12", "seen": "2026-03-02", "harms": ["出行", "其他"], '
                '"lamps": "3", "blinks": true}'
            ),
        )
    ]


def test_each_attribute_that_cannot_be_used_is_named(town: World, key: str) -> None:
    given = rubbish(town, key, service_code="lamp") | {
        "attribute[kind]": "火把",
        "attribute[colour]": "白",
    }
    answer = post("requests.json", **given)

    assert answer.status_code == 400
    assert [each["description"] for each in answer.json()] == [
        "attribute[lamps]: 请回答这一项。",
        "attribute[kind]: 请从列出的里面选。",
        "attribute[colour]: 这一类没有这个问题。",
    ]


def test_pictures_are_kept_with_the_report(town: World, key: str) -> None:
    picture = SimpleUploadedFile("lamp.jpg", photo(), "image/jpeg")
    sent = post("requests.json", **rubbish(town, key), media=picture)
    broken = post(
        "requests.json",
        **rubbish(town, key, description="第二件"),
        media=SimpleUploadedFile("lamp.jpg", b"no picture", "image/jpeg"),
    )

    assert (sent.status_code, broken.status_code) == (201, 400)
    assert rows("SELECT cardinality(evidence) FROM cases_report") == [(1,)]


def test_too_much_at_once_is_429_and_over_in_an_hour(town: World, key: str) -> None:
    post("requests.json", **rubbish(town, key))
    with acting_as(INTAKE):
        (source,) = Guard.objects.values_list("source", flat=True)
        at = clock.now()
        Guard.objects.bulk_create(Guard(id=new_id(), source=source, at=at) for _ in range(599))
    full = post("requests.json", **rubbish(town, key, description="又一件"))
    other = post("requests.json", **rubbish(town, opened(town.town.id)))
    town.clock.advance(timedelta(minutes=61))
    later = post("requests.json", **rubbish(town, key, description="又一件"))

    assert (full.status_code, full.json()[0]["code"]) == (429, 429)
    assert full["Retry-After"] == "3601"
    assert (other.status_code, later.status_code) == (201, 201)


def test_a_complaint_about_the_community_goes_above_it(town: World, key: str) -> None:
    answer = post("requests.json", **rubbish(town, key, service_code="09"))
    (told,) = answer.json()

    assert rows("SELECT desk_id, village_id FROM cases_case") == [(town.town.id, None)]
    assert get(f"requests/{told['service_request_id']}.json").status_code == 404


def test_an_update_is_written_down_once_and_moves_nothing(town: World, key: str) -> None:
    case_id = town.dispatched()
    given = {
        "api_key": key,
        "update_id": "u-1",
        "service_request_id": str(case_id),
        "status": "CLOSED",
        "updated_datetime": "2026-03-02T09:30:00+08:00",
        "description": "已经没有了",
    }
    first, again = (
        post("servicerequestupdates.json", **given),
        post("servicerequestupdates.xml", **given),
    )
    other = post("servicerequestupdates.json", **given | {"description": "又有了"})

    jsonschema_rs.validator_for(specification.JSON["updated"]).validate(first.json())
    specification.xml_schema("updated").assertValid(etree.fromstring(again.content))
    assert first.json()[0]["update_id"] == etree.fromstring(again.content).findtext(".//update_id")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 400)
    assert town.now(case_id).row.state is CaseState.DISPATCHED
    with acting_as(town.clerk):
        last = queries.steps(town.clerk, case_id)[-1]
    assert (last.verb, last.opinion, last.actor_name) == ("note", "已经没有了", "")
    assert str(last.id) == first.json()[0]["update_id"]
    told = get("servicerequestupdates.json").json()
    assert "已经没有了" not in str(told)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key": ""}, 403),
        ({"update_id": ""}, 400),
        ({"service_request_id": ""}, 400),
        ({"service_request_id": "none"}, 404),
        ({"description": " "}, 400),
        ({"updated_datetime": "soon"}, 400),
    ],
)
def test_an_update_that_cannot_be_taken(
    town: World, key: str, change: dict[str, str], status: int
) -> None:
    given = {
        "api_key": key,
        "update_id": "u-1",
        "service_request_id": str(town.filed()),
        "description": "还在",
    }
    answer = post("servicerequestupdates.json", **given | change)

    assert (answer.status_code, answer.json()[0]["code"]) == (status, status)


def test_an_update_of_another_place_finds_nothing(town: World) -> None:
    answer = post(
        "servicerequestupdates.json",
        api_key=opened(town.other.id),
        update_id="u-1",
        service_request_id=str(town.filed()),
        description="还在",
    )

    assert answer.status_code == 404


def test_updates_are_fetched_by_time_the_oldest_first(town: World) -> None:
    begun = clock.now()
    case_id = town.finished()
    town.clock.advance(timedelta(hours=1))
    town.close(case_id)
    town.clock.advance(timedelta(hours=1))

    answer = get("servicerequestupdates.json")
    jsonschema_rs.validator_for(specification.JSON["service_request_updates"]).validate(
        answer.json()
    )
    document = etree.fromstring(get("servicerequestupdates.xml").content)
    specification.xml_schema("service_request_updates").assertValid(document)
    assert [each["description"] for each in answer.json()] == [
        "已上报", "已立案", "已派遣", "处置中（环卫所）", "已反馈（环卫所）", "核查中", "已结案",
    ]  # fmt: skip
    assert [each["status"] for each in answer.json()] == ["open"] * 6 + ["closed"]
    since = (begun + timedelta(minutes=30)).isoformat()
    assert get("servicerequestupdates.json", start_date=since).json() == answer.json()[5:]
    paged = get("servicerequestupdates.json", page_size="2", page="2").json()
    assert paged == answer.json()[2:4]
