"""Clients that others wrote for Open311, over HTTP: they know nothing of this house."""

from __future__ import annotations

import itertools
import threading
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from georeport import GeoReport

from liuchi.engines.directory import actions as directory_actions
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id

if TYPE_CHECKING:
    from engines.cases.world import World


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  its own name
        del format, args


@pytest.fixture
def address(town: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)

    def serve() -> None:
        server.serve_forever(poll_interval=0.05)
        connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/open311/v2"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def three_of(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the client ``three``, whose import of Python 2's ``ifilter`` is repaired."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it stands on is as old
        return import_module("three.core").Three


@pytest.mark.parametrize("form", ["xml", "json"])
def test_georeport_reads_services_a_definition_requests_and_one(
    town: World, address: str, form: str
) -> None:
    first, second = town.dispatched(), town.filed()
    client = GeoReport(address, jurisdiction=town.village.code, output_format=form)

    services = client.get_service_list()
    asked = client.get_service_definition("lamp")["attributes"]
    attributes = asked["attribute"] if form == "xml" else asked
    requests = client.get_service_requests(status="open")
    one = client.get_service_request(str(first))

    groups = {each["service_code"]: each["group"] for each in services}
    assert {code: groups[code] for code in ("0101", "09", "lamp", "quarrel")} == {
        "0101": "市容环境", "09": "社区作风", "lamp": "照明", "quarrel": "家庭纠纷",
    }  # fmt: skip
    assert [(each["code"], each["datatype"]) for each in attributes] == [
        ("pole", "text"), ("lamps", "number"), ("blinks", "singlevaluelist"),
        ("kind", "singlevaluelist"), ("seen", "datetime"), ("harms", "multivaluelist"),
    ]  # fmt: skip
    assert [each["service_request_id"] for each in requests] == [str(second), str(first)]
    assert (one["service_request_id"], one["status_notes"], one["agency_responsible"]) == (
        str(first), "已派遣", "环卫所",
    )  # fmt: skip
    assert requests[1] == one


def test_three_creates_a_request_and_reads_it_back(
    town: World, address: str, three_of: Any
) -> None:
    actor = system_actor(new_id(), "accounts.client.write")
    key = directory_actions.open_client(
        title="城市 App", area_id=town.village.id, actor=actor, key="open"
    ).key
    client = three_of(address, api_key=key, jurisdiction=town.village.code)

    created = client.post(
        "0101", address="菜场东门", name="Xiaoming Wang", phone="13855550000",
        description="有一堆垃圾",
    )  # fmt: skip
    again = client.post(
        "0101", address="菜场东门", name="Xiaoming Wang", phone="13855550000",
        description="有一堆垃圾",
    )  # fmt: skip
    (read,) = client.request(created[0]["service_request_id"])
    listed = client.requests("0101")
    (by_token,) = client.token(created[0]["service_request_id"])

    assert client.post_response.status_code == 201
    assert created == again
    assert (read["service_name"], read["status"]) == ("暴露垃圾", "open")
    assert listed == [read]
    assert by_token["service_request_id"] == created[0]["service_request_id"]
    assert client.discovery()["endpoints"][0]["url"] == address
    assert [each["service_code"] for each in client.services()][:2] == ["0101", "0102"]
    assert client.services("lamp")["attributes"][0]["code"] == "pole"
