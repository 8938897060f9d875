"""What operators ask: does it live, may it be sent work, how is it doing."""

from __future__ import annotations

from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from liuchi.kernel.errors import NotFound
from liuchi.project import measures
from liuchi.surfaces.components.access import public


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
