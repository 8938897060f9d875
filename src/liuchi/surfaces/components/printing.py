"""What stands on the printed sheets: contexts for the templates in ``components/print``.

Portal and desk print the same sheets for different people; who may print which one is
declared by their views. A sheet names its place, and leads back by a QR code to a page
that anybody may open or that asks who is looking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow, PersonRow
from liuchi.engines.disclosures.queries import ItemRow, PublicDetail, items_of, rows_out
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import (
    BasketRow,
    ClaimRow,
    EntryRow,
    Month,
    MonthLine,
    NoticeSheet,
    RedemptionRow,
    ShopRow,
)
from liuchi.engines.points.queries.benefits import OpenCode
from liuchi.engines.points.queries.cards import CardRow
from liuchi.kernel.clock import today
from liuchi.surfaces.components.cards import card_address
from liuchi.surfaces.components.consent import asked_at
from liuchi.surfaces.components.disclosed import period_words
from liuchi.surfaces.components.methods import by_class, rule_titled, rules_at
from liuchi.surfaces.components.paper import pdf_response, public_address

RECEIPT_CHARACTERS = 8
CARDS_ON_A_SHEET = 10
LINES_ON_SHORT_ROLL = 4
CARD_ITEMS_MAX = 5


@dataclass(frozen=True, slots=True)
class Card:
    """One resident's card. ``address`` is what its QR code says: a signed code, no name."""

    name: str
    village_name: str
    address: str
    number: str
    valid_to: date


def notices(request: HttpRequest, area: AreaRow) -> HttpResponse:
    """Print what is on public notice, each numbered notice on a page of its own.

    Names are masked, or absent where the person wants it so. ``?notice=2026-12`` prints one.
    """
    wanted = request.GET.get("notice", "")
    sheets: tuple[NoticeSheet, ...]
    if wanted:
        sheets = (points.notice_by_code(area.id, wanted),)
    else:
        running = points.notice_sheets(area.id, running=True).rows
        sheets = tuple(points.notice(row.id) for row in reversed(running))
    context = {
        "title": _("积分公示"),
        "place": area.name,
        "sheets": sheets,
        "address": public_address(request, reverse("portal-notices", args=[area.code])),
    }
    return pdf_response(request, "components/print/notices.html", context, _("积分公示"))


def posting(
    request: HttpRequest, area: AreaRow, detail: PublicDetail, row: ItemRow | None
) -> HttpResponse:
    """Print a posting for the notice board: all its rows as everybody reads them; also on A3."""
    held = detail.row
    where = reverse("portal-open-posting", args=[area.code, held.item_code, held.id])
    context = {
        "title": held.item_title,
        "place": area.name,
        "detail": detail,
        "item": None if row is None else row.spec,
        "period": period_words(held.first, held.end),
        "rows": tuple(rows_out([held.id])),
        "is_a3": _is_a3(request),
        "address": public_address(request, where),
    }
    return pdf_response(request, "components/print/posting.html", context, held.item_title)


def open_poster(request: HttpRequest, area: AreaRow) -> HttpResponse:
    """Print what a village has open, how to ask, and 12388; A3 where ``?size=a3`` asks for it."""
    context = _open(request, area) | {"is_a3": _is_a3(request)}
    with _told_in(request):
        return pdf_response(
            request, "components/print/open_poster.html", context, _("办事公开海报")
        )


def open_card(request: HttpRequest, area: AreaRow) -> HttpResponse:
    """Print the same as a card of A4 across, folded in three, on both sides."""
    context = _open(request, area)
    with _told_in(request):
        return pdf_response(request, "components/print/open_card.html", context, _("办事公开折页"))


def _open(request: HttpRequest, area: AreaRow) -> dict[str, object]:
    groups: dict[str, list[str]] = {}
    for row in items_of(area.id, today()):
        if row.applies:
            groups.setdefault(row.group_title, []).append(row.spec.title)
    named = [
        (title, "、".join(items[:CARD_ITEMS_MAX]) + ("…" if len(items) > CARD_ITEMS_MAX else ""))
        for title, items in groups.items()
    ]
    return {
        "title": "办事公开",
        "place": area.name,
        "groups": named,
        "address": public_address(request, reverse("portal-open", args=[area.code])),
    }


def _told_in(request: HttpRequest) -> AbstractContextManager[object]:
    """Print in the language asked for (``?in=en``), else in that of whoever asks."""
    return translation.override("en") if request.GET.get("in") == "en" else nullcontext()


def _is_a3(request: HttpRequest) -> bool:
    return request.GET.get("size") == "a3"


