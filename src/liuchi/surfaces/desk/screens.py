"""Screens in halls: who opens one gets an address that needs no sign-in and can be taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.actions import screens as actions
from liuchi.engines.indicators.queries import screens as queries
from liuchi.engines.indicators.queries.screens import ScreenRow
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Action, Column, Listing, Shape

COLUMNS: tuple[Column[ScreenRow], ...] = (
    Column(
        _("挂在哪里"),
        lambda row: row.title,
        url=lambda row: "" if row.closed_at else reverse("wall", args=[row.token]),
    ),
    Column(_("地方"), lambda row: row.area_name),
    Column(_("开设"), lambda row: row.opened_at, Shape.MOMENT),
    Column(_("收回时间"), lambda row: row.closed_at, Shape.MOMENT),
)


class ScreenForm(Sheet):
    """Where it hangs, and the place it shows."""

    title = forms.CharField(
        label=_("挂在哪里"),
        max_length=actions.TITLE_CHARACTERS_MAX,
        error_messages={"required": _("请写屏幕挂在哪里。")},
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


class BackForm(Sheet):
    """Takes an address back; nothing to fill in."""


@requires("indicators.screen.write")
@takes_post
def screens(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the screens and open one more. POST also gives the list as Excel."""
    if request.method == "POST" and "list" in request.POST:
        return excel.download(request, _listing(request))
    form = ScreenForm.fresh(request, actor=request.actor)
    if request.method == "POST":
        with reading(request):
            form = ScreenForm(request.POST, actor=request.actor)
        if form.checked():
            with form.refusals():
                opened = actions.open_screen(
                    title=form.cleaned_data["title"],
                    area_id=UUID(form.cleaned_data["area"]),
                    actor=request.actor,
                    key=form.cleaned_data["key"],
                )
                return HttpResponseRedirect(f"{reverse('desk-screens')}?opened={opened.id}")
    with reading(request):
        opened_now = request.GET.get("opened", "")
        held = queries.screens(request.actor)
        found = next((row for row in held if str(row.id) == opened_now), None)
        context = {
            "form": form,
            "opened": public_address(request, reverse("wall", args=[found.token])) if found else "",
            "table": tables.shown(request, _listing(request), tables.whole(held)),
            "just_closed": "closed" in request.GET,
        }
        return TemplateResponse(request, "desk/screens.html", context, status=form.status).render()


@requires("indicators.screen.write")
@takes_post
def close(request: SeatedRequest, screen_id: UUID) -> HttpResponse:
    """Ask on GET, take an address back on POST."""
    form = BackForm.fresh(request)
    if request.method == "POST":
        form = BackForm(request.POST)
        if form.checked():
            with form.refusals():
                actions.close_screen(
                    screen_id=screen_id, actor=request.actor, key=form.cleaned_data["key"]
                )
                return HttpResponseRedirect(f"{reverse('desk-screens')}?closed=1")
    with reading(request):
        context = {"form": form, "row": queries.screen(request.actor, screen_id)}
        return TemplateResponse(
            request, "desk/screen_back.html", context, status=form.status
        ).render()


def _listing(request: SeatedRequest) -> Listing[ScreenRow]:
    return Listing(
        "screens",
        _("大屏"),
        COLUMNS,
        tables.short(lambda: queries.screens(request.actor)),
        empty=_("还没有开过大屏。"),
        action=Action(_("收回"), _back),
    )


def _back(row: ScreenRow) -> str:
    return "" if row.closed_at else reverse("desk-screen-back", args=[row.id])
