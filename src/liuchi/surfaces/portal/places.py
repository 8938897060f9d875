"""A village's pages, open to everybody: its home, its rules, what is on notice."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.points import queries as points
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import reports
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.methods import places_with_methods, villages_by_town

NOTICES_ON_HOME = 3
PLACES_OPEN_MOST = 20  # more stand folded under their towns


@dataclass(frozen=True, slots=True)
class Soon:
    """A door that is not open yet: what will be behind it, and what to do until then."""

    title: Promise
    will_do: tuple[Promise, ...]
    until_then: Promise


SOON = {
    "report": Soon(
        _("我要反映"),
        (
            _("拍照、说明情况、选择地点，提交给社区。"),
            _("凭回执号随时查看办到哪一步、由谁在办、什么时候办结。"),
            _("办完以后由您评价是否满意。"),
        ),
        _("开放以前，请直接到社区服务窗口反映，或拨打 12345。"),
    ),
    "disclosure": Soon(
        _("办事公开"),
        (
            _("按事项查看公开的内容：怎么办、找谁办、依据是什么。"),
            _("对公开的内容有疑问，可以在这里提出，并看到答复。"),
        ),
        _("开放以前，请看社区公开栏，或到社区服务窗口查阅。"),
    ),
}


@public
def choose(request: HttpRequest) -> HttpResponse:
    """List the places where a working method is in force."""
    places = tuple(place for place in places_with_methods() if AreaKind(place.kind).is_village)
    towns = villages_by_town(places)
    models = disclosures.models_standing([place.id for place in places])
    context = {
        "towns": towns,
        "models": frozenset(models),
        "closed": len(places) > PLACES_OPEN_MOST,
    }
    return TemplateResponse(request, "portal/choose.html", context)


@public
def home(request: HttpRequest, code: str) -> HttpResponse:
    """The address on the QR code at the gate."""
    area = _area(code)
    notices = points.notices(area.id)
    context = {
        "area": area,
        "has_items": bool(disclosures.books_at(area.id, clock.today())),
        "has_figures": indicators.opens_figures(area.id),
        "may_report": reports.spec_for_people(area) is not None,
        "notices": notices[:NOTICES_ON_HOME],
        "notices_count": len(notices),
    }
    return TemplateResponse(request, "portal/home.html", context)


@public
def soon(request: HttpRequest, code: str, door: str) -> HttpResponse:
    """Say plainly what is not built yet."""
    if door not in SOON:
        raise NotFound("page")
    return TemplateResponse(request, "portal/soon.html", {"area": _area(code), "soon": SOON[door]})


def _area(code: str) -> AreaRow:
    return directory.area_by_slug(code)
