"""复制到群: what staff paste into a residents' chat group, 70 characters with the link.

A text names the place, the matter and the day, never a person. Each comes in wordings
from long to short; the longest that fits with its short link is taken, so that a long
village name costs detail, not the link.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal import queries as journal
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import ClaimRow, GoodsRow, MonthLine
from liuchi.kernel.clock import today
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.methods import rules_at
from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.components.templatetags.liuchi import day, signed

CHARACTERS_MAX = 70
GOODS_NAMED = 2
LINK_CHARACTERS_MAX = 40
# Letter of a short link: the page it leads to.
PAGES = {"n": "portal-notices", "r": "portal-rules", "h": "portal-home", "s": "portal-shop-month"}
OWN_PAGE = "me"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class GroupText:
    """What to say, and under which heading it is offered."""

    title: Promise
    text: str


def of_place(request: HttpRequest, area: AreaRow) -> tuple[GroupText, ...]:
    """Return what can be told a village's group now."""
    return (
        GroupText(gettext_lazy("积分公示"), of_notices(request, area)),
        GroupText(gettext_lazy("积分规则"), of_rules(request, area)),
        GroupText(gettext_lazy("参加积分"), of_consent(request, area)),
    )


def of_notices(request: HttpRequest, area: AreaRow) -> str:
    """Say how many points are on notice and until when."""
    rows = points.notices(area.id)
    name, count = area.name, len(rows)
    until = _short(max((row.notice_until for row in rows), default=None))
    if not count:
        words: tuple[str, ...] = (
            _("【%(name)s】目前没有正在公示的积分。"),
            _("目前没有正在公示的积分。"),
        )
    else:
        words = (
            _("【%(name)s】%(count)s 项积分正在公示，到 %(until)s 止。有不同意见请提出。"),
            _("【%(name)s】%(count)s 项积分公示到 %(until)s。"),
            _("%(count)s 项积分公示到 %(until)s。"),
        )
    return fit(words, link(request, "n", area), name=name, count=count, until=until)


def of_rules(request: HttpRequest, area: AreaRow) -> str:
    """Say since when which number of rules is in force."""
    applied = [each for each in journal.playbooks_in_force(area.id, today()) if points.rules(each)]
    since = _short(max((each.in_force_from for each in applied), default=None))
    words = (
        _("【%(name)s】积分规则自 %(since)s 起施行，共 %(count)s 项，只加不扣。点开看："),
        _("【%(name)s】积分规则共 %(count)s 项，%(since)s 起。"),
        _("积分规则共 %(count)s 项。"),
    )
    count = len(rules_at(area.id))
    return fit(words, link(request, "r", area), name=area.name, count=count, since=since)


def of_consent(request: HttpRequest, area: AreaRow) -> str:
    """Invite to take part: voluntary, on paper or on the phone."""
    words = (
        _("【%(name)s】想参加积分，到社区窗口签同意书，或点开办。自愿参加，随时可退。"),
        _("【%(name)s】参加积分请到社区窗口签字。自愿，可退。"),
        _("参加积分请到社区窗口签字。自愿。"),
        _("参加积分自愿。"),
    )
    return fit(words, link(request, "h", area), name=area.name)


def of_goods(request: HttpRequest, area: AreaRow, goods: Iterable[GoodsRow]) -> str:
    """Say what the shop has, the cheapest first."""
    shelf = [item for item in goods if item.stock > 0]
    named = _("、").join(
        _("%(title)s %(price)s 分") % {"title": item.title, "price": item.price_points}
        for item in shelf[:GOODS_NAMED]
    )
    if not shelf:
        words: tuple[str, ...] = (_("【%(name)s】%(shop)s正在补货。"), _("%(shop)s正在补货。"))
    else:
        words = (
            _("【%(name)s】%(shop)s有 %(count)s 种商品：%(named)s等。"),
            _("【%(name)s】%(shop)s有 %(count)s 种商品可换。"),
            _("%(shop)s有 %(count)s 种商品可换。"),
            _("%(count)s 种商品可换。"),
        )
    where, shop = link(request, "h", area), points.shop_title(area.id) or _("信用超市")
    return fit(words, where, name=area.name, shop=shop, count=len(shelf), named=named)


