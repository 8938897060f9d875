"""How many points each village may hand out in a period, and what the town has changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import BudgetRow
from liuchi.engines.points.spec.currency import BUDGET_MAX
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.forms import REASON_CHARACTERS_MAX

READ = "points.budget.read"
WRITE = "points.budget.write"
BUDGETS: tuple[Column[BudgetRow], ...] = (
    Column(
        _("社区"),
        lambda row: row.village_name,
        url=lambda row: reverse("desk-budget", args=[row.village_id]),
    ),
    Column(_("积分"), lambda row: row.title),
    Column(_("从"), lambda row: row.first_day, Shape.DAY),
    Column(_("到"), lambda row: row.last_day, Shape.DAY),
    Column(_("本期预算"), lambda row: row.points, Shape.NUMBER),
    Column(_("已记入"), lambda row: row.issued, Shape.NUMBER),
    Column(_("公示中占用"), lambda row: row.held, Shape.NUMBER),
    Column(_("还可批"), lambda row: row.left, Shape.NUMBER),
)


class BudgetForm(Sheet):
    """Another sum for a budget, and why."""

    currency = forms.CharField(max_length=80, widget=forms.HiddenInput)
    points = forms.IntegerField(
        label=_("改为多少分"),
        min_value=0,
        max_value=BUDGET_MAX,
        error_messages={
            name: _("请填 0 以上的整数。")
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明理由。")},
    )


@requires(READ)
@takes_post
def budgets(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the budgets of every village of the area. POST gives them as Excel."""
    listing = Listing(
        "budgets",
        _("积分预算"),
        BUDGETS,
        lambda after, limit: points.budgets_below(request.actor, after=after, limit=limit),
        empty=_("这里的办法没有写积分预算。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing)}
    return TemplateResponse(request, "desk/budgets.html", context)


@requires(READ)
@takes_post
def budget(request: SeatedRequest, area_id: UUID) -> HttpResponse:
    """Show a village's budgets and what the town changed; POST sets one to another sum."""
    if request.method != "POST":
        return _show(request, area_id)
    form = BudgetForm(request.POST)
    if form.checked():
        with form.refusals():
            points_actions.set_budget(
                village_id=area_id,
                currency=form.cleaned_data["currency"],
                points=form.cleaned_data["points"],
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                key=form.cleaned_data["key"],
            )
            return HttpResponseRedirect(reverse("desk-budget", args=[area_id]))
    return _show(request, area_id, form)


def _show(request: SeatedRequest, area_id: UUID, sent: BudgetForm | None = None) -> HttpResponse:
    with reading(request):
        rows, past, changes = points.budgets_of(request.actor, area_id)
        may_set = request.actor.may(WRITE).allowed
    parts: list[dict[str, Any]] = []
    for row in rows:
        form = None
        if may_set:
            is_sent = sent is not None and sent["currency"].value() == row.currency
            filled = {"currency": row.currency, "points": row.points}
            form = sent if is_sent else BudgetForm.fresh(request, initial=filled)
        told = [each for each in changes if each.currency == row.currency]
        over = [each for each in past if each.currency == row.currency]
        parts.append({"row": row, "form": form, "changes": told, "past": over})
    context = {"parts": parts, "village_name": rows[0].village_name}
    status = 200 if sent is None else sent.status
    return TemplateResponse(request, "desk/budget.html", context, status=status)
