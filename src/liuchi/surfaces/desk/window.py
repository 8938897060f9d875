"""At the service window: what a resident without a phone does here in person."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.surfaces.components import printing
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.code_forms import PinForm
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest

PIN = "points.redemption.make"
WAIVER = "points.card.write"


class AskForm(Sheet):
    """Which waived fee a code is asked for."""

    offer = forms.UUIDField(widget=forms.HiddenInput)


@requires(PIN)
@takes_post
def pin(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Set or reset a PIN: the resident types it here, and no page shows it."""
    if request.method != "POST":
        return _show_pin(request, person_id, PinForm.fresh(request))
    form = PinForm(request.POST)
    if form.checked():
        with form.refusals():
            points_actions.set_pin(
                actor=request.actor,
                key=form.cleaned_data["key"],
                person_id=person_id,
                pin=form.cleaned_data["pin"],
            )
            return HttpResponseRedirect(reverse("desk-pin", args=[person_id]) + "?set=1")
    with reading(request):
        return _show_pin(request, person_id, form)


@requires(WAIVER)
@takes_post
def waiver(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Ask for the household's code of a waived fee, to be handed over on paper."""
    form = AskForm.fresh(request)
    if request.method == "POST":
        form = AskForm(request.POST)
        if form.checked():
            with form.refusals():
                points_actions.ask_code(
                    actor=request.actor,
                    key=form.cleaned_data["key"],
                    offer_id=form.cleaned_data["offer"],
                    person_id=person_id,
                )
                return HttpResponseRedirect(reverse("desk-waiver", args=[person_id]))
    with reading(request):
        person = directory.person(request.actor, person_id)
        codes = points.open_codes(request.actor, person_id)
        held = {each.offer_id for each in codes}
        context = {
            "person": person,
            "codes": codes,
            "waivers": [
                (each, offer)
                for each in points.partners(person.village_id)
                for offer in each.offers
                if offer.kind == "fee_waived" and offer.id not in held
            ],
            "form": form,
        }
        return TemplateResponse(request, "desk/waiver.html", context, status=form.status).render()


@requires(WAIVER)
def waiver_print(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Print a resident's open codes; the screen shows none of their digits."""
    person = directory.person(request.actor, person_id)
    codes = points.open_codes(request.actor, person_id)
    if not codes:
        return HttpResponseRedirect(reverse("desk-waiver", args=[person_id]))
    return printing.waiver(request, person, codes)


def _show_pin(request: SeatedRequest, person_id: UUID, form: PinForm) -> HttpResponse:
    context = {
        "form": form,
        "person": directory.person(request.actor, person_id),
        "pin": points.pin_state(request.actor, person_id),
        "just_set": "set" in request.GET,
    }
    return TemplateResponse(request, "desk/pin.html", context, status=form.status)
