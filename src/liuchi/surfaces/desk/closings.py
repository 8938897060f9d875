"""Purses of people who died, moved away or no longer take part: until when, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import queries as points
from liuchi.engines.points.actions import rounds_of_life
from liuchi.engines.points.queries import ClosingRow
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

READ = "points.account.read"
REASONS = {"withdrawn": _("退出积分"), "moved": _("迁出"), "deceased": _("去世")}
STATES = {
    "open": _("待结清"),
    "settled": _("已结清"),
    "passed_on": _("家人已承接"),
    "kept": _("继续参加"),
}
CLOSINGS: tuple[Column[ClosingRow], ...] = (
    Column(
        _("姓名"), lambda row: row.person_name,
        url=lambda row: reverse("desk-purse", args=[row.person_id]),
    ),
    Column(_("社区"), lambda row: row.village_name),
    Column(_("情况"), lambda row: REASONS[row.reason]),
    Column(_("余额"), lambda row: row.points, Shape.NUMBER),
    Column(_("兑换到"), lambda row: row.ends_on, Shape.DAY),
    Column(_("状态"), lambda row: STATES[row.state]),
)  # fmt: skip


class HeirForm(Sheet):
    """Who of the household takes the points over."""

    successor = forms.ChoiceField(
        label=_("由谁承接"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择承接的家人。")},
    )

    def __init__(self, *args: Any, family: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        """``family`` are the members of the household: id and name."""
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        if isinstance(field, forms.ChoiceField):
            field.choices = family


@requires(READ)
@takes_post
def closings(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List purses that are being closed. POST gives them as Excel."""
    listing = Listing(
        "closings",
        _("待结清的积分"),
        CLOSINGS,
        lambda after, limit: points.closings(request.actor, after=after, limit=limit),
        empty=_("没有待结清的积分。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing)}
    return TemplateResponse(request, "desk/closings.html", context)


@requires(READ)
@takes_post
def purse(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Show how a purse is being closed; POST lets somebody of the household take it over."""
    with reading(request):
        known = _known(request.actor, person_id)
    if known is None:  # nothing is being closed: what there is to say is on the person's page
        return HttpResponseRedirect(reverse("desk-person", args=[person_id]))
    row, family = known
    if request.method != "POST":
        return _show(request, row, HeirForm.fresh(request, family=family), family)
    form = HeirForm(request.POST, family=family)
    if form.checked():
        with form.refusals():
            rounds_of_life.pass_on(
                actor=request.actor,
                key=form.cleaned_data["key"],
                closing_id=row.id,
                successor_id=UUID(form.cleaned_data["successor"]),
            )
            return HttpResponseRedirect(reverse("desk-purse", args=[person_id]))
    return _show(request, row, form, family)


def _known(actor: Actor, person_id: UUID) -> tuple[ClosingRow, tuple[tuple[str, str], ...]] | None:
    directory.person(actor, person_id)  # of another place: not found
    row = points.closing_of(actor, person_id)
    if row is None:
        return None
    if not row.may_be_passed_on or not actor.may(rounds_of_life.WRITE).allowed:
        return row, ()
    home = directory.household_id_of(person_id, row.began_on - timedelta(days=1))
    members = directory.household(actor, home).members if home else ()
    return row, tuple((str(each.id), each.name) for each in members)


def _show(
    request: SeatedRequest, row: ClosingRow, form: HeirForm, family: tuple[tuple[str, str], ...]
) -> HttpResponse:
    context = {
        "row": row,
        "reason": REASONS[row.reason],
        "state": STATES[row.state],
        "form": form,
        "family": family,
    }
    return TemplateResponse(request, "desk/purse.html", context, status=form.status)
