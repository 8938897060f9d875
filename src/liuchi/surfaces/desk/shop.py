"""The counter of the credit supermarket: who, what, sure?, receipt."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import RedemptionState
from liuchi.engines.points.queries import GoodsRow, RedemptionRow, ShopRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import excel, group_texts, pager, tables
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import each, unique
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Action, Listing
from liuchi.surfaces.desk import columns
from liuchi.surfaces.desk.forms import ReasonForm, RedeemForm, StockForm
from liuchi.surfaces.desk.people import find

RECENT_ROWS = 20


@requires("points.goods.read")
@takes_post
@across_posts
def shops(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the shops of the areas one works in; of one alone, open it. POST gives Excel."""

    def found() -> tuple[ShopRow, ...]:
        return unique(each(request, "points.goods.read", points.shops))

    listing = Listing(
        "shops",
        _("信用超市"),
        columns.SHOPS,
        tables.short(found),
        empty=_("您的范围内还没有信用超市。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    shops = found()
    if len(shops) == 1 and "all" not in request.GET:
        return HttpResponseRedirect(reverse("desk-counter", args=[shops[0].id]))
    context = {"table": tables.shown(request, listing, tables.whole(shops))}
    return TemplateResponse(request, "desk/shops.html", context)


@requires("points.goods.read")
@takes_post
def counter(request: SeatedRequest, shop_id: UUID) -> HttpResponse | FileResponse:
    """The counter between two customers: search, shelf, what was handed out lately.

    POST gives the shelf or what was handed out as Excel.
    """
    actor = request.actor
    lists = (_handed_out(actor, shop_id), _shelf(actor, shop_id))
    if request.method == "POST":
        return excel.download(request, *lists)
    found = points.redemptions(
        actor, shop_id=shop_id, after=pager.after(request), limit=RECENT_ROWS
    )
    receipt = request.GET.get("receipt", "")
    shop, goods = points.shop(actor, shop_id), points.goods(actor, shop_id)
    context = {
        **find(request),
        "shop": shop,
        "shelf": tables.shown(request, lists[1], tables.whole(goods)),
        "redemptions": tables.shown(request, lists[0], found),
        "group_text": group_texts.of_goods(request, directory.area(shop.village_id), goods),
        "receipt": next((row for row in found.rows if str(row.id) == receipt), None),
        "may_open": actor.may("points.account.read").allowed,
        "may_redeem": actor.may("points.redemption.make").allowed,
        "may_give": actor.may("points.gift.give").allowed,
        "may_stock": actor.may("points.stock.write").allowed,
    }
    return TemplateResponse(request, "desk/counter.html", context)


@requires("points.redemption.make")
@takes_post
def redeem(request: SeatedRequest, shop_id: UUID, person_id: UUID) -> HttpResponse:
    """Choose goods for a person; the first POST shows what it costs, the second spends it."""
    if request.method != "POST":
        return _show_redeem(request, shop_id, person_id, RedeemForm.fresh(request))
    form = RedeemForm(request.POST)
    confirming = False
    if form.checked():
        values = form.cleaned_data
        confirming = not values["confirmed"]
        with form.refusals():
            if not confirming:
                made = points_actions.redeem(
                    actor=request.actor,
                    key=values["key"],
                    person_id=person_id,
                    shop_id=shop_id,
                    goods_id=values["goods_id"],
                    quantity=values["quantity"],
                )
                where = reverse("desk-counter", args=[shop_id])
                return HttpResponseRedirect(f"{where}?receipt={made.id}")
    with reading(request):
        return _show_redeem(request, shop_id, person_id, form, confirming=confirming)


@requires("points.account.read")
def redemption(request: SeatedRequest, redemption_id: UUID) -> HttpResponse:
    """One redemption: the record behind a fact."""
    row: RedemptionRow = points.redemption(request.actor, redemption_id)
    context = {
        "redemption": row,
        "shop": points.shop(request.actor, row.shop_id),
        "may_reverse": request.actor.may("points.redemption.reverse").allowed
        and row.state != RedemptionState.REVERSED,
        "may_see_person": request.actor.may("directory.person.read").allowed,
        "may_see_facts": request.actor.may("journal.fact.read").allowed,
    }
    return TemplateResponse(request, "desk/redemption.html", context)


@requires("points.redemption.reverse")
@takes_post
def reverse_redemption(request: SeatedRequest, redemption_id: UUID) -> HttpResponse:
    """Undo a redemption with a reason: points and goods both go back."""
    if request.method == "POST":
        form = ReasonForm(request.POST)
        if form.checked():
            values = form.cleaned_data
            with form.refusals():
                row = points_actions.reverse_redemption(
                    actor=request.actor,
                    key=values["key"],
                    redemption_id=redemption_id,
                    reason=values["reason"],
                )
                where = reverse("desk-counter", args=[row.shop_id])
                return HttpResponseRedirect(f"{where}?receipt={redemption_id}")
        with reading(request):
            return _show_reverse(request, redemption_id, form)
    return _show_reverse(request, redemption_id, ReasonForm.fresh(request))


@requires("points.stock.write")
@takes_post
def stock(request: SeatedRequest, shop_id: UUID) -> HttpResponse:
    """Take goods into stock."""
    if request.method != "POST":
        form = StockForm.fresh(request, goods=_goods_choices(request, shop_id))
        return _show_stock(request, shop_id, form)
    with reading(request):
        goods = _goods_choices(request, shop_id)
    form = StockForm(request.POST, goods=goods)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            points_actions.stock_in(
                actor=request.actor,
                key=values["key"],
                shop_id=shop_id,
                goods_id=UUID(values["goods_id"]),
                quantity=values["quantity"],
                note=values["note"],
            )
            return HttpResponseRedirect(reverse("desk-counter", args=[shop_id]))
    with reading(request):
        return _show_stock(request, shop_id, form)


def _handed_out(actor: Actor, shop_id: UUID) -> Listing[RedemptionRow]:
    may_reverse = actor.may("points.redemption.reverse").allowed
    return Listing(
        "redemptions",
        _("兑换记录"),
        columns.redemptions(opens=actor.may("points.account.read").allowed),
        lambda after, limit: points.redemptions(actor, shop_id=shop_id, after=after, limit=limit),
        empty=_("还没有人兑换。"),
        action=Action(_("冲正"), _reverse_url) if may_reverse else None,
    )


def _reverse_url(row: RedemptionRow) -> str:
    return "" if row.state == RedemptionState.REVERSED else reverse("desk-reverse", args=[row.id])


def _shelf(actor: Actor, shop_id: UUID) -> Listing[GoodsRow]:
    return Listing(
        "goods",
        _("货架"),
        columns.SHELF,
        tables.short(lambda: points.goods(actor, shop_id)),
        empty=_("货架是空的。"),
        paged=False,
    )


def _show_redeem(
    request: SeatedRequest,
    shop_id: UUID,
    person_id: UUID,
    form: RedeemForm,
    *,
    confirming: bool = False,
) -> HttpResponse:
    actor = request.actor
    goods = points.goods(actor, shop_id)
    balance = points.balance(actor, person_id)
    chosen = str(form["goods_id"].value() or "")
    item = next((row for row in goods if str(row.id) == chosen), None)
    if confirming and item is None:
        raise NotFound("goods")
    cost = item.price_points * form.cleaned_data["quantity"] if confirming and item else 0
    context = {
        "shop": points.shop(request.actor, shop_id),
        "person": directory.person(actor, person_id),
        "goods": goods,
        "balance": balance,
        "form": form,
        "chosen": chosen,
        "item": item,
        "cost": cost,
        "left": balance - cost,
    }
    page = "desk/redeem_confirm.html" if confirming else "desk/redeem.html"
    return TemplateResponse(request, page, context, status=form.status)


def _show_reverse(request: SeatedRequest, redemption_id: UUID, form: ReasonForm) -> HttpResponse:
    row: RedemptionRow = points.redemption(request.actor, redemption_id)
    context = {"redemption": row, "form": form}
    return TemplateResponse(request, "desk/reverse.html", context, status=form.status)


def _show_stock(request: SeatedRequest, shop_id: UUID, form: StockForm) -> HttpResponse:
    context = {"shop": points.shop(request.actor, shop_id), "form": form}
    return TemplateResponse(request, "desk/stock.html", context, status=form.status)


def _goods_choices(request: SeatedRequest, shop_id: UUID) -> tuple[tuple[str, str], ...]:
    return tuple((str(row.id), row.title) for row in points.goods(request.actor, shop_id))
