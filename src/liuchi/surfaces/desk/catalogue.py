"""A shop's list at the desk: goods with photo and prices, hours, days it is closed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import GoodsRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import today
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.photos import PHOTO_BYTES_MAX
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

FEN = 100
WEEK = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))


class GoodsForm(Sheet):
    """What the list says of goods; the code only while they are new."""

    title = forms.CharField(label=_("商品名称"), max_length=80)
    code = forms.CharField(label=_("编号"), max_length=40)
    barcode = forms.CharField(label=_("条码"), max_length=40, required=False)
    price_points = forms.IntegerField(label=_("所需积分"), min_value=1)
    value = forms.DecimalField(
        label=_("市场价（元）"), min_value=Decimal(0), decimal_places=2, required=False
    )
    low_stock = forms.IntegerField(label=_("少于几件时提醒"), min_value=0, initial=5)
    photo = forms.FileField(label=_("照片"), required=False)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        """``new``: whether the goods are not on the list yet."""
        super().__init__(*args, **kwargs)
        self.fields["photo"].widget.attrs.update({"accept": "image/*"})
        if not new:
            del self.fields["code"], self.fields["price_points"]

    def clean_photo(self) -> Any:
        """Check the size; whether it is a picture, ``files`` decides."""
        photo = self.cleaned_data["photo"]
        if photo and photo.size > PHOTO_BYTES_MAX:
            raise forms.ValidationError(_("每张照片不超过 10 MB。"), code="too_large")
        return photo

    @property
    def listed(self) -> dict[str, Any]:
        """What both actions take."""
        values = self.cleaned_data
        return {
            "title": values["title"],
            "barcode": values["barcode"],
            "low_stock": values["low_stock"],
            "value_fen": None if values["value"] is None else int(values["value"] * FEN),
        }


class PriceForm(Sheet):
    """Another price, from a day on."""

    price_points = forms.IntegerField(label=_("新的所需积分"), min_value=1)
    from_day = forms.DateField(label=_("从哪天起"), widget=DayInput)


class HoursForm(Sheet):
    """Seven texts, Monday first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A field for each day of the week."""
        super().__init__(*args, **kwargs)
        for number, title in enumerate(WEEK):
            self.fields[f"day_{number}"] = forms.CharField(
                label=title, max_length=60, required=False
            )

    @property
    def week(self) -> list[str]:
        """What was entered, Monday first."""
        return [self.cleaned_data[f"day_{number}"] for number in range(len(WEEK))]


class ClosureForm(Sheet):
    """Days on which the shop stays closed."""

    first_day = forms.DateField(label=_("第一天"), widget=DayInput)
    last_day = forms.DateField(label=_("最后一天"), widget=DayInput)
    reason = forms.CharField(label=_("原因"), max_length=40)


def _state(row: GoodsRow) -> str:
    if row.discontinued:
        return str(_("已停换"))
    return str(_("快没了")) if row.stock <= row.low_stock else str(_("在架"))


COLUMNS: tuple[Column[GoodsRow], ...] = (
    Column(
        _("商品"),
        lambda row: row.title,
        url=lambda row: reverse("desk-goods-item", args=[row.shop_id, row.id]),
    ),
    Column(_("编号"), lambda row: row.code),
    Column(_("条码"), lambda row: row.barcode),
    Column(_("积分"), lambda row: row.price_points, Shape.NUMBER),
    Column(_("库存"), lambda row: row.stock, Shape.NUMBER),
    Column(_("状态"), _state),
)


@requires("points.stock.write")
@takes_post
def goods(request: SeatedRequest, shop_id: UUID) -> HttpResponse | FileResponse:
    """Everything on a shop's list, also what is no longer offered. POST gives it as Excel."""
    actor = request.actor
    listing = Listing(
        "catalogue",
        _("商品目录"),
        COLUMNS,
        tables.short(lambda: points.goods(actor, shop_id, discontinued=True)),
        empty=_("目录是空的。"),
        paged=False,
    )
    if request.method == "POST":
        return excel.download(request, listing)
    rows = points.goods(actor, shop_id, discontinued=True)
    context = {
        "shop": points.shop(actor, shop_id),
        "table": tables.shown(request, listing, tables.whole(rows)),
        "low": sum(1 for row in rows if not row.discontinued and row.stock <= row.low_stock),
    }
    return TemplateResponse(request, "desk/goods.html", context)


@requires("points.stock.write")
@takes_post
def goods_new(request: SeatedRequest, shop_id: UUID) -> HttpResponse:
    """Put one more kind of goods on the list."""
    if request.method != "POST":
        return _show_new(request, shop_id, GoodsForm.fresh(request, new=True))
    form = GoodsForm(request.POST, request.FILES, new=True)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            made = points_actions.offer_goods(
                actor=request.actor,
                key=values["key"],
                shop_id=shop_id,
                code=values["code"].strip().lower(),
                price_points=values["price_points"],
                **form.listed,
            )
            _photo(request.actor, form, shop_id, made.id)
            return HttpResponseRedirect(reverse("desk-goods", args=[shop_id]))
    with reading(request):
        return _show_new(request, shop_id, form)


