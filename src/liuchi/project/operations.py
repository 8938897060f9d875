"""What operators ask: does it live, may it be sent work, how is it doing."""

from __future__ import annotations

import json
import sys

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.project import measures
from liuchi.surfaces.components import problems
from liuchi.surfaces.components.access import public

RETRY_SECONDS = 3
_RESTARTING = Sentence(
    "系统正在恢复，请几秒后再试。请返回上一页再提交，内容还在，不会重复记录。",
    "The system is recovering; try again in a few seconds. Go back and send again: what you "
    "typed is still there and nothing is recorded twice.",
)
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
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return problems.broken(request)
    return _later(request, 503, "database_restarting", _RESTARTING)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer whom the server has no room for now (``project.admission``); asks nothing."""
    return _later(request, 429, "too_many_requests", _TOO_MANY)


def _later(request: HttpRequest, status: int, code: str, sentence: Sentence) -> HttpResponse:
    """Say that the same request may be sent again, and when."""
    language = "en" if request.headers.get("Accept-Language", "").startswith("en") else "zh"
    words = sentence.in_language(language)
    if request.path.startswith("/api/"):
        problem = {
            "type": f"urn:liuchi:problem:{code}",
            "title": words,
            "status": status,
            "detail": words,
            "code": code,
            "errors": [],
        }
        content, media_type = json.dumps(problem, ensure_ascii=False), "application/problem+json"
    else:
        content, media_type = words, "text/plain; charset=utf-8"
    body = content.encode()  # its length is said here: who is turned away meets no other middleware
    headers = {"Retry-After": str(RETRY_SECONDS), "Content-Length": str(len(body))}
    return HttpResponse(body, status=status, content_type=media_type, headers=headers)
