"""An enterprise reports: who speaks and how to reach them, one matter, no account.

What it calls itself is sealed with its contact, as a person's is. A code of its own leads to
the same page with the name filled in; nothing is kept to make one.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases.enums import Channel
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.surfaces.components import reports
from liuchi.surfaces.components.access import public, takes_post
from liuchi.surfaces.components.objections import address_of
from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.components.reports import ReportForm

ORGANIZATION_CHARACTERS_MAX = 60
CHANNELS = (Channel.ENTERPRISE,)


class EnterpriseForm(ReportForm):
    """As anybody's, with the enterprise and how to reach it."""

    organization = forms.CharField(
        label=_("企业名称"),
        max_length=ORGANIZATION_CHARACTERS_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("请填企业名称。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the contact: an enterprise wants an answer."""
        super().__init__(*args, channels=CHANNELS, **kwargs)
        contact = self.fields["contact"]
        contact.label, contact.required = _("联系人和电话"), True
        contact.error_messages["required"] = _("请留联系人和电话，好答复您。")


@public
@takes_post
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Take in what an enterprise asks for or complains of."""
    village, grid = reports.place_of(code)
    spec = reports.spec_at(village) if AreaKind(village.kind).is_village else None
    if spec is None or not reports.is_open_to(spec, Channel.ENTERPRISE):
        return HttpResponseRedirect(reverse("portal-report", args=[code]))
    grids = directory.grids_of(village.id)
    if request.method != "POST":
        name = request.GET.get("name", "").strip()[:ORGANIZATION_CHARACTERS_MAX]
        first = {"grid": str(grid.id) if grid else "", "organization": name}
        form = EnterpriseForm.fresh(request, spec=spec, grids=grids, initial=first)
        return _show(request, form, village, grid)
    helped = reports.helped(request, village, grid)
    if helped is not None:
        return reports.locating(helped)
    form = EnterpriseForm(request.POST, request.FILES, spec=spec, grids=grids)

    def take() -> str:
        made = reports.send(
            form, village, grid, channel=Channel.ENTERPRISE, address=address_of(request)
        )
        return reverse("portal-tracked", args=[made.code]) + "?new=1"

    return reports.answer(request, form, take, lambda: _show(request, form, village, grid))


@public
def code_of_its_own(request: HttpRequest, code: str) -> HttpResponse:
    """Draw an enterprise's own code: the page it leads to has the name filled in."""
    village, grid = reports.place_of(code)
    name = request.GET.get("name", "").strip()[:ORGANIZATION_CHARACTERS_MAX]
    where = reverse("portal-enterprise", args=[code]) + "?" + urlencode({"name": name})
    context = {
        "area": grid or village,
        "village": village,
        "name": name,
        "address": public_address(request, where) if name else "",
    }
    return TemplateResponse(request, "portal/enterprise_code.html", context)


def _show(
    request: HttpRequest, form: EnterpriseForm, village: AreaRow, grid: AreaRow | None
) -> HttpResponse:
    context = {
        **reports.context(form, village, grid, directory.grids_of(village.id)),
        "is_enterprise": True,
    }
    shown = TemplateResponse(request, "portal/enterprise.html", context, status=form.status)
    return reports.locating(shown)
