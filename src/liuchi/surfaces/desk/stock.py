"""Stock in with its delivery note, counting the shelf, goods between shops, goods brought back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import printing
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.forms import ReasonForm

COUNT_PREFIX = "count-"


class MoveForm(Sheet):
    """What is sent where."""

    goods_id = forms.ChoiceField(label=_("商品"))
    to_shop_id = forms.ChoiceField(label=_("调到"))
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=10_000)

    def __init__(
        self, *args: Any, choices: dict[str, list[tuple[str, str]]], **kwargs: Any
    ) -> None:
        """``choices``: goods of this shop and the other shops, by field."""
        super().__init__(*args, **kwargs)
        for name, offered in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = offered


class ReturnForm(ReasonForm):
    """How much comes back, and why."""

    quantity = forms.IntegerField(label=_("退几件"), min_value=1, initial=1)
    field_order = ("quantity", "reason")


@requires("points.stock.write")
@takes_post
def stocktake(request: SeatedRequest, shop_id: UUID) -> HttpResponse:
    """Enter what was counted, without seeing what the books say; another person posts it."""
    if request.method != "POST":
        return _show_stocktake(request, shop_id, Sheet.fresh(request))
    step, wanted = request.POST.get("step", ""), request.POST.get("stocktake", "")
    form = ReasonForm(request.POST) if step == "post" else Sheet(request.POST)
    if form.checked():
        said: dict[str, Any] = {"actor": request.actor, "key": form.cleaned_data["key"]}
        with form.refusals():
            if step == "post":
                reason = form.cleaned_data["reason"]
                points_actions.post_count(**said, stocktake_id=_id(wanted), reason=reason)
            elif step == "drop":
                points_actions.drop_count(**said, stocktake_id=_id(wanted))
            else:
                points_actions.count_stock(**said, shop_id=shop_id, counted=_counted(request))
            return HttpResponseRedirect(reverse("desk-stocktake", args=[shop_id]))
    with reading(request):
        return _show_stocktake(request, shop_id, form)


@requires("points.stock.write")
def stocktake_print(request: SeatedRequest, shop_id: UUID) -> HttpResponse:
    """The blank sheet to count with a pen."""
    rows = points.goods(request.actor, shop_id, discontinued=True)
    return printing.stocktake(request, points.shop(request.actor, shop_id), rows)


@requires("points.stock.write")
@takes_post
def moves(request: SeatedRequest, shop_id: UUID) -> HttpResponse:
    """Send goods to another shop, receive what was sent, see what is on its way."""
    if request.method != "POST":
        choices = _choices(request, shop_id)
        return _show_moves(request, shop_id, MoveForm.fresh(request, choices=choices))
    step, wanted = request.POST.get("step", ""), request.POST.get("move", "")
    with reading(request):
        choices = _choices(request, shop_id)
    form = (
        Sheet(request.POST)
        if step in {"receive", "cancel"}
        else MoveForm(request.POST, choices=choices)
    )
    if form.checked():
        values = form.cleaned_data
        said: dict[str, Any] = {"actor": request.actor, "key": values["key"]}
        with form.refusals():
            if step == "receive":
                points_actions.receive_goods(**said, move_id=_id(wanted))
            elif step == "cancel":
                points_actions.cancel_move(**said, move_id=_id(wanted))
            else:
                points_actions.send_goods(
                    **said,
                    shop_id=shop_id,
                    goods_id=_id(values["goods_id"]),
                    to_shop_id=_id(values["to_shop_id"]),
                    quantity=values["quantity"],
                )
            return HttpResponseRedirect(reverse("desk-moves", args=[shop_id]))
    with reading(request):
        return _show_moves(request, shop_id, form)


@requires("points.redemption.reverse")
@takes_post
def take_back(request: SeatedRequest, redemption_id: UUID) -> HttpResponse:
    """Take part of a redemption back, at the price paid then."""
    if request.method != "POST":
        return _show_return(request, redemption_id, ReturnForm.fresh(request))
    form = ReturnForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            points_actions.return_goods(
                actor=request.actor,
                key=values["key"],
                redemption_id=redemption_id,
                quantity=values["quantity"],
                reason=values["reason"],
            )
            return HttpResponseRedirect(reverse("desk-redemption", args=[redemption_id]))
    with reading(request):
        return _show_return(request, redemption_id, form)


def _counted(request: SeatedRequest) -> dict[UUID, int]:
    """Read the fields ``count-<goods id>``; an empty one was not counted."""
    return {
        _id(name.removeprefix(COUNT_PREFIX)): int(pieces)
        for name in request.POST
        if name.startswith(COUNT_PREFIX) and (pieces := request.POST[name].strip()).isdecimal()
    }


def _choices(request: SeatedRequest, shop_id: UUID) -> dict[str, list[tuple[str, str]]]:
    shelf, shops = points.goods(request.actor, shop_id), points.shops(request.actor)
    return {
        "goods_id": [(str(row.id), row.title) for row in shelf],
        "to_shop_id": [(str(row.id), row.name) for row in shops if row.id != shop_id],
    }


def _show_stocktake(request: SeatedRequest, shop_id: UUID, form: Sheet) -> HttpResponse:
    actor = request.actor
    context = {
        "shop": points.shop(actor, shop_id),
        "goods": points.goods(actor, shop_id, discontinued=True),
        "stocktakes": points.stocktakes(actor, shop_id),
        "form": form,
        "me": actor.id,
    }
    return TemplateResponse(request, "desk/stocktake.html", context, status=form.status)


def _show_moves(request: SeatedRequest, shop_id: UUID, form: Sheet) -> HttpResponse:
    sending = form if isinstance(form, MoveForm) else None
    context = {
        "shop": points.shop(request.actor, shop_id),
        "moves": points.moves(request.actor, shop_id),
        "form": form,
        "send_form": sending or MoveForm.fresh(request, choices=_choices(request, shop_id)),
        "me": request.actor.id,
    }
    return TemplateResponse(request, "desk/moves.html", context, status=form.status)


def _show_return(request: SeatedRequest, redemption_id: UUID, form: Sheet) -> HttpResponse:
    context = {"redemption": points.redemption(request.actor, redemption_id), "form": form}
    return TemplateResponse(request, "desk/take_back.html", context, status=form.status)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("page") from error
