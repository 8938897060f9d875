"""Addresses: each surface brings its own."""

from __future__ import annotations

from django.urls import include, path

from liuchi.project import operations

urlpatterns = [
    path("health/live", operations.live, name="health-live"),
    path("health/ready", operations.ready, name="health-ready"),
    path("metrics", operations.metrics, name="metrics"),
    path("api/v1/", include("liuchi.surfaces.api.urls")),
    path("open311/", include("liuchi.surfaces.open311.urls")),
    path("desk/", include("liuchi.surfaces.desk.urls")),
    path("", include("liuchi.surfaces.components.urls")),
    path("", include("liuchi.surfaces.portal.urls")),
]

# Errors Django itself answers are pages of ours too, with a sentence.
_PROBLEMS = "liuchi.surfaces.components.problems"
handler400 = "liuchi.project.operations.unreadable"
handler403 = f"{_PROBLEMS}.forbidden"
handler404 = f"{_PROBLEMS}.not_found"
handler500 = "liuchi.project.operations.broken"  # or the database is on its way back
