"""How somebody appears in public credit: masked, or without a name. No reason is asked."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.surfaces.components.access import reading
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest


class PublicNameForm(Sheet):
    """Without a name, or masked as everybody."""

    anonymous = forms.ChoiceField(choices=[("yes", ""), ("no", "")])


def choose(
    request: SeatedRequest, person_id: UUID, template: str, done: Callable[[], str]
) -> HttpResponse:
    """Show the choice on GET, record it on POST and go to ``done()``."""
    if request.method != "POST":
        return _show(request, person_id, template, PublicNameForm.fresh(request))
    form = PublicNameForm(request.POST)
    if form.checked():
        with form.refusals():
            points_actions.choose_public_name(
                actor=request.actor,
                key=form.cleaned_data["key"],
                person_id=person_id,
                anonymous=form.cleaned_data["anonymous"] == "yes",
            )
            return HttpResponseRedirect(done())
    with reading(request):
        return _show(request, person_id, template, form)


def _show(
    request: SeatedRequest, person_id: UUID, template: str, form: PublicNameForm
) -> HttpResponse:
    context = {
        "form": form,
        "person": directory.person(request.actor, person_id),
        "anonymous": points.is_anonymous(request.actor, person_id),
        "is_saved": "saved" in request.GET,
    }
    return TemplateResponse(request, template, context, status=form.status)
