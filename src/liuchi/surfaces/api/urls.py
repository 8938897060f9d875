"""Addresses of the api, below ``/api/v1/``."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path

from liuchi.surfaces.api.problems import wrong_method
from liuchi.surfaces.api.site import api, nowhere, openapi
from liuchi.surfaces.components.addresses import by_word


def _answers(pattern: URLPattern) -> URLPattern:
    """Return an operation's address, answering a method it does not take with a problem."""
    view = pattern.callback

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            return wrong_method(response.headers["Allow"])
        return response

    return URLPattern(pattern.pattern, answer, pattern.default_args, pattern.name)


_operations, _app_name, _namespace = api.urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", openapi, name="api-openapi"),
    # Ninja's own front page only serves to find its prefix, which is given in ``site``.
    *by_word(
        _answers(pattern)
        for pattern in _operations
        if isinstance(pattern, URLPattern) and pattern.name != "api-root"
    ),
    path("", nowhere, name="api-root"),
    path("<rest:rest>", nowhere, name="api-nowhere"),
]