def rules(request: HttpRequest, area: AreaRow) -> HttpResponse:
    """Print the rules in force, under the headings of their classes."""
    found = rules_at(area.id)
    context = {
        "title": _("积分规则"),
        "place": area.name,
        "classes": by_class(found),
        "count": len(found),
        "address": public_address(request, reverse("portal-rules", args=[area.code])),
    }
    return pdf_response(request, "components/print/rules.html", context, _("积分规则"))


def consent(
    request: HttpRequest, area: AreaRow, people: Iterable[PersonRow] = (), household: str = ""
) -> HttpResponse:
    """Print what is asked of who takes part in points: blank, for a person or a household.

    Other methods are agreed to apart: one signature stands for one thing.
    """
    terms = (
        _("参加自愿。不参加、中途退出，都不影响您办任何事、领任何补助。"),
        _("积分只加不扣。公示时姓名隐去一部分，也可以选择不写姓名。"),
        _("信息只用于上面写的用途，您可以随时查看、复制、更正，也可以要求删除。"),
        _("想退出，到社区服务窗口说一声，或扫码后在“我的积分”里退出。"),
    )
    context = {
        **_who_signs(request, area, people, household),
        "title": _("参加积分同意书"),
        "asked": [each for each in asked_at(area.id) if each.has_points],
        "terms": terms,
    }
    return pdf_response(request, "components/print/consent.html", context, _("参加积分同意书"))


def contact_consent(
    request: HttpRequest, area: AreaRow, people: Iterable[PersonRow] = (), household: str = ""
) -> HttpResponse:
    """Print what is asked of a household that is to be kept contact with, as :func:`consent`."""
    terms = (
        _("同意不同意都自愿。不同意、以后不愿意了，都不影响您办任何事、领任何补助。"),
        _("联系人只记哪一天、怎么联系；不记位置，不记谈了什么，不打分、不排名。"),
        _("只有您同意反映的事才登记办理；给您回执，凭它看进度、评价。"),
        _("信息只用于上面写的用途，您可以随时查看、复制、更正，也可以要求删除。"),
        _("不想再被联系，到社区服务窗口说一声，或扫码后在“我的积分”里退出。"),
    )
    context = {
        **_who_signs(request, area, people, household),
        "title": _("同意联系走访书"),
        "asked": [each for each in asked_at(area.id) if each.is_contact],
        "terms": terms,
    }
    return pdf_response(request, "components/print/consent.html", context, _("同意联系走访书"))


def _who_signs(
    request: HttpRequest, area: AreaRow, people: Iterable[PersonRow], household: str
) -> dict[str, object]:
    return {
        "place": area.name,
        "people": tuple(people),
        "household": household,
        "address": public_address(request, reverse("portal-home", args=[area.code])),
    }


def claim_slip(
    request: HttpRequest, area: AreaRow, person: PersonRow | None = None
) -> HttpResponse:
    """Print a slip on which a deed is claimed by pen: blank, or with the person's name."""
    context = {
        "title": _("积分申报单"),
        "place": area.name,
        "person": person,
        "address": public_address(request, reverse("portal-rules", args=[area.code])),
    }
    return pdf_response(request, "components/print/claim_slip.html", context, _("积分申报单"))


def claim_receipt(request: HttpRequest, claim: ClaimRow) -> HttpResponse:
    """Print where a claim stands and what happens next."""
    context = {
        "title": _("积分申报回执"),
        "place": claim.village_name,
        "claim": claim,
        "number": receipt_number(claim.id),
        "rule": rule_titled(rules_at(claim.village_id, internal=True), claim.rule_code),
        "address": public_address(request, reverse("portal-claim", args=[claim.id])),
    }
    return pdf_response(request, "components/print/claim_receipt.html", context, _("积分申报回执"))


def redemption_receipt(
    request: HttpRequest, redemption: RedemptionRow, shop: ShopRow
) -> HttpResponse:
    """Print what was taken for how many points."""
    context = {
        "title": _("兑换回执"),
        "place": shop.village_name,
        "redemption": redemption,
        "shop": shop,
        "number": receipt_number(redemption.id),
        "address": public_address(request, reverse("portal-me")),
    }
    return pdf_response(request, "components/print/redemption_receipt.html", context, _("兑换回执"))


def basket_receipt(
    request: HttpRequest, basket: BasketRow, shop: ShopRow, *, on_roll: bool
) -> HttpResponse:
    """Print the receipt of a basket: on A5, or on the 80 mm roll of a receipt printer."""
    context = {
        "title": _("兑换回执"),
        "place": shop.village_name,
        "basket": basket,
        "shop": shop,
        "on_roll": on_roll,
        "size": ("roll-long" if len(basket.lines) > LINES_ON_SHORT_ROLL else "roll")
        if on_roll
        else "a5",
        "address": public_address(request, reverse("portal-me")),
    }
    return pdf_response(request, "components/print/basket_receipt.html", context, _("兑换回执"))


