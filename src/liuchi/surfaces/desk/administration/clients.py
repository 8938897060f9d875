"""Keys of other systems that report what residents tell them (Open311)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import ClientOf
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.second_factor import second_factor
from liuchi.surfaces.components.tables import Action, Column, Listing, Shape

TITLE_CHARACTERS_MAX = 40
COLUMNS: tuple[Column[ClientOf], ...] = (
    Column(_("系统"), lambda row: row.title),
    Column(_("地方"), lambda row: row.area_name),
    Column(_("开设"), lambda row: row.opened_at, Shape.MOMENT),
    Column(_("最近使用"), lambda row: row.last_used_on, Shape.DAY),
    Column(_("停用时间"), lambda row: row.ended_at, Shape.MOMENT),
)


class ClientForm(Sheet):
    """What the system is called, and the place it may report in."""

    title = forms.CharField(
        label=_("系统名称"),
        max_length=TITLE_CHARACTERS_MAX,
        error_messages={"required": _("请写系统名称。")},
    )
    area = forms.ChoiceField(label=_("地方"), error_messages={"required": _("请选择地方。")})

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        """Offer the actor's own place and those below it."""
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        if isinstance(field, forms.ChoiceField):
            own = [] if actor.area_id is None else [actor.area_id]
            places = directory.areas(directory.places_down_to_villages(own))
            field.choices = [(str(area.id), area.name) for area in places.values()]


class EndForm(Sheet):
    """Ends a key; nothing to fill in."""


@requires("accounts.client.write")
@takes_post
@second_factor
def clients(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the systems that have a key, and open one more: its key is shown this once."""
    if request.method == "POST" and "list" in request.POST:
        return excel.download(request, _listing(request))
    form, opened = ClientForm.fresh(request, actor=request.actor), ""
    if request.method == "POST":
        with reading(request):
            form = ClientForm(request.POST, actor=request.actor)
        if form.checked():
            with form.refusals():
                opened = directory_actions.open_client(
                    title=form.cleaned_data["title"],
                    area_id=UUID(form.cleaned_data["area"]),
                    actor=request.actor,
                    key=form.cleaned_data["key"],
                ).key
                form = ClientForm(initial={"key": str(new_id())}, actor=request.actor)
    with reading(request):
        context = {
            "form": form,
            "opened": opened,
            "address": public_address(request, "/open311/v2"),
            "table": tables.shown(request, _listing(request)),
            "just_ended": "ended" in request.GET,
        }
        response = TemplateResponse(
            request, "desk/administration/clients.html", context, status=form.status
        ).render()
    response.headers["Cache-Control"] = "no-store"
    return response


@requires("accounts.client.write")
@takes_post
@second_factor
def end(request: SeatedRequest, client_id: UUID) -> HttpResponse:
    """Ask on GET, end a key on POST."""
    form = EndForm.fresh(request)
    if request.method == "POST":
        form = EndForm(request.POST)
        if form.checked():
            with form.refusals():
                directory_actions.end_client(
                    client_id=client_id, actor=request.actor, key=form.cleaned_data["key"]
                )
                return HttpResponseRedirect(reverse("desk-clients") + "?ended=1")
    with reading(request):
        context = {"form": form, "row": directory.client_of(request.actor, client_id)}
    return TemplateResponse(
        request, "desk/administration/client_end.html", context, status=form.status
    )


def _listing(request: SeatedRequest) -> Listing[ClientOf]:
    return Listing(
        "clients",
        _("外部系统"),
        COLUMNS,
        tables.short(lambda: directory.clients(request.actor)),
        empty=_("还没有外部系统。要接入时，填系统名称和地方，开一个密钥。"),
        action=Action(
            _("停用密钥"),
            lambda row: "" if row.ended_at else reverse("desk-client-end", args=[row.id]),
        ),
    )
