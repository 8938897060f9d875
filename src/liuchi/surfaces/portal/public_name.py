"""A resident's own choice of how to appear in public."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from liuchi.surfaces.components import public_names
from liuchi.surfaces.components.access import signed_in, takes_post
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.portal.mine import self_of


@signed_in
@takes_post
def choose(request: SeatedRequest) -> HttpResponse:
    """Masked or without a name, from this moment on and everywhere."""
    done = reverse("portal-public-name")
    return public_names.choose(
        request, self_of(request.actor), "portal/public_name.html", lambda: f"{done}?saved=1"
    )
