"""A resident's own grades, how each came about, and the own card."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.engines.points.actions import cards as card_actions
from liuchi.engines.points.queries import cards, grade_rounds, grades
from liuchi.kernel.clock import today
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.cards import card_address
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.portal.mine import self_of


@requires("points.grade.read")
def mine(request: SeatedRequest) -> HttpResponse:
    """The own grades: the place's own and official ones apart; and where the card is."""
    person_id = self_of(request.actor)
    held = grades.standings(person_id, today())
    person = directory.person(request.actor, person_id)
    context = {
        "person": person,
        "local": [each for each in held if each.method == "local"],
        "official": [each for each in held if each.method == "official"],
        "schemes": grade_rounds.schemes_at(person.village_id, today()),
        "card": next(iter(cards.cards_of(request.actor, [person_id])), None),
    }
    return TemplateResponse(request, "portal/grades.html", context)


@requires("points.grade.read")
def explained(request: SeatedRequest, line_id: UUID) -> HttpResponse:
    """How a grade came about: the sum, its days, and every entry in it."""
    context = {"told": grade_rounds.explained(request.actor, line_id)}
    return TemplateResponse(request, "portal/grade.html", context)


@requires("points.card.read")
@takes_post
def card(request: SeatedRequest) -> HttpResponse:
    """The own card to be scanned off the phone; POST reports it lost."""
    form = Sheet.fresh(request)
    if request.method == "POST":
        form = Sheet(request.POST)
        if form.checked():
            with form.refusals():
                card_actions.revoke_card(
                    actor=request.actor,
                    key=form.cleaned_data["key"],
                    person_id=self_of(request.actor),
                    why="lost",
                )
                return HttpResponseRedirect(reverse("portal-card"))
        with reading(request):
            return _card(request, form)
    return _card(request, form)


def _card(request: SeatedRequest, form: Sheet) -> HttpResponse:
    held = next(iter(cards.cards_of(request.actor, [self_of(request.actor)])), None)
    context = {
        "card": held,
        "address": card_address(request, "" if held is None else held.token),
        "form": form,
    }
    return TemplateResponse(request, "portal/card.html", context, status=form.status)
