"""Addresses: each surface brings its own."""

from __future__ import annotations

from pathlib import Path

from django.urls import URLPattern, URLResolver, include, path

from liuchi.project import operations

_SURFACES = Path(__file__).resolve().parents[1] / "surfaces"
_PLACES = (("api", "api/v1/"), ("desk", "desk/"), ("components", ""), ("portal", ""))

_operations: list[URLPattern | URLResolver] = [
    path("health/live", operations.live, name="health-live"),
    path("health/ready", operations.ready, name="health-ready"),
    path("metrics", operations.metrics, name="metrics"),
]
_surfaces: list[URLPattern | URLResolver] = [
    path(prefix, include(f"liuchi.surfaces.{name}.urls"))
    for name, prefix in _PLACES
    if (_SURFACES / name / "urls.py").exists()
]
urlpatterns = _operations + _surfaces

# Errors Django itself answers are pages of ours too, with a sentence.
_PROBLEMS = "liuchi.surfaces.components.problems"
handler400 = f"{_PROBLEMS}.bad_request"
handler403 = f"{_PROBLEMS}.forbidden"
handler404 = f"{_PROBLEMS}.not_found"
handler500 = f"{_PROBLEMS}.broken"
