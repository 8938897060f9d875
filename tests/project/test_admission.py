"""So many requests are worked on at once; the rest are told to come back."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

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
