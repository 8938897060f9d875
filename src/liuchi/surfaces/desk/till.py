"""Counter mode: one page for a whole day at the counter, by keyboard and scanner.

The page itself says nothing of anybody, so that the browser may keep it for when the network
is cut; all it shows it asks for here, and gets as JSON. What it may do then is decided by its
lease (``points.actions.leases``), not by the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PersonRow
from liuchi.engines.directory.rules import mask_name
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import BasketRow
from liuchi.engines.points.queries import cards as grade_cards
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, LiuchiError, NotFound, Refused
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import excel, printing, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.cards import scanned
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest, others_left
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.components.templatetags import liuchi as written
from liuchi.surfaces.desk.forms import ReasonForm

PEOPLE_SHOWN = 8
Answer = Mapping[str, object]


def _print_url(row: BasketRow) -> str:
    return reverse("desk-basket-print", args=[row.id]) if row.number else ""


RECEIPTS: tuple[Column[BasketRow], ...] = (
    Column(gettext_lazy("回执号"), lambda row: row.number or "—", url=_print_url),
    Column(gettext_lazy("居民"), lambda row: row.person_name),
    Column(
        gettext_lazy("商品"),
        lambda row: " ".join(f"{line.goods_title} × {line.quantity}" for line in row.lines),
        own_line=True,
    ),
    Column(gettext_lazy("积分"), lambda row: row.points, Shape.NUMBER),
    Column(gettext_lazy("时间"), lambda row: row.taken_at, Shape.MOMENT),
    Column(gettext_lazy("确认方式"), lambda row: written.confirmed_words(row.confirmation)),
)


@requires("points.redemption.make")
@takes_post
def till(request: SeatedRequest, shop_id: UUID) -> HttpResponse:
    """The page of the counter; POST is what it asks for and does, answered as JSON."""
    if request.method == "POST":
        return _answer(request, shop_id)
    context = {"shop": points.shop(request.actor, shop_id), "words": _words()}
    return TemplateResponse(request, "desk/till.html", context)


@requires("points.redemption.make")
def basket_print(request: SeatedRequest, basket_id: UUID) -> HttpResponse:
    """The receipt of a basket: on A5, or ``?paper=roll`` on a receipt printer's 80 mm."""
    row = points.basket(request.actor, basket_id)
    shop = points.shop(request.actor, row.shop_id)
    return printing.basket_receipt(request, row, shop, on_roll=request.GET.get("paper") == "roll")


