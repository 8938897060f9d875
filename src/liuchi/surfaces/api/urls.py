"""Addresses of the api, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from liuchi.surfaces.api.site import api, nowhere, openapi

_operations, _app_name, _namespace = api.urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", openapi, name="api-openapi"),
    # Ninja's own front page only serves to find its prefix, which is given in ``site``.
    *(pattern for pattern in _operations if pattern.name != "api-root"),
    path("", nowhere, name="api-root"),
    path("<path:rest>", nowhere, name="api-nowhere"),
]
