"""What every response passes: the content security policy, measures and one log line."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from prometheus_client import Histogram

from liuchi.kernel.ids import new_id

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Scripts and styles come from files of ours, never from a page: a name typed by a
# stranger can then not become code. Tabler draws some icons as data: images.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


_seconds = Histogram(
    "liuchi_request_seconds",
    "Time to answer a request.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
_log = structlog.get_logger("liuchi.requests")


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Add the policy to every response that has none of its own."""
    tiles = urlsplit(settings.LIUCHI_MAP_TILES)
    server = f" {tiles.scheme}://{tiles.netloc}" if tiles.netloc else ""
    policy = POLICY.replace("data: blob:", f"data: blob:{server}")

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Security-Policy", policy)
            response.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=()")
        return response

    return middleware


def compressed(get_response: GetResponse) -> GetResponse:
    """Send what anybody may read in a fifth of its bytes; never what somebody is signed in to.

    The length of a compressed page tells whoever watches the line whether a word they had put
    into it stands there already (BREACH): where there is nothing to learn, there is no session.
    """
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        name = settings.SESSION_COOKIE_NAME
        if name in request.COOKIES or name in response.cookies:
            return response
        return gzip.process_response(request, response)

    return middleware


def operations(get_response: GetResponse) -> GetResponse:
    """Measure and log each request by its route, never by its address, which may hold ids."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = get_response(request)
        took = time.perf_counter() - began
        route = request.resolver_match.route if request.resolver_match else "-"
        _seconds.labels(request.method, route, response.status_code).observe(took)
        response.headers["X-Request-Id"] = request_id = str(new_id())
        _log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            milliseconds=round(took * 1000, 1),
            request_id=request_id,
        )
        return response

    return middleware
