"""Benefits for residents: who takes part here, what I have used, my code for a waived fee."""

from __future__ import annotations

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import UseRow
from liuchi.surfaces.components import benefits, excel, tables
from liuchi.surfaces.components.access import public, reading, signed_in, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.portal.mine import self_of

USES: tuple[Column[UseRow], ...] = (
    Column(_("优惠"), lambda row: row.offer_title),
    Column(_("单位"), lambda row: row.organization_name),
    Column(_("时间"), lambda row: row.at, Shape.MOMENT),
    Column(_("归还期限"), lambda row: row.due_on, Shape.DAY),
    Column(_("状态"), lambda row: benefits.USE_STATES[row.state]),
)


class AskForm(Sheet):
    """Ask for a code of one offer."""

    offer = forms.UUIDField(widget=forms.HiddenInput)


@public
def partners(request: HttpRequest, code: str) -> HttpResponse:
    """Who takes part here, and in what. Anybody may read it."""
    area = directory.area_by_slug(code)
    context = {"area": area, "partners": points.partners(area.id)}
    return TemplateResponse(request, "portal/partners.html", context)


@signed_in
@takes_post
def mine(request: SeatedRequest) -> HttpResponse | FileResponse:
    """What I have used and my codes. POST asks for a code, or gives the list as Excel."""
    person_id = self_of(request.actor)
    listing = Listing(
        "my-benefits",
        _("我用过的优惠"),
        USES,
        lambda after, limit: points.uses_of(request.actor, person_id, after=after, limit=limit),
        empty=_("还没有用过优惠。"),
    )
    if request.method == "POST" and "list" in request.POST:
        return excel.download(request, listing)
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
                return HttpResponseRedirect(reverse("portal-benefits"))
    with reading(request):
        here = points.partners(directory.person(request.actor, person_id).village_id)
        codes = points.open_codes(request.actor, person_id)
        held = {each.offer_id for each in codes}
        context = {
            "partners": here,
            "codes": codes,
            "waivers": [
                (each, offer)
                for each in here
                for offer in each.offers
                if offer.kind == "fee_waived" and offer.id not in held
            ],
            "table": tables.shown(request, listing),
            "form": form,
        }
    return TemplateResponse(request, "portal/benefits.html", context, status=form.status)
