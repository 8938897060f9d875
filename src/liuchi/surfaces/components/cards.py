"""A resident's card: where its QR code leads, and how anybody can tell that it is good.

A code leads to the check page, which answers on the phone itself, a day long without a
network: good or not, and until when; no name, no grade. Staff open the person from there, a
resident the own page. Cards printed before there were signatures hold an opaque id and
still open the same pages; nobody can check those, so nothing is given for them.
"""

from __future__ import annotations

import re
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control

from liuchi.engines.directory import queries as directory
from liuchi.engines.points.queries import cards as points
from liuchi.kernel.clock import today
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components.access import public, signed_in, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.components.seats import SeatedRequest

_ON_A_CARD = re.compile(r"/card/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?$", re.IGNORECASE)


@signed_in
def card(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Lead to the page of the person whose card this is."""
    return _lead(request, person_id)


@signed_in
def opened(request: SeatedRequest, token: str) -> HttpResponse:
    """Lead to the page of the person whose signed card this is; a revoked one leads nowhere."""
    found = points.read(token, today())
    if found.person_id is None or found.state is points.CardReading.REVOKED:
        raise NotFound("card")
    return _lead(request, found.person_id)


def _lead(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    if request.actor.own_rows_only:
        if request.actor.person_id != person_id:
            raise NotFound("card")
        return HttpResponseRedirect(reverse("portal-me"))
    request.actor.may("directory.person.read").or_refuse()
    person = directory.person(request.actor, person_id)
    return HttpResponseRedirect(reverse("desk-person", args=[person.id]))


class NumberForm(Sheet):
    """The number on a card, where nothing can scan."""

    text = forms.CharField(
        label=_("卡号"), max_length=400, help_text=_("卡上十位数字，空格可以不输。")
    )


@public
@takes_post
@cache_control(no_cache=True)
def check(request: HttpRequest) -> HttpResponse:
    """Show the page that checks cards by itself; POST looks a typed number up."""
    form, found = NumberForm.fresh(request), None
    if request.method == "POST":
        form = NumberForm(request.POST)
        if form.checked():
            found = points.read(form.cleaned_data["text"], today())
    context = {
        "form": form,
        "found": found,
        "keys": [{"id": each.id, "x": each.x, "y": each.y} for each in points.public_keys()],
    }
    return TemplateResponse(request, "components/card_check.html", context, status=form.status)


@public
@cache_control(no_store=True)
def refused(request: HttpRequest) -> HttpResponse:
    """Give the signed list a phone may go by for a day. It holds card ids, nobody's name."""
    held = points.refused_list()
    return JsonResponse({"key": held.key_id, "text": held.text, "signature": held.signature})


def card_address(request: HttpRequest, token: str) -> str:
    """Return what a card's code says. Behind the #: a phone that opens it tells nobody which."""
    return f"{public_address(request, reverse('card-check'))}#{token}"


def scanned(text: str) -> UUID | None:
    """Return the person of a card whose code a scanner has typed into a field, else None."""
    found = _ON_A_CARD.search(text.strip())
    if found:
        return UUID(found.group(1))
    read = points.read(text, today())
    return None if read.state is points.CardReading.REVOKED else read.person_id
