"""A resident's own statement by month, and each entry with all that made it."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.urls import reverse

from liuchi.engines.points.queries import EntryRow
from liuchi.surfaces.components import statements
from liuchi.surfaces.components.access import signed_in, takes_post
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.portal.mine import self_of


def opens(row: EntryRow) -> str:
    """Return the address of an own entry."""
    return reverse("portal-entry", args=[row.transfer_id])


@signed_in
@takes_post
def month(request: SeatedRequest) -> HttpResponse | FileResponse:
    """One month. POST gives it as Excel."""
    return statements.of_month(
        request, request.actor, self_of(request.actor), "portal/statement_month.html", opens
    )


@signed_in
def month_print(request: SeatedRequest) -> HttpResponse:
    """One month on A4."""
    return statements.printed(request, request.actor, self_of(request.actor))


@signed_in
def entry(request: SeatedRequest, transfer_id: UUID) -> HttpResponse:
    """One entry, opened."""
    return statements.opened(
        request, request.actor, self_of(request.actor), transfer_id, "portal/entry.html"
    )
