"""样板村 at the desk: which a town has named, how many it still may, naming and ending one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.disclosures import actions
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.queries import ModelRow, TownModels
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.disclosed.lists import READ, place_of

WRITE = "disclosures.model.write"
COLUMNS: tuple[Column[ModelRow], ...] = (
    Column(
        _("村（社区）"),
        lambda row: row.area_name,
        url=lambda row: reverse("desk-disclosure-village-items", args=[row.area_id]),
    ),
    Column(_("镇街"), lambda row: row.town_name),
    Column(_("从哪天起"), lambda row: row.since, Shape.DAY),
    Column(_("为什么定它"), lambda row: row.reason),
    Column(_("谁定的"), lambda row: row.named_by, aside=True),
    Column(_("哪天结束"), lambda row: row.ended_on, Shape.DAY),
    Column(_("为什么结束"), lambda row: row.ended_reason),
    Column(_("谁结束的"), lambda row: row.ended_by, aside=True),
)


def _day(label: Any) -> forms.DateField:
    wrong = _("请选择日期。")
    return forms.DateField(
        label=label,
        widget=DayInput(),
        error_messages={"required": wrong, "invalid": wrong},
    )


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明原因。")},
    )


class NameForm(Sheet):
    """Which village, from which day on, why."""

    village = forms.ChoiceField(label=_("村（社区）"))
    since = _day(_("从哪天起"))
    reason = _reason(_("为什么定它"))


class EndForm(Sheet):
    """Which model village ends, from which day on it is none, why."""

    model = forms.ChoiceField(label=_("哪个样板村"))
    ended_on = _day(_("哪天起不再是"))
    reason = _reason(_("为什么结束"))


FORMS: dict[str, type[Sheet]] = {"name": NameForm, "end": EndForm}


@requires(READ)
@takes_post
def model_villages(request: SeatedRequest) -> HttpResponse | FileResponse:
    """Show the model villages of the place's towns. POST names one, ends one, or gives a list."""
    actor = request.actor
    listing = Listing(
        "model-villages",
        _("样板村记录"),
        COLUMNS,
        tables.short(lambda: disclosures.model_history(actor, place_of(actor))),
        empty=_("还没有定过样板村。"),
        paged=False,
    )
    if "list" in request.POST:
        return excel.download(request, listing)
    with reading(request):
        towns = disclosures.model_towns(actor, place_of(actor))
    shown = {do: _form(do, towns, request=request) for do in FORMS}
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in FORMS:
            raise NotFound("step")
        with reading(request):
            ever = disclosures.model_history(actor, place_of(actor))
        form = shown[do] = _form(do, towns, ever, data=request)
        if form.checked():
            with form.refusals():
                _do(request, do, form)
                return HttpResponseRedirect(reverse("desk-model-villages"))
    with reading(request):
        if request.method == "POST":  # refused, perhaps for what somebody else has just named
            towns = disclosures.model_towns(actor, place_of(actor))
        context = {
            "towns": towns,
            "forms": shown,
            "left": sum(town.left for town in towns),
            "named": sum(len(town.standing) for town in towns),
            "may_write": actor.may(WRITE).allowed,
            "table": tables.shown(request, listing),
        }
        status = max(form.status for form in shown.values())
        return TemplateResponse(
            request, "desk/disclosed/model_villages.html", context, status=status
        )


def _do(request: SeatedRequest, do: str, form: Sheet) -> None:
    values = form.cleaned_data
    said: dict[str, Any] = {
        "actor": request.actor,
        "key": values["key"],
        "reason": values["reason"],
    }
    steps: dict[str, Callable[[], object]] = {
        "name": lambda: actions.name_model_village(
            **said, area_id=UUID(values["village"]), since=values["since"]
        ),
        "end": lambda: actions.end_model_village(
            **said, model_id=UUID(values["model"]), ended_on=values["ended_on"]
        ),
    }
    steps[do]()


def _form(
    do: str,
    towns: tuple[TownModels, ...],
    ever: tuple[ModelRow, ...] = (),
    *,
    request: SeatedRequest | None = None,
    data: SeatedRequest | None = None,
) -> Sheet:
    """Return a step's form, fresh or as sent, with the villages there are to choose."""
    kind, more = FORMS[do], {"auto_id": f"{do}-%s"}
    today = clock.today().isoformat()
    initial = {"since": today, "ended_on": today}
    form = (
        kind(data.POST, **more) if data else kind.fresh(request, initial=initial, **more)  # type: ignore[arg-type]
    )
    standing = {each.area_id for town in towns for each in town.standing}
    # What was sent may name a village somebody has named meanwhile, this form the first time:
    # the action says so, or gives what it made then.
    choices: dict[str, Any] = {
        "village": [
            (
                town.town.name,
                [(str(v.id), v.name) for v in town.villages if data or v.id not in standing],
            )
            for town in towns
        ],
        "model": [
            (str(each.id), f"{each.area_name}（{each.town_name}）")
            for each in (ever if data else (e for town in towns for e in town.standing))
        ],
    }
    for name, given in choices.items():
        field = form.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = given
    return form
