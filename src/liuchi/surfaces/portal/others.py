"""A deed of somebody who cannot enter it: of the family, or a neighbour named in full."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.claims import ClaimForm, form_context, send
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.portal.mine import self_of

NEIGHBOUR = "neighbour"


class ForForm(ClaimForm):
    """A claim for somebody else; ``whom`` is one of the family or a neighbour by name."""

    whom = forms.CharField(error_messages={"required": _("请选择替谁申报。")})
    name = forms.CharField(label=_("邻居的姓名"), max_length=60, required=False)
    birth_year = forms.IntegerField(
        label=_("出生年份"), min_value=1900, max_value=2100, required=False
    )
    field_order = ("whom", "name", "birth_year")


@requires("points.claim.propose_for")
@takes_post
def propose_for(request: SeatedRequest) -> HttpResponse:
    """Claim for somebody of the household, or for a neighbour of exactly this name."""
    self_of(request.actor)
    if request.method != "POST":
        return _show(request, ForForm.fresh(request))
    form = ForForm(request.POST, request.FILES)
    if form.checked():
        with reading(request):
            person_id = _whom(request, form, form.cleaned_data)
        with form.refusals():
            if person_id is not None:
                made = send(request.actor, person_id, form)
                return HttpResponseRedirect(reverse("portal-claim", args=[made.id]) + "?sent=1")
    with reading(request):
        return _show(request, form)


def _whom(request: SeatedRequest, form: ForForm, values: dict[str, Any]) -> UUID | None:
    """Return who is meant; a name that is nobody's, or several people's, is said on the form."""
    actor = request.actor
    if values["whom"] != NEIGHBOUR:
        family = {str(row.id): row.id for row in directory.near(actor)}
        if values["whom"] in family:
            return family[values["whom"]]
        form.add_error("whom", _("请选择替谁申报。"))
    elif not values["name"].strip():
        form.add_error("name", _("请写邻居的全名。"))
    else:
        rows = directory.near(actor, name=values["name"], birth_year=values["birth_year"])
        if len(rows) == 1:
            return rows[0].id
        if rows:
            form.add_error("birth_year", _("本社区有几位同名，请写出生年份。"))
        else:
            form.add_error("name", _("本社区没有登记这个姓名。请写全名，或请社区代办。"))
    form.status = 422
    return None


def _show(request: SeatedRequest, form: ForForm) -> HttpResponse:
    person = directory.person(request.actor, self_of(request.actor))
    context = {
        **form_context(form, person),
        "family": directory.near(request.actor),
        "whom": form["whom"].value() or "",
    }
    return TemplateResponse(request, "portal/claim_for.html", context, status=form.status)
