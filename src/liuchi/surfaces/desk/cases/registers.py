"""Strike-off registers (销号台账): what of an inspection is struck off, 基本完成 kept apart."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import FileResponse, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.queries import RegisterRow, Standing, Struck
from liuchi.engines.cases.spec import STAGE_WORDS
from liuchi.engines.directory.queries import AreaRow
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.paper import pdf_response
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.cases.after_tabs import after_tabs
from liuchi.surfaces.desk.cases.grounds import Ground, ground

READ = "cases.case.read"
PRINTED_MAX = 500
STRUCK = {
    Struck.OPEN: _("未销号"),
    Struck.BASICALLY_DONE: _("基本完成"),
    Struck.DONE: _("完成"),
}


@dataclass(frozen=True, slots=True)
class RegisterShown:
    """A register as the list of them shows it."""

    title: str
    standing: Standing
    url: str


def _state(row: RegisterRow) -> object:
    return STRUCK[row.struck] if row.struck is not Struck.OPEN else say(STAGE_WORDS[row.state])


def _state_look(row: RegisterRow) -> str:
    return f"l-state is-case-{row.state.value}"


def _is_late(row: RegisterRow) -> bool:
    return row.struck is Struck.OPEN and row.due_at is not None and row.due_at < clock.now()


REGISTERS: tuple[Column[RegisterShown], ...] = (
    Column(_("台账"), lambda row: row.title, url=lambda row: row.url),
    Column(_("总数"), lambda row: row.standing.total, Shape.NUMBER),
    Column(_("完成"), lambda row: row.standing.done, Shape.NUMBER),
    Column(_("基本完成"), lambda row: row.standing.basically_done, Shape.NUMBER),
    Column(_("未销号"), lambda row: row.standing.open, Shape.NUMBER),
)
ITEMS: tuple[Column[RegisterRow], ...] = (
    Column(
        _("问题类别"),
        lambda row: row.type_title,
        url=lambda row: reverse("desk-case", args=[row.case_id]),
    ),
    Column(_("内容"), lambda row: row.description, own_line=True),
    Column(_("地点"), lambda row: row.place),
    Column(_("责任单位"), lambda row: row.unit),
    Column(_("状态"), _state, look=_state_look),
    Column(
        _("完成时限"),
        lambda row: row.due_at,
        Shape.UNTIL,
        look=lambda row: "l-late" if _is_late(row) else "",
    ),
    Column(_("销号时间"), lambda row: row.struck_off_at, Shape.MOMENT),
)


@requires(READ)
@takes_post
def registers(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the registers of a place and how far each has come. POST gives them as Excel."""
    with reading(request):
        held = ground(request, request.actor, lists=True)
    listing = Listing(
        "registers",
        _("销号台账"),
        REGISTERS,
        tables.short(lambda: _shown(request, held)),
        empty=_("还没有登记事项。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "ground": held,
        "table": tables.shown(request, listing),
        "after_tabs": after_tabs(request),
    }
    return TemplateResponse(request, "desk/cases/registers.html", context)


@requires(READ)
@takes_post
def register(request: SeatedRequest, main_type: str) -> HttpResponse | FileResponse:
    """Show one register; ``?struck=`` keeps to one state. POST gives the list as Excel."""
    with reading(request):
        held = ground(request, request.actor, lists=True)
        standing = _standing(request, held, main_type)
        title = _title(held.area, standing)
    given = request.GET.get("struck", "")
    struck = Struck(given) if given in set(Struck) else None
    listing = Listing(
        "register",
        title,
        ITEMS,
        lambda after, limit: cases.register(
            request.actor, main_type, held.area.id, struck=struck, after=after, limit=limit
        ),
        empty=_("没有这样的问题。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    query = urlencode({"area": held.area.code})
    counts = {
        Struck.OPEN: standing.open,
        Struck.BASICALLY_DONE: standing.basically_done,
        Struck.DONE: standing.done,
    }
    context = {
        "ground": held,
        "title": title,
        "standing": standing,
        "tabs": [
            (f"?{query}&struck={each.value}", words, counts[each], struck is each)
            for each, words in STRUCK.items()
        ],
        "all_url": f"?{query}",
        "is_all": struck is None,
        "up_url": f"{reverse('desk-registers')}?{query}",
        "print_url": f"{reverse('desk-register-print', args=[main_type])}?{query}",
        "table": tables.shown(request, listing),
    }
    return TemplateResponse(request, "desk/cases/register.html", context)


@requires(READ)
def register_print(request: SeatedRequest, main_type: str) -> HttpResponse:
    """Print a register on A4: its items in order, and how far it has come."""
    held = ground(request, request.actor, lists=True)
    standing = _standing(request, held, main_type)
    title = _title(held.area, standing)
    rows = cases.register(request.actor, main_type, held.area.id, limit=PRINTED_MAX).rows
    context = {
        "title": title,
        "place": held.area.name,
        "standing": standing,
        "rows": [(row, _state(row)) for row in rows],
        "most": PRINTED_MAX,
    }
    return pdf_response(request, "components/print/register.html", context, str(title))


def _shown(request: SeatedRequest, held: Ground) -> tuple[RegisterShown, ...]:
    titles = _titles(held.area)
    query = urlencode({"area": held.area.code})
    return tuple(
        RegisterShown(
            titles.get(each.main_type, each.main_type),
            each,
            f"{reverse('desk-register', args=[each.main_type])}?{query}",
        )
        for each in cases.standings(request.actor, held.area.id)
    )


def _standing(request: SeatedRequest, held: Ground, main_type: str) -> Standing:
    found = cases.standings(request.actor, held.area.id, main_type)
    return found[0] if found else Standing(main_type, 0, 0, 0)


def _titles(area: AreaRow) -> dict[str, str]:
    """Return what the main types in force at a place or below it are called."""
    titles: dict[str, str] = {}
    for _applied, spec in cases.books_within(area.id, clock.today()):
        for each in spec.types:
            if each.parent is None:
                titles.setdefault(each.code, each.title)
    return titles


def _title(area: AreaRow, standing: Standing) -> str:
    """Return what a register is called; NotFound where it is none, now or before."""
    titles = _titles(area)
    if standing.main_type not in titles and not standing.total:
        raise NotFound("register")
    return titles.get(standing.main_type, standing.main_type)