@requires("points.redemption.make")
@takes_post
def baskets(request: SeatedRequest, shop_id: UUID) -> HttpResponse | FileResponse:
    """Receipts of a shop, what could not be posted after a cut, and devices holding goods.

    POST gives the receipts as Excel, settles what was refused, or takes a device's goods back.
    """
    if request.method == "POST" and "list" in request.POST:
        return excel.download(request, _receipts(request.actor, shop_id))
    if request.method != "POST":
        return _show_baskets(request, shop_id, ReasonForm.fresh(request))
    lease_id = request.POST.get("lease", "")
    form: Sheet = ReasonForm(request.POST) if lease_id else Sheet(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            if lease_id:
                points_actions.close_lost_lease(
                    actor=request.actor,
                    key=values["key"],
                    shop_id=shop_id,
                    lease_id=_id(lease_id),
                    reason=values["reason"],
                )
            else:
                points_actions.settle_refused(
                    actor=request.actor,
                    key=values["key"],
                    basket_id=_id(request.POST.get("basket", "")),
                )
            return HttpResponseRedirect(reverse("desk-baskets", args=[shop_id]))
    with reading(request):
        return _show_baskets(request, shop_id, form)


def _answer(request: SeatedRequest, shop_id: UUID) -> HttpResponse:
    step = _STEPS.get(request.POST.get("step", ""))
    try:
        if step is None:
            raise Invalid("step_unknown", Sentence("没有这一步。", "There is no such step."))
        return JsonResponse(step(request, shop_id))
    except LiuchiError as error:
        if isinstance(error, NotFound) or (isinstance(error, Refused) and others_left.get()):
            raise
        said = {"refused": say(error.sentence), "code": error.code}
        return JsonResponse(said, status=error.status)


def _state(request: SeatedRequest, shop_id: UUID) -> Answer:
    """What is on the shelf, and how much of it this device may hand out without a network."""
    actor = request.actor
    lease = points_actions.renew_lease(
        actor=actor, shop_id=shop_id, device=_device(request), keep_people=_kept(request)
    )
    with reading(request):
        shelf = points.goods(actor, shop_id)
    return {
        "now": clock.now().isoformat(),
        "offline_until": lease.offline_until.isoformat(),
        "keys": [{"id": key.id, "x": key.x, "y": key.y} for key in grade_cards.public_keys()],
        "goods": [
            {
                "id": str(row.id),
                "code": row.code,
                "title": row.title,
                "barcode": row.barcode,
                "initials": directory.initials(row.title),
                "price": row.price_points,
                "stock": row.stock,
                "leased": lease.goods.get(row.id, 0),
                "photo": reverse("goods-photo", args=[row.image_id]) if row.image_id else "",
            }
            for row in shelf
        ],
        "people": {str(person): held for person, held in lease.people.items()},
    }


def _person(request: SeatedRequest, shop_id: UUID) -> Answer:
    """Who a scanned card or a few typed letters mean; of one person, the points as well."""
    text = request.POST.get("text", "").strip()
    with reading(request):
        found = _people(request.actor, text)
    if len(found) != 1:
        return {"people": [_who(row) for row in found]}
    return _stands_here(request, shop_id, found[0])


def _people(actor: Actor, text: str) -> tuple[PersonRow, ...]:
    read = grade_cards.read(text, clock.today())
    if read.state is grade_cards.CardReading.REVOKED:
        raise Refused(
            "card_revoked",
            Sentence(
                "这张卡已作废。请输入姓名查找，并核对本人。",
                "This card was revoked. Find the resident by name.",
            ),
        )
    person_id = scanned(text)
    if person_id is None and len(text) == len(str(UUID(int=0))):
        person_id = _id(text)
    if person_id is not None:
        return tuple(directory.people_of(actor, [person_id]).values())
    return directory.people(actor, text=text, limit=PEOPLE_SHOWN).rows if text else ()


def _stands_here(request: SeatedRequest, shop_id: UUID, row: PersonRow) -> Answer:
    purse, held = points_actions.hold_points(
        actor=request.actor,
        shop_id=shop_id,
        device=_device(request),
        person_id=row.id,
        keep_people=_kept(request),
    )
    return {
        "people": [_who(row)],
        "person": {
            **_who(row),
            "balance": purse.balance,
            "held": held,
            "has_pin": purse.has_pin,
        },
    }


def _who(row: PersonRow) -> dict[str, object]:
    return {
        "id": str(row.id),
        "name": row.name,
        "masked": mask_name(row.name),
        "household": f"{row.household_label} · {row.grid_name}",
    }


def _redeem(request: SeatedRequest, shop_id: UUID) -> Answer:
    """Post a basket: now, or one that was taken while the network was cut."""
    sent = request.POST
    taken_at = parse_datetime(sent.get("taken_at", "")) if sent.get("later") else None
    if taken_at is not None and taken_at.tzinfo is None:
        taken_at = None
    row = points_actions.take_basket(
        actor=request.actor,
        key=sent.get("key", ""),
        shop_id=shop_id,
        person_id=_whose(sent.get("person", "")),
        lines=_lines(sent.get("lines", "")),
        secret=sent.get("secret", ""),
        device=_device(request),
        later=_later(sent, taken_at),
    )
    return _receipt(row)


def _whose(text: str) -> UUID:
    """Return the person of an id, or of a card that was scanned without a network."""
    found = grade_cards.read(text, clock.today()).person_id
    return _id(text) if found is None else found


def _later(sent: Mapping[str, str], taken_at: datetime | None) -> points_actions.Later | None:
    if not sent.get("later"):
        return None
    return points_actions.Later(
        taken_at=taken_at or clock.now(), handed_over=bool(sent.get("handed_over"))
    )


def _receipt(row: BasketRow) -> Answer:
    return {
        "id": str(row.id),
        "state": row.state,
        "number": row.number,
        "points": row.points,
        "signature": row.confirmation == "signature",
        "handed_over": row.handed_over,
        "print": reverse("desk-basket-print", args=[row.id]),
    }


def _leave(request: SeatedRequest, shop_id: UUID) -> Answer:
    points_actions.close_lease(actor=request.actor, shop_id=shop_id, device=_device(request))
    return {"left": True}


_STEPS: Mapping[str, Callable[[SeatedRequest, UUID], Answer]] = {
    "state": _state,
    "person": _person,
    "redeem": _redeem,
    "leave": _leave,
}


def _show_baskets(request: SeatedRequest, shop_id: UUID, form: Sheet) -> HttpResponse:
    actor = request.actor
    context = {
        "shop": points.shop(actor, shop_id),
        "table": tables.shown(request, _receipts(actor, shop_id)),
        "unsettled": points.baskets(actor, shop_id=shop_id, unsettled=True).rows,
        "leases": points.leases(actor, shop_id),
        "form": form,
        "me": request.seat.user_name,
    }
    return TemplateResponse(request, "desk/baskets.html", context, status=form.status)


def _receipts(actor: Actor, shop_id: UUID) -> Listing[BasketRow]:
    return Listing(
        "receipts",
        _("回执"),
        RECEIPTS,
        lambda after, limit: points.baskets(actor, shop_id=shop_id, after=after, limit=limit),
        empty=_("还没有回执。"),
    )


def _device(request: SeatedRequest) -> str:
    return request.POST.get("device", "")


def _kept(request: SeatedRequest) -> list[UUID]:
    return [_id(each) for each in request.POST.get("keep", "").split(",") if each]


def _lines(text: str) -> list[points_actions.Line]:
    """Read ``[[goods id, quantity, price]]``; Invalid for anything else."""
    try:
        given: list[Any] = json.loads(text)
        return [
            points_actions.Line(UUID(goods), int(quantity), int(price))
            for goods, quantity, price in given
        ]
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(
            "basket_lines", Sentence("请先选商品。", "Choose some goods first.")
        ) from error


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("page") from error


def _words() -> dict[str, str]:
    """Return what the page says by itself, also without a network."""
    return {
        "online": _("网络正常"),
        "offline": _("网络断了：只能交已预留的商品"),
        "waiting": _("待上传 {n} 笔"),
        "none": _("没有找到。请换个写法，或用拼音。"),
        "noGoods": _("没有这个商品。"),
        "balance": _("现有 {n} 分"),
        "heldHere": _("断网时可用 {n} 分"),
        "unknown": _("余额不明，要等网络恢复确认"),
        "left": _("换后剩 {n} 分"),
        "short": _("还差 {n} 分"),
        "stock": _("库存 {n}"),
        "leased": _("可交 {n}"),
        "gone": _("没有了"),
        "points": _("{n} 分"),
        "total": _("共 {n} 分"),
        "empty": _("扫商品条码，或点货架上的商品。"),
        "first": _("先扫居民的积分卡，或输入姓名、拼音。"),
        "more": _("多一件"),
        "less": _("少一件"),
        "done": _("兑换成功"),
        "receipt": _("回执 {n}"),
        "print": _("打印 A5"),
        "roll": _("打印小票"),
        "sign": _("请在回执上签字，店里留存。"),
        "handOver": _("已登记：商品可以交给居民，网络恢复后自动记账。请在纸上签字。"),
        "pending": _("待确认：商品先不要交，网络恢复后告诉居民。"),
        "confirmed": _("已确认：{who}，可以来领。"),
        "synced": _("已补记：{who}，回执 {n}"),
        "refused": _("没有记上：{who}。请到“回执和预留”里查看。"),
        "signIn": _("登录已过期，请重新登录；没有上传的都还在。"),
        "next": _("下一位"),
        "other": _("换一个人"),
        "card": _("持卡居民（断网）"),
        "scanOnly": _("断网时只能扫积分卡。"),
        "setPin": _("没有密码？请本人来设"),
        "notGenuine": _("这张卡认不出来，断网时不能用。"),
    }