def statement(
    request: HttpRequest,
    person: PersonRow,
    sums: Month,
    entries: Sequence[EntryRow],
    purse: str,
) -> HttpResponse:
    """Print a month of somebody's points: opening, entries, closing; ``purse`` is one's name."""
    context = {
        "title": _("%(year)s年%(month)s月积分月结单")
        % {"year": sums.first.year, "month": sums.first.month},
        "place": person.village_name,
        "person": person,
        "purse": purse,
        "sums": sums,
        "entries": entries,
        "address": public_address(request, reverse("portal-statement")),
    }
    return pdf_response(request, "components/print/statement.html", context, _("积分月结单"))


def prices(request: HttpRequest, shop: ShopRow, goods: Iterable[object]) -> HttpResponse:
    """Print a shop's goods and their prices, the cheapest first."""
    area = directory.area(shop.village_id)
    context = {
        "title": _("%(shop)s兑换价目") % {"shop": shop.name},
        "place": shop.village_name,
        "shop": shop,
        "goods": tuple(goods),
        "day": today(),
        "address": public_address(request, reverse("portal-home", args=[area.code])),
    }
    return pdf_response(request, "components/print/prices.html", context, _("兑换价目"))


def redeemed(
    request: HttpRequest, area: AreaRow, first: date, rows: Sequence[MonthLine]
) -> HttpResponse:
    """Print what was redeemed in a month, for the board: goods and counts."""
    context = {
        "title": _("%(year)s年%(month)s月积分兑换公开")
        % {"year": first.year, "month": first.month},
        "place": area.name,
        "rows": rows,
        "pieces": sum(row.pieces for row in rows),
        "address": public_address(request, reverse("portal-shop-month", args=[area.code])),
    }
    return pdf_response(request, "components/print/redeemed.html", context, _("兑换公开"))


def stocktake(request: HttpRequest, shop: ShopRow, goods: Iterable[object]) -> HttpResponse:
    """Print the sheet to count with: what the books say is left off on purpose."""
    context = {
        "title": _("盘点表"),
        "place": shop.village_name,
        "shop": shop,
        "goods": tuple(goods),
    }
    return pdf_response(request, "components/print/stocktake.html", context, _("盘点表"))


def cards(
    request: HttpRequest,
    place: str,
    people: Iterable[PersonRow],
    issued: Iterable[CardRow],
) -> HttpResponse:
    """Print the good cards of some people on A4, ten to a sheet, with marks to cut along."""
    held = {row.person_id: row for row in issued if row.is_good}
    made = [card_of(request, person, held[person.id]) for person in people if person.id in held]
    sheets = [made[at : at + CARDS_ON_A_SHEET] for at in range(0, len(made), CARDS_ON_A_SHEET)]
    context = {"title": _("积分卡"), "place": place, "sheets": sheets}
    return pdf_response(request, "components/print/cards.html", context, _("积分卡"))


def card(request: HttpRequest, person: PersonRow, issued: CardRow) -> HttpResponse:
    """Print one good card large, on A5, with what it is for."""
    context = {
        "title": _("积分卡"),
        "place": person.village_name,
        "card": card_of(request, person, issued),
    }
    return pdf_response(request, "components/print/card.html", context, _("积分卡"))


def waiver(request: HttpRequest, person: PersonRow, codes: Sequence[OpenCode]) -> HttpResponse:
    """Print one-time codes of waived fees for a resident without a phone."""
    area = directory.area(person.village_id)
    context = {
        "title": _("费用减免码"),
        "place": person.village_name,
        "person": person,
        "codes": codes,
        "address": public_address(request, reverse("portal-partners", args=[area.code])),
    }
    return pdf_response(request, "components/print/waiver.html", context, _("费用减免码"))


def poster(request: HttpRequest, area: AreaRow, *, of_shop: bool) -> HttpResponse:
    """Print the village's QR code for the gate or the shop; A3 where ``?size=a3`` asks for it."""
    context = {
        "title": (points.shop_title(area.id) or _("信用超市")) if of_shop else _("扫码看这里"),
        "place": area.name,
        "of_shop": of_shop,
        "is_a3": _is_a3(request),
        "address": public_address(request, reverse("portal-home", args=[area.code])),
    }
    return pdf_response(request, "components/print/poster.html", context, _("海报"))


def card_of(request: HttpRequest, person: PersonRow, issued: CardRow) -> Card:
    """Return a person's card as it was issued."""
    address = card_address(request, issued.token)
    return Card(person.name, person.village_name, address, issued.spaced_number, issued.valid_to)


def receipt_number(record_id: UUID) -> str:
    """Return the end of a record's id, the part that tells records of one day apart."""
    return record_id.hex[-RECEIPT_CHARACTERS:].upper()
