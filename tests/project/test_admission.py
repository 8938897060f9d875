"""So many requests are worked on at once; the rest are told to come back."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from liuchi.project import operations
from liuchi.project.admission import AT_ONCE, STRANGERS_AT_ONCE, Gate, admission
from liuchi.project.serve import THREADS


def test_strangers_leave_room_for_whoever_is_at_work() -> None:
    gate = Gate(5, 3)
    assert [gate.enter(known=False) for _ in range(4)] == [True, True, True, False]
    assert [gate.enter(known=True) for _ in range(3)] == [True, True, False]
    gate.leave(known=True)
    assert (gate.enter(known=False), gate.enter(known=True)) == (False, True)
    gate.leave(known=False)
    assert (gate.enter(known=False), gate.enter(known=False)) == (True, False)


def test_some_thread_is_always_free_to_turn_others_away() -> None:
    assert STRANGERS_AT_ONCE < AT_ONCE < THREADS


def test_who_is_turned_away_hears_when_to_come_back() -> None:
    inside, leave = threading.Semaphore(0), threading.Event()

    def working(_request: HttpRequest) -> HttpResponse:
        inside.release()
        leave.wait(20)
        return HttpResponse("done")

    ask, make = admission(working), RequestFactory()
    with ThreadPoolExecutor(STRANGERS_AT_ONCE) as threads:
        answers = [threads.submit(ask, make.get("/")) for _ in range(STRANGERS_AT_ONCE)]
        for _ in answers:
            assert inside.acquire(timeout=20)
        page, api = ask(make.get("/report/")), ask(make.post("/api/v1/cases"))
        leave.set()
        assert [each.result().status_code for each in answers] == [200] * STRANGERS_AT_ONCE
    assert (page.status_code, page["Retry-After"]) == (429, "3")
    assert page.content.decode().startswith("现在使用的人太多")
    assert page["Content-Length"] == str(len(page.content))
    assert (api["Content-Type"], json.loads(api.content)["code"]) == (
        "application/problem+json",
        "too_many_requests",
    )
    # There is room again, and probes never needed any.
    assert ask(make.get("/")).status_code == 200


def test_probes_are_never_turned_away() -> None:
    leave = threading.Event()

    def working(request: HttpRequest) -> HttpResponse:
        if request.path != "/health/live":
            leave.wait(20)
        return HttpResponse("done")

    ask, make = admission(working), RequestFactory()
    with ThreadPoolExecutor(STRANGERS_AT_ONCE + 1) as threads:
        answers = [threads.submit(ask, make.get("/")) for _ in range(STRANGERS_AT_ONCE)]
        assert threads.submit(ask, make.get("/health/live")).result(20).status_code == 200
        leave.set()
        assert {each.result().status_code for each in answers} == {200}


def errors_of(response: HttpResponse) -> list[dict[str, str | None]]:
    """Read an answer of Open311 in whichever of its two forms it came."""
    if response["Content-Type"].startswith("application/json"):
        return [
            {name: str(said) for name, said in each.items()}
            for each in json.loads(response.content)
        ]
    root = ET.fromstring(response.content)  # noqa: S314  written by ourselves
    assert (root.tag, {each.tag for each in root}) == ("errors", {"error"})
    return [{part.tag: part.text for part in each} for each in root]


@pytest.mark.parametrize("ending", ["json", "xml", ""])
def test_open311_is_turned_away_in_its_own_errors(ending: str) -> None:
    address = f"/open311/v2/requests.{ending}" if ending else "/open311/nowhere"
    request = RequestFactory().post(address, headers={"Accept-Language": "en"})

    response = operations.too_many(request)

    assert (response.status_code, response["Retry-After"]) == (429, "3")
    assert response["Content-Type"].startswith(
        "application/json" if ending == "json" else "text/xml"
    )
    assert response["Content-Length"] == str(len(response.content))
    (error,) = errors_of(response)
    assert (error["code"], str(error["description"])[:24]) == ("429", "Too many people are here")


def test_open311_hears_of_what_went_wrong_in_its_own_errors() -> None:
    request = RequestFactory().get("/open311/v2/requests.json")

    def asking() -> None:
        raise OperationalError

    try:
        asking()
    except OperationalError:
        restarting = operations.broken(request)

    answers = [restarting, operations.broken(request), operations.unreadable(request)]

    assert [each.status_code for each in answers] == [503, 500, 400]
    assert [errors_of(each)[0]["code"] for each in answers] == ["503", "500", "400"]
    assert restarting["Retry-After"] == "3"
