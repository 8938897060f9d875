"""Opening balances: the lists somebody imported, and the page another person confirms one on."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import OpeningListRow, OpeningRow
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.forms import DecisionForm

READ = "points.claim.read"
CONFIRM = "points.claim.review"
STATES = {
    "asked": _("待确认"),
    "confirmed": _("已记入"),
    "withdrawn": _("已撤回"),
    "undone": _("已撤销"),
    "declined": _("已退回"),
}
LINE_STATES = {
    "asked": _("待确认"),
    "posted": _("已记入"),
    "withdrawn": _("已撤回"),
    "reversed": _("已冲正"),
}
LISTS: tuple[Column[OpeningListRow], ...] = (
    Column(
        _("导入时间"),
        lambda row: row.proposed_at,
        Shape.MOMENT,
        url=lambda row: reverse("desk-opening", args=[row.id]),
    ),
    Column(_("导入人"), lambda row: row.proposed_by_name),
    Column(_("人数"), lambda row: row.people, Shape.NUMBER),
    Column(_("积分合计"), lambda row: row.points, Shape.NUMBER),
    Column(_("状态"), lambda row: STATES[row.state]),
    Column(_("确认人"), lambda row: row.decided_by_name),
)
LINES: tuple[Column[OpeningRow], ...] = (
    Column(_("姓名"), lambda row: row.person_name),
    Column(_("住户"), lambda row: row.household_label),
    Column(_("社区"), lambda row: row.village_name),
    Column(_("积分"), lambda row: row.points, Shape.NUMBER),
    Column(_("截至日期"), lambda row: row.held_on, Shape.DAY),
    Column(_("状态"), lambda row: LINE_STATES[row.state]),
)


class ConfirmForm(DecisionForm):
    """Confirm a list as it stands, or send it back with a reason."""

    choice = "do"
    explained = frozenset({"decline"})
    do = forms.ChoiceField(choices=[("confirm", ""), ("decline", "")], required=False)


@requires(READ)
@takes_post
def openings(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List what was imported, the newest first. POST gives it as Excel."""
    listing = Listing(
        "openings",
        _("期初积分"),
        LISTS,
        lambda after, limit: points.opening_lists(request.actor, after=after, limit=limit),
        empty=_("还没有导入期初积分。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing)}
    return TemplateResponse(request, "desk/openings.html", context)


@requires(READ)
@takes_post
def opening(request: SeatedRequest, list_id: UUID) -> HttpResponse | FileResponse:
    """Show a list line by line; POST confirms it, or gives the lines as Excel."""
    listing = Listing(
        "opening-lines",
        _("期初积分"),
        LINES,
        lambda after, limit: points.openings(request.actor, list_id, after=after, limit=limit),
        empty=_("这份名单没有人。"),
    )
    if request.method != "POST":
        return _show(request, list_id, listing, ConfirmForm.fresh(request))
    if "list" in request.POST:
        return excel.download(request, listing)
    request.actor.may(CONFIRM).or_refuse()
    form = ConfirmForm(request.POST)
    if form.checked():
        with form.refusals():
            said = form.cleaned_data
            if said["do"] == "decline":
                points_actions.decline_openings(
                    actor=request.actor, key=said["key"], list_id=list_id, reason=said["reason"]
                )
            else:
                points_actions.confirm_openings(
                    actor=request.actor, key=said["key"], list_id=list_id
                )
            return HttpResponseRedirect(reverse("desk-opening", args=[list_id]))
    with reading(request):
        return _show(request, list_id, listing, form)


def _show(
    request: SeatedRequest, list_id: UUID, listing: Listing[OpeningRow], form: ConfirmForm
) -> HttpResponse:
    row = points.opening_list(request.actor, list_id)
    context = {
        "row": row,
        "state": STATES[row.state],
        "may_confirm": row.state == "asked"
        and row.proposed_by_id != request.actor.id
        and request.actor.may(CONFIRM).allowed,
        "table": tables.shown(request, listing),
        "form": form,
    }
    return TemplateResponse(request, "desk/opening.html", context, status=form.status)
