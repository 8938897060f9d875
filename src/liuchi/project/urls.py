"""Addresses: each surface brings its own."""

from __future__ import annotations

from pathlib import Path

from django.urls import URLPattern, URLResolver, include, path

_SURFACES = Path(__file__).resolve().parents[1] / "surfaces"
_PLACES = (("api", "api/v1/"), ("desk", "desk/"), ("portal", ""))


urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(f"liuchi.surfaces.{name}.urls"))
    for name, prefix in _PLACES
    if (_SURFACES / name / "urls.py").exists()
]
