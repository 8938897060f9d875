"""Residents' statements at the desk: by month, and each entry with all that made it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.engines.points.queries import EntryRow
from liuchi.surfaces.components import statements
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.seats import SeatedRequest


def opens(person_id: UUID) -> Callable[[EntryRow], str]:
    """Return what gives the address of an entry of somebody's."""
    return lambda row: reverse("desk-entry", args=[person_id, row.transfer_id])


@requires("points.account.read")
@takes_post
def month(request: SeatedRequest, person_id: UUID) -> HttpResponse | FileResponse:
    """One month of a resident. POST gives it as Excel."""
    if request.method == "POST":
        with reading(request):
            directory.person(request.actor, person_id)  # of another place: not found
    return statements.of_month(
        request, request.actor, person_id, "desk/statement_month.html", opens(person_id)
    )


@requires("points.account.read")
def month_print(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """One month of a resident on A4."""
    return statements.printed(request, request.actor, person_id)


@requires("points.account.read")
def entry(request: SeatedRequest, person_id: UUID, transfer_id: UUID) -> HttpResponse:
    """One entry of a resident, opened."""
    return statements.opened(request, request.actor, person_id, transfer_id, "desk/entry.html")
