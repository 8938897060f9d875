"""Recording at the desk how somebody wants to appear in public."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from liuchi.surfaces.components import public_names
from liuchi.surfaces.components.access import requires, takes_post
from liuchi.surfaces.components.seats import SeatedRequest


@requires("directory.person.write")
@takes_post
def choose(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """For somebody at the desk; it asks for no reason."""
    done = reverse("desk-public-name", args=[person_id])
    return public_names.choose(
        request, person_id, "desk/public_name.html", lambda: f"{done}?saved=1"
    )
