"""A resident's card: where its QR code leads, depending on who scans it.

The code holds an opaque id. It opens nothing by itself: a visitor is asked to sign in, a
resident sees only the own page, staff see the person within their area.
"""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components.access import signed_in
from liuchi.surfaces.components.seats import SeatedRequest

_ON_A_CARD = re.compile(r"/card/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?$", re.IGNORECASE)


@signed_in
def card(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Lead to the page of the person whose card this is."""
    if request.actor.own_rows_only:
        if request.actor.person_id != person_id:
            raise NotFound("card")
        return HttpResponseRedirect(reverse("portal-me"))
    request.actor.may("directory.person.read").or_refuse()
    person = directory.person(request.actor, person_id)
    return HttpResponseRedirect(reverse("desk-person", args=[person.id]))


def scanned(text: str) -> UUID | None:
    """Return the person of a card whose code a scanner has typed into a field, else None."""
    found = _ON_A_CARD.search(text.strip())
    return UUID(found.group(1)) if found else None
