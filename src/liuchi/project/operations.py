"""What operators ask: does it live, may it be sent work, how is it doing."""

from __future__ import annotations

import json
import sys

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import override
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.project import measures
from liuchi.surfaces.components import problems
from liuchi.surfaces.components.access import public
from liuchi.surfaces.open311 import wire

RETRY_SECONDS = 3
_RESTARTING = Sentence(
    "系统正在恢复，请几秒后再试。请返回上一页再提交，内容还在，不会重复记录。",
    "The system is recovering; try again in a few seconds. Go back and send again: what you "
    "typed is still there and nothing is recorded twice.",
)
_MISTAKE = Sentence("系统出错了，请稍后再试。", "Something went wrong here; try again later.")
_TOO_MANY = Sentence(
    "现在使用的人太多，请几秒后再试。请返回上一页再提交，内容还在，不会重复记录。",
    "Too many people are here at once; try again in a few seconds. Go back and send again: what "
    "you typed is still there and nothing is recorded twice.",
)


@public
def live(_request: HttpRequest) -> JsonResponse:
    """Answer as long as the process answers; touches nothing."""
    return JsonResponse({"state": "live"})


@public
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"state": "database does not answer"}, status=503)
    return JsonResponse({"state": "ready"})


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Return Prometheus metrics, to a collector beside the server only.

    A request that came through the proxy is somebody's on the internet.
    """
    if "X-Forwarded-For" in request.headers:
        raise NotFound("metrics")
    measures.refresh()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer what nobody caught (``handler500``): 503 while the database restarts, else 500.

    Plain text or a problem, since a page would have to ask the database who is looking.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return _later(request, 503, "database_restarting", _RESTARTING)
    if _is_open311(request):
        return _georeport(request, 500, _MISTAKE)
    return problems.broken(request)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read (``handler400``), in the form its surface speaks."""
    if _is_open311(request):
        return _georeport(request, 400, wire.UNREADABLE)
    return problems.bad_request(request, exception)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer whom the server has no room for now (``project.admission``); asks nothing."""
    return _later(request, 429, "too_many_requests", _TOO_MANY)


def _later(request: HttpRequest, status: int, code: str, sentence: Sentence) -> HttpResponse:
    """Say that the same request may be sent again, and when, as its surface says errors."""
    if _is_open311(request):
        response = _georeport(request, status, sentence)
    else:
        response = HttpResponse(status=status)
        words = sentence.in_language(_language(request))
        response.content, response.headers["Content-Type"] = _said(request, status, code, words)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    # Its length is said here: who is turned away meets no other middleware.
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _said(request: HttpRequest, status: int, code: str, words: str) -> tuple[bytes, str]:
    if not request.path.startswith("/api/"):
        return words.encode(), "text/plain; charset=utf-8"
    problem = {
        "type": f"urn:liuchi:problem:{code}",
        "title": words,
        "status": status,
        "detail": words,
        "code": code,
        "errors": [],
    }
    return json.dumps(problem, ensure_ascii=False).encode(), "application/problem+json"


def _georeport(request: HttpRequest, status: int, sentence: Sentence) -> HttpResponse:
    """Answer as GeoReport v2 says errors: a list, in XML or in JSON as the address asks."""
    with override(_language(request)):  # nobody may have chosen one yet
        return wire.written(wire.refusal(status, sentence), wire.form_of(request))


def _is_open311(request: HttpRequest) -> bool:
    return request.path.startswith("/open311/")


def _language(request: HttpRequest) -> str:
    return "en" if request.headers.get("Accept-Language", "").startswith("en") else "zh"
