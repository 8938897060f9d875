"""What every page's frame needs: who is asking, in which language, in which installation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.notices import queries as notices
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components import across
from liuchi.surfaces.components.seats import DESK, PLACE, Seat, seat_of

COOKIE_TEXT = "liuchi_text"
TEXT_LARGE = "large"
COOKIE_THEME = "liuchi_theme"
THEMES = ("light", "dark", "bright")  # a room, a dark hall, a street in the sun


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the desk's navigation, shown to those who may open it."""

    name: str
    title: object
    icon: str
    verb: str = ""
    url: str = ""
    current: bool = False
    group: int = 0  # what belongs together stands together


# Pages of administration, each a tab for those who may open it.
ADMINISTRATION = {
    "posts": "accounts.post.write",
    "calendar": "directory.calendar.write",
    "keys": "directory.keys.rotate",
    "clients": "accounts.client.write",
    "channels": "notices.channel.test",
    "playbooks": "playbooks.playbook.read",
}
DOORS = (
    Door("desk-today", _("今天"), "today", group=0),
    Door("desk-inbox", _("消息"), "bell", group=0),
    Door("desk-cases", _("事项办理"), "claims", "cases.case.read", group=1),
    Door("desk-report", _("登记事项"), "report", "cases.report.make", group=1),
    Door("desk-whistles", _("吹哨报到"), "whistle", "cases.case.read", group=1),
    Door("desk-prompts", _("提示单"), "notice", "cases.case.read", group=1),
    Door("desk-arbitrations", _("裁定承办单位"), "rules", "cases.case.decide", group=1),
    Door("desk-contacts", _("联系和巡查"), "people", "visits.visit.log", group=1),
    Door("desk-disclosures", _("办事公开"), "open", "disclosures.posting.read", group=1),
    Door("desk-record", _("记一笔"), "record", "points.claim.propose", group=1),
    Door("desk-claims", _("积分审核"), "claims", "points.claim.read", group=1),
    Door("desk-notices", _("公示"), "notice", "points.claim.read", group=1),
    Door("desk-methods", _("积分办法"), "rules", "playbooks.playbook.read", group=1),
    Door("desk-grades", _("等级和卡"), "points", "points.grade.read", group=1),
    Door("desk-shops", _("信用超市"), "shop", "points.goods.read", group=2),
    Door("desk-agreements", _("共建商户"), "shop", "points.agreement.read", group=2),
    Door("desk-people", _("居民"), "people", "directory.person.read", group=3),
    Door("desk-households", _("住户"), "home", "directory.household.read", group=3),
    Door("desk-grids", _("网格和地图"), "map", "directory.grid.write", group=3),
    Door("desk-collect", _("收表"), "report", "collect.table.read", group=4),
    Door("desk-collect-asked", _("要填的表"), "record", "collect.reply.fill", group=4),
    Door("desk-bulletins", _("简报"), "report", "bulletins.bulletin.read", group=4),
    Door("desk-prints", _("打印和群发"), "print", group=4),
    Door("desk-overview", _("总览"), "overview", "indicators.figure.read", group=5),
    Door("desk-figures", _("指标"), "figures", "indicators.figure.read", group=5),
    Door("desk-imports", _("导入表格"), "imports", "directory.import.run", group=6),
    Door("desk-posts", _("岗位"), "posts", "accounts.post.write", group=6),
)


def page(request: HttpRequest) -> dict[str, object]:
    """Return the frame's variables (a Django context processor).

    ``kept`` follows a link's own query and keeps the list to the area it is kept to.
    """
    try:
        seat = seat_of(request)
    except LiuchiError:  # the page itself says what is wrong
        seat = Seat()
    return {
        "seat": seat,
        "doors": _doors(request, seat),
        "is_demo": accounts.installation().is_demo,
        "is_text_large": request.COOKIES.get(COOKIE_TEXT) == TEXT_LARGE,
        "theme": theme_of(request),
        "is_staff": bool(seat.actors),
        "may": {name: bool(seat.ways(verb)) for name, verb in ADMINISTRATION.items()}
        if request.path.startswith(f"{DESK}administration/")
        else {},
        "unread": 0 if seat.user_id is None else notices.unread(seat.user_id),
        "places": across.places(request),
        "kept": f"&{PLACE}={seat.place_id}" if seat.place_id else "",
        "all_places_url": across.address(request, None)
        if getattr(request, "is_across", False)
        else "",
    }


def theme_of(request: HttpRequest) -> str:
    """Return the colours chosen on this device, or those of a room."""
    chosen = request.COOKIES.get(COOKIE_THEME, "")
    return chosen if chosen in THEMES else THEMES[0]


def _doors(request: HttpRequest, seat: Seat) -> tuple[Door, ...]:
    if not request.path.startswith(DESK):
        return ()
    doors = []
    for door in DOORS:
        if not seat.ways(door.verb):
            continue
        try:
            url = reverse(door.name)
        except NoReverseMatch:
            continue
        current = request.path == url or (url != DESK and request.path.startswith(url))
        doors.append(replace(door, url=url, current=current))
    return tuple(doors)
