"""Grids (网格) at the desk: the list with its map, what is wrong with the borders, voiding."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind, GridSetting
from liuchi.engines.directory.queries import AreaRow, GridRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paper import qr_svg
from liuchi.surfaces.components import excel, maps, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

WRITE = "directory.grid.write"
SETTINGS = {GridSetting.URBAN: _("城市网格"), GridSetting.RURAL: _("农村网格")}
_NO_ID = UUID(int=0)


def _state(row: GridRow) -> object:
    return _("编码已作废") if row.voided_on else ""


GRIDS: tuple[Column[GridRow], ...] = (
    Column(_("网格"), lambda row: row.name, url=lambda row: reverse("desk-grid", args=[row.id])),
    Column(_("编码"), lambda row: row.code),
    Column(_("社区"), lambda row: row.village_name),
    Column(_("类别"), lambda row: SETTINGS[row.setting]),
    Column(_("负责人"), lambda row: "、".join(row.workers)),
    Column(_("面积（平方米）"), lambda row: row.square_metres, Shape.NUMBER),
    Column(_("状态"), _state),
)


class VoidForm(Sheet):
    """Why a grid's code is voided."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=100,
        error_messages={"required": _("请写明原因。")},
    )


@requires(WRITE)
@takes_post
def grids(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the grids of the area with their map; ``?village=`` keeps to one. POST: Excel."""
    village = _village(request.actor, request.GET.get("village", ""))
    listing = Listing(
        "grids",
        _("网格和地图"),
        GRIDS,
        lambda after, limit: directory.grid_page(
            request.actor, village_id=village.id if village else None, after=after, limit=limit
        ),
        empty=_("还没有网格。请导入网格表或边界文件。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    url = reverse("desk-grid", args=[_NO_ID]).replace(str(_NO_ID), "{id}")
    context = {
        "village": village,
        "map": maps.shown([village.id] if village else _villages(request.actor), url=url),
        "findings": directory.outline_findings(village.id) if village else (),
        "table": tables.shown(request, listing),
    }
    return TemplateResponse(request, "desk/grids.html", context)


@requires(WRITE)
@takes_post
def grid(request: SeatedRequest, grid_id: UUID) -> HttpResponse:
    """Show one grid among its neighbours; POST voids its code."""
    if request.method != "POST":
        return _show(request, grid_id, VoidForm.fresh(request))
    form = VoidForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            directory_actions.void_grid(
                grid_id=grid_id, reason=values["reason"], actor=request.actor, key=values["key"]
            )
            return HttpResponseRedirect(reverse("desk-grid", args=[grid_id]))
    with reading(request):
        return _show(request, grid_id, form)


def _show(request: SeatedRequest, grid_id: UUID, form: VoidForm) -> HttpResponse:
    row = directory.grid(request.actor, grid_id)
    context = {
        "grid": row,
        "setting": SETTINGS[row.setting],
        "used": directory.used_by(grid_id),
        "map": maps.shown([row.village_id], chosen=row.id),
        "qr": _qr(request, row),
        "form": form,
    }
    return TemplateResponse(request, "desk/grid.html", context, status=form.status)


def _qr(request: SeatedRequest, row: GridRow) -> str:
    """Draw the code for the grid's notice board: who scans it reports a matter of this grid."""
    where = reverse("portal-report", args=[row.code])
    return mark_safe(qr_svg(public_address(request, where)))  # noqa: S308  our own drawing


def _village(actor: Actor, code: str) -> AreaRow | None:
    """Return the village asked for, or the actor's own; None where there are several."""
    if code:
        asked = directory.area_by_code(code)
        if not AreaKind(asked.kind).is_village or not actor.covers(asked.scope_code):
            raise NotFound("area")
        return asked
    own = directory.area(actor.area_id) if actor.area_id else None
    return own if own is not None and AreaKind(own.kind).is_village else None


def _villages(actor: Actor) -> tuple[UUID, ...]:
    if actor.area_id is None:
        return ()
    return directory.places_down_to_villages([actor.area_id])