def of_month(request: HttpRequest, area: AreaRow, first: date, rows: Sequence[MonthLine]) -> str:
    """Say how much was redeemed in a month; goods and counts, nobody's name."""
    words: tuple[str, ...] = (
        _("【%(name)s】%(month)s月兑换 %(kinds)s 种 %(pieces)s 件，清单已公开，点开看："),
        _("【%(name)s】%(month)s月兑换 %(pieces)s 件，清单已公开。"),
        _("%(month)s月兑换 %(pieces)s 件，清单已公开。"),
    )
    if not rows:
        words = (_("【%(name)s】%(month)s月没有兑换。"), _("%(month)s月没有兑换。"))
    where = link(request, "s", area)
    pieces = sum(row.pieces for row in rows)
    return fit(words, where, name=area.name, month=first.month, kinds=len(rows), pieces=pieces)


def of_claim(request: HttpRequest, claim: ClaimRow) -> str:
    """Tell one resident, in a chat of two, how the claim stands. Names nobody."""
    values = {
        "rule": claim.rule_title,
        "points": signed(claim.points),
        "until": _short(claim.notice_until),
    }
    words = {
        "on_notice": (
            _("您申报的“%(rule)s”通过了，%(points)s 分，公示到 %(until)s。"),
            _("您的申报通过了，%(points)s 分，公示到 %(until)s。"),
        ),
        "posted": (
            _("您申报的“%(rule)s”已记入，%(points)s 分。"),
            _("您的申报已记入，%(points)s 分。"),
        ),
        "returned": (
            _("您申报的“%(rule)s”需要补充材料。"),
            _("您的申报需要补充材料。"),
        ),
        "rejected": (
            _("您申报的“%(rule)s”没有通过，点开看理由，可以再申报。"),
            _("您的申报没有通过，点开看理由。"),
        ),
    }.get(claim.state, (_("您申报的“%(rule)s”已收到。"), _("您的申报已收到。")))
    return fit(words, public_address(request, reverse("short", args=[OWN_PAGE])), **values)


def fit(wordings: Iterable[str], address: str, **values: object) -> str:
    """Return the longest wording that fits with the address; the last one, cut, at worst.

    At most 70 characters, the address and the space before it included. An address that
    leaves no room for the shortest wording is left out.
    """
    filled = [wording % values for wording in wordings]
    for text in filled:
        if len(text) + 1 + len(address) <= CHARACTERS_MAX:
            return f"{text} {address}"
    shortest = filled[-1]
    return shortest if len(shortest) <= CHARACTERS_MAX else shortest[: CHARACTERS_MAX - 1] + "…"


def link(request: HttpRequest, page: str, area: AreaRow) -> str:
    """Return the short address of a page of a village."""
    return public_address(request, reverse("short", args=[page + _shortened(area.code)]))


@public
def follow(request: HttpRequest, short: str) -> HttpResponse:
    """Lead a short link to its page."""
    if short == OWN_PAGE:
        return HttpResponseRedirect(reverse("portal-me"))
    page, code = PAGES.get(short[:1]), _lengthened(short[1:LINK_CHARACTERS_MAX])
    if page is None or not code:
        raise NotFound("link")
    return HttpResponseRedirect(reverse(page, args=[directory.area_by_slug(code).code]))


def _shortened(code: str) -> str:
    """Write an area's code in base 36: 12 digits become 8; any other code after a dash."""
    if not code.isascii() or not code.isdigit() or code.startswith("0"):
        return f"-{code}"
    number, text = int(code), ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text


def _lengthened(text: str) -> str:
    if text.startswith("-"):
        return text[1:]
    return str(int(text, len(_DIGITS))) if text.isascii() and text.isalnum() else ""


def _short(value: date | None) -> str:
    """Write a day without its year where that is the present one: a message is read now."""
    if value is None:
        return ""
    if value.year != today().year:
        return day(value)
    return _("%(month)s月%(day)s日") % {"month": value.month, "day": value.day}
