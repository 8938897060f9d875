"""裁定: cases that units hand around, and the decision whose they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.queries import ArbitrationOpened, ArbitrationRow
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.forms import ReasonForm

DECIDE = "cases.case.decide"
TABS = {"open": _("待裁定"), "decided": _("已裁定")}
COLUMNS: tuple[Column[ArbitrationRow], ...] = (
    Column(
        _("事项"),
        lambda row: row.type_title,
        url=lambda row: reverse("desk-arbitration", args=[row.id]),
    ),
    Column(_("地点"), lambda row: row.place or row.area),
    Column(_("退回的单位"), lambda row: "、".join(row.returned_by)),
    Column(_("提请裁定"), lambda row: row.asked_at, Shape.MOMENT),
    Column(_("裁定给"), lambda row: row.unit or "—"),
    Column(_("裁定时间"), lambda row: row.decided_at, Shape.MOMENT),
)


class DecideForm(ReasonForm):
    """Whose it is, and why. ``version`` is the case as it was shown."""

    unit_id = forms.TypedChoiceField(
        label=_("由谁承办"),
        coerce=UUID,
        error_messages={"required": _("请选择由谁承办。")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    field_order = ("unit_id", "reason")

    def __init__(self, *args: Any, units: tuple[tuple[UUID, str], ...], **kwargs: Any) -> None:
        """``units`` are the choices: id and name."""
        super().__init__(*args, **kwargs)
        field = self.fields["unit_id"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("请选择")), *((str(id_), name) for id_, name in units)]


@requires(DECIDE)
@takes_post
@across_posts
def arbitrations(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List cases that wait to be decided on, the oldest first. POST gives them as Excel."""
    which = "decided" if request.GET.get("which") == "decided" else "open"
    listing = Listing(
        "arbitrations",
        _("裁定承办单位"),
        COLUMNS,
        lambda after, limit: gather(
            request,
            DECIDE,
            lambda actor: cases.arbitrations(
                actor, decided=which == "decided", after=after, limit=limit
            ),
            limit=limit,
            newest_first=which == "decided",
        ),
        empty=_("没有要裁定的。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing), "tabs": TABS, "which": which}
    return TemplateResponse(request, "desk/cases/arbitrations.html", context)


@requires(DECIDE)
@takes_post
def arbitration(request: SeatedRequest, arbitration_id: UUID) -> HttpResponse:
    """Show what each unit said when it gave a case back; POST decides whose it is."""
    with reading(request):
        found = cases.arbitration(request.actor, arbitration_id)
    if request.method != "POST":
        initial = {"version": found.row.version}
        return _show(request, DecideForm.fresh(request, units=found.units, initial=initial), found)
    form = DecideForm(request.POST, units=found.units)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            cases_actions.arbitrate_case(
                actor=request.actor,
                key=values["key"],
                case_id=found.row.case_id,
                unit_id=values["unit_id"],
                reason=values["reason"],
                expected_version=values["version"],
            )
            return HttpResponseRedirect(reverse("desk-arbitration", args=[arbitration_id]))
    return _show(request, form, found)


def _show(request: SeatedRequest, form: DecideForm, found: ArbitrationOpened) -> HttpResponse:
    context = {
        "form": form,
        "found": found,
        "row": found.row,
        "case_url": reverse("desk-case", args=[found.row.case_id]),
    }
    return TemplateResponse(request, "desk/cases/arbitration.html", context, status=form.status)
