"""Sending a table: anew, or one that was sent before once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.collect import actions, rules
from liuchi.engines.collect import queries as collect
from liuchi.engines.collect.actions import Sending
from liuchi.engines.collect.queries import TableRow
from liuchi.kernel import clock
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.collecting.table_form import TableForm, as_sent

_DAYS_USUAL = 7


@requires("collect.table.send")
@takes_post
def new(request: SeatedRequest) -> HttpResponse:
    """Send a table to units."""
    return _send(request, None)


@requires("collect.table.send")
@takes_post
def again(request: SeatedRequest, table_id: UUID) -> HttpResponse:
    """Send a table once more, with the same columns, to the same units."""
    return _send(request, table_id)


def _send(request: SeatedRequest, table_id: UUID | None) -> HttpResponse:
    with reading(request):
        given = _choices(request)
        if request.method != "POST":
            form = TableForm.fresh(request, initial=_initial(request, table_id), **given)
            return _show(request, form)
        form = TableForm(request.POST, **given)
        if form.pressed() or not form.checked():
            return _show(request, form)
    with form.refusals():
        row = actions.send(
            actor=request.actor, key=form.cleaned_data["key"], sending=_sending(form)
        )
        return HttpResponseRedirect(reverse("desk-collect-table", args=[row.id]) + "?sent=1")
    with reading(request):
        return _show(request, form)


def _initial(request: SeatedRequest, table_id: UUID | None) -> dict[str, object]:
    actor, today = request.actor, clock.today()
    if table_id is None:
        ends_on = today + timedelta(days=_DAYS_USUAL)
        return {"owner_id": actor.id, "ends_on": ends_on, "lines": "1"}
    row = collect.table(actor, table_id)
    units = [each.area_id for each in collect.replies(actor, table_id)]
    return {**as_sent(row, units), "owner_id": actor.id, "ends_on": today + _length(row)}


def _length(row: TableRow) -> timedelta:
    """Return for how long a table was open; a day at least, as long as one may be at most."""
    days = (row.ends_on - clock.local_day(row.sent_at)).days
    return timedelta(days=max(1, min(days, rules.DAYS_MAX)))


def _choices(request: SeatedRequest) -> dict[str, Any]:
    actor = request.actor
    return {
        "units": [(each.id, each.name) for each in collect.units(actor)],
        "owners": collect.owners(actor, actor.area_id) if actor.area_id else (),
        "counted": collect.counted(actor),
    }


def _sending(form: TableForm) -> Sending:
    values = form.cleaned_data
    names = ("title", "owner_id", "ends_on", "note", "purpose", "retain_days", "rows_max", "again")
    return Sending(
        columns=form.columns(),
        unit_ids=tuple(values["unit_ids"]),
        **{name: values[name] for name in names},
    )


def _show(request: SeatedRequest, form: TableForm) -> HttpResponse:
    if form.is_bound:  # whatever was pressed: what is asked of them elsewhere is seen before
        ids = [each.id for each in collect.units(request.actor)]
        form.elsewhere = collect.elsewhere(form.columns(), ids)
    context = {"form": form}
    return TemplateResponse(request, "desk/collect_new.html", context, status=form.status)
