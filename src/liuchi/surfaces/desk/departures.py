"""Somebody moved away or died: noted with the day, in plain words."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import Departure
from liuchi.kernel import clock
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.seats import SeatedRequest


class DepartureForm(Sheet):
    """What happened, and on which day."""

    reason = forms.ChoiceField(
        label=_("情况"),
        choices=[(Departure.MOVED.value, _("迁出")), (Departure.DECEASED.value, _("去世"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一项。")},
    )
    on = forms.DateField(
        label=_("哪一天"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )


@requires("directory.person.write")
@takes_post
def departure(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Note that a resident moved away or died."""
    if request.method != "POST":
        form = DepartureForm.fresh(request, initial={"on": clock.today()})
        return _show(request, person_id, form)
    form = DepartureForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            directory_actions.note_departure(
                person_id,
                values["reason"],
                values["on"],
                actor=request.actor,
                key=values["key"],
            )
            return HttpResponseRedirect(reverse("desk-person", args=[person_id]))
    with reading(request):
        return _show(request, person_id, form)


def _show(request: SeatedRequest, person_id: UUID, form: DepartureForm) -> HttpResponse:
    context = {"person": directory.person(request.actor, person_id), "form": form}
    return TemplateResponse(request, "desk/departure.html", context, status=form.status)
