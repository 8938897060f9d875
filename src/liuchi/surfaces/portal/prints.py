"""Sheets anybody may print, and the residents' own. Blank forms hold nobody's data."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import queries as points
from liuchi.surfaces.components import printing
from liuchi.surfaces.components.access import public, signed_in
from liuchi.surfaces.components.seats import SeatedRequest


@public
def notices(request: HttpRequest, code: str) -> HttpResponse:
    """What is on public notice, for the board at the gate."""
    return printing.notices(request, directory.area_by_slug(code))


@public
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """The rules in force."""
    return printing.rules(request, directory.area_by_slug(code))


@public
def consent(request: HttpRequest, code: str) -> HttpResponse:
    """The consent sheet, blank, for the table."""
    return printing.consent(request, directory.area_by_slug(code))


@public
def contact_consent(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet by which a household agrees to be kept contact with, blank."""
    return printing.contact_consent(request, directory.area_by_slug(code))


@public
def claim_slip(request: HttpRequest, code: str) -> HttpResponse:
    """The claim slip, blank."""
    return printing.claim_slip(request, directory.area_by_slug(code))


@public
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """The poster for the gate."""
    return printing.poster(request, directory.area_by_slug(code), of_shop=False)


@public
def shop_poster(request: HttpRequest, code: str) -> HttpResponse:
    """The poster for the shop."""
    return printing.poster(request, directory.area_by_slug(code), of_shop=True)


@public
def open_poster(request: HttpRequest, code: str) -> HttpResponse:
    """The poster of what the village has open."""
    return printing.open_poster(request, directory.area_by_slug(code))


@public
def open_card(request: HttpRequest, code: str) -> HttpResponse:
    """The folding card of what the village has open."""
    return printing.open_card(request, directory.area_by_slug(code))


@signed_in
def claim(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """The receipt of one's own claim."""
    return printing.claim_receipt(request, points.claim(request.actor, claim_id))