@requires("points.stock.write")
@takes_post
def goods_item(request: SeatedRequest, shop_id: UUID, goods_id: UUID) -> HttpResponse:
    """One kind of goods: correct it, show a photo, change its price, take it off the list."""
    if request.method != "POST":
        return _show_item(request, shop_id, goods_id)
    actor, step = request.actor, request.POST.get("step", "edit")
    form: Sheet
    if step == "price":
        form = PriceForm(request.POST)
    elif step in {"discontinue", "resume"}:
        form = Sheet(request.POST)
    else:
        form = GoodsForm(request.POST, request.FILES, new=False)
    if form.checked():
        with form.refusals():
            _change(actor, step, form, shop_id, goods_id)
            return HttpResponseRedirect(reverse("desk-goods-item", args=[shop_id, goods_id]))
    with reading(request):
        return _show_item(request, shop_id, goods_id, form)


@requires("points.stock.write")
@takes_post
def hours(request: SeatedRequest, shop_id: UUID) -> HttpResponse:
    """When the shop is open, and days on which it is not."""
    if request.method != "POST":
        return _show_hours(request, shop_id)
    closing = request.POST.get("step") == "close"
    closure_id = request.POST.get("closure", "")
    form: Sheet = Sheet(request.POST)
    if not closure_id:
        form = ClosureForm(request.POST) if closing else HoursForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        said = {"actor": request.actor, "key": values["key"], "shop_id": shop_id}
        with form.refusals():
            if isinstance(form, HoursForm):
                points_actions.set_hours(**said, week=form.week)
            elif isinstance(form, ClosureForm):
                days = {name: values[name] for name in ("first_day", "last_day", "reason")}
                points_actions.close_shop(**said, **days)
            else:
                points_actions.reopen_shop(**said, closure_id=_id(closure_id))
            return HttpResponseRedirect(reverse("desk-hours", args=[shop_id]))
    with reading(request):
        return _show_hours(request, shop_id, form)


def _change(actor: Actor, step: str, form: Sheet, shop_id: UUID, goods_id: UUID) -> None:
    values = form.cleaned_data
    said = {"actor": actor, "key": values["key"], "shop_id": shop_id, "goods_id": goods_id}
    if isinstance(form, PriceForm):
        points_actions.set_price(
            **said, price_points=values["price_points"], from_day=values["from_day"]
        )
    elif isinstance(form, GoodsForm):
        points_actions.edit_goods(**said, **form.listed)
        _photo(actor, form, shop_id, goods_id)
    else:
        points_actions.discontinue_goods(**said, discontinued=step == "discontinue")


def _photo(actor: Actor, form: GoodsForm, shop_id: UUID, goods_id: UUID) -> None:
    photo = form.cleaned_data["photo"]
    if photo:
        points_actions.set_photo(
            actor=actor,
            key=form.cleaned_data["key"],
            shop_id=shop_id,
            goods_id=goods_id,
            content=photo.read(),
            filename=photo.name or "photo",
        )


def _show_new(request: SeatedRequest, shop_id: UUID, form: GoodsForm) -> HttpResponse:
    context = {"shop": points.shop(request.actor, shop_id), "form": form}
    return TemplateResponse(request, "desk/goods_new.html", context, status=form.status)


def _show_item(
    request: SeatedRequest, shop_id: UUID, goods_id: UUID, sent: Sheet | None = None
) -> HttpResponse:
    actor = request.actor
    row = points.goods_item(actor, shop_id, goods_id)
    listed = {
        "title": row.title,
        "barcode": row.barcode,
        "low_stock": row.low_stock,
        "value": None if row.value_fen is None else f"{row.value_fen / FEN:.2f}",
    }
    context = {
        "shop": points.shop(actor, shop_id),
        "item": row,
        "prices": points.prices_of(actor, goods_id),
        "form": sent
        if isinstance(sent, GoodsForm)
        else GoodsForm.fresh(request, new=False, initial=listed),
        "price_form": sent
        if isinstance(sent, PriceForm)
        else PriceForm.fresh(request, initial={"from_day": today()}),
        "state_form": sent if type(sent) is Sheet else Sheet.fresh(request),
    }
    return TemplateResponse(
        request, "desk/goods_item.html", context, status=sent.status if sent else None
    )


def _show_hours(request: SeatedRequest, shop_id: UUID, sent: Sheet | None = None) -> HttpResponse:
    held = points.hours(shop_id)
    week = {f"day_{number}": text for number, text in enumerate(held.week)}
    context = {
        "shop": points.shop(request.actor, shop_id),
        "closures": held.closures,
        "form": sent if isinstance(sent, HoursForm) else HoursForm.fresh(request, initial=week),
        "closure_form": sent if isinstance(sent, ClosureForm) else ClosureForm.fresh(request),
        "reopen_form": sent if type(sent) is Sheet else Sheet.fresh(request),
    }
    return TemplateResponse(
        request, "desk/hours.html", context, status=sent.status if sent else None
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
