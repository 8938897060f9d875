"""The board: a tab for each kind of work that waits for this person, what is due first on top."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import CaseState
from liuchi.engines.cases.queries import CaseRow, Order, Wanted, Work
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow, Page
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Reach
from liuchi.surfaces.components import excel, maps, pager, tables
from liuchi.surfaces.components.access import across_posts, requires, takes_post
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.maps import MapShown, Pin
from liuchi.surfaces.components.reports import type_choices
from liuchi.surfaces.components.seats import SeatedRequest, seat_of
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.desk.cases import columns

READ = "cases.case.read"
HANDLE = "cases.case.handle"
VILLAGES_MAX = 60
_S = CaseState


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind of work: whose verb it is, in which states it waits."""

    code: str
    title: Promise
    verb: str
    states: tuple[CaseState, ...]
    work: Work | None
    order: Order = Order.DUE

    @property
    def url(self) -> str:
        """Where it is worked on."""
        if self.code == "dispatch":
            return reverse("desk-cases-dispatch")
        return f"{reverse('desk-cases')}?tab={self.code}"

    @property
    def wanted(self) -> Wanted:
        """What waits here, narrowed by nothing."""
        return Wanted(states=self.states, work=self.work, order=self.order)


TABS = (
    Tab("file", _("待立案"), "cases.case.verify", (_S.REPORTED, _S.VERIFYING), Work.DESK),
    Tab("dispatch", _("待派遣"), "cases.case.dispatch", (_S.FILED,), Work.DESK),
    Tab("handle", _("待处置"), HANDLE, (_S.DISPATCHED, _S.HANDLING), Work.UNIT),
    Tab("check", _("待核查"), "cases.case.check", (_S.FEEDBACK, _S.CHECKING), Work.CHECK),
    Tab("decide", _("待审批"), "cases.case.decide", (), Work.DECIDE, Order.NEWEST),
    Tab("all", _("全部"), READ, (), None, Order.NEWEST),
)


@dataclass(frozen=True, slots=True)
class TabShown:
    """A tab as the page shows it; ``count`` stops at what the query counts to."""

    tab: Tab
    count: int | None
    is_current: bool

    @property
    def words(self) -> str:
        """The number to show; "1000+" where counting stopped, "" where none is shown."""
        if self.count is None:
            return ""
        return f"{self.count}+" if self.count >= cases.COUNTED_MAX else str(self.count)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to, as the address says it."""

    type_code: str = ""
    place: str = ""
    state: str = ""
    unit: str = ""
    overdue: bool = False
    urgent: bool = False
    supervised: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Filters:
        """Read the address; what is no filter is left out."""
        return cls(
            type_code=given.get("type", ""),
            place=given.get("at", ""),
            state=given.get("state", ""),
            unit=given.get("unit", ""),
            overdue=bool(given.get("overdue")),
            urgent=bool(given.get("urgent")),
            supervised=bool(given.get("supervised")),
        )

    @property
    def are_any(self) -> bool:
        """Whether anything is narrowed."""
        return self != Filters()

    def wanted(self, tab: Tab) -> Wanted:
        """Return what to ask for on a tab."""
        place = _area(self.place)
        held = replace(
            tab.wanted,
            type_code=self.type_code,
            unit_id=uuid_of(self.unit),
            overdue=self.overdue,
            urgent=self.urgent,
            supervised=self.supervised,
        )
        if not tab.states and self.state in set(CaseState):
            held = replace(held, states=(CaseState(self.state),))
        if place is None:
            return held
        if place.kind is AreaKind.GRID:
            return replace(held, grid_id=place.id, village_id=place.parent_id)
        return replace(held, village_id=place.id)


@requires(READ)
@takes_post
@across_posts
def board(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the cases of one tab. POST gives them as Excel."""
    filters = Filters.of(request.GET)
    if request.method == "POST":
        asked = next((tab for tab in TABS if tab.code == request.GET.get("tab")), TABS[-1])
        return excel.download(request, listing_of(request, asked, filters))
    shown = tabs(request)
    tab = _chosen(request, shown)
    listing = listing_of(request, tab, filters)
    if "tab" not in request.GET and tab.code == "dispatch":
        return HttpResponseRedirect(tab.url)  # where it is worked on by keys
    page = listing.fetch(pager.after(request), pager.ROWS)
    context = {
        **frame(request, tab, shown, filters, page.rows),
        "table": tables.shown(request, listing, page),
    }
    return TemplateResponse(request, "desk/cases/board.html", context)


def listing_of(request: SeatedRequest, tab: Tab, filters: Filters) -> Listing[CaseRow]:
    """Return the list of one tab."""
    return Listing(
        "cases",
        tab.title,
        columns.CASES,
        fetching(request, tab, filters.wanted(tab)),
        empty=_("没有符合条件的事项。") if filters.are_any else _("这里没有等您办的事项。"),
    )


def fetching(
    request: SeatedRequest, tab: Tab, wanted: Wanted
) -> Callable[[str | None, int], Page[CaseRow]]:
    """Return what pages through a tab over all of a person's posts."""

    def order(row: CaseRow) -> object:
        return (row.due_at, row.id) if wanted.order is Order.DUE else row.id

    return lambda after, limit: gather(
        request,
        tab.verb,
        lambda actor: cases.cases(actor, wanted, after=after, limit=limit),
        order=order,
        cursor=lambda row: cases.mark_of(row, wanted.order),
        limit=limit,
        newest_first=wanted.order is Order.NEWEST,
    )


def tabs(request: SeatedRequest) -> tuple[tuple[Tab, int | None], ...]:
    """Return the tabs of this person with what waits in each; the last has no number."""
    counted: dict[str, int] = {}
    for actor in seat_of(request).actors:
        work = [tab for tab in TABS if tab.work and actor in seat_of(request).holding(tab.verb)]
        if not work:
            continue
        with acting_as(actor):
            found = cases.counts(actor, [tab.wanted for tab in work])
        for tab, n in zip(work, found, strict=True):
            counted[tab.code] = min(counted.get(tab.code, 0) + n, cases.COUNTED_MAX)
    shown = [(tab, counted.get(tab.code)) for tab in TABS if not tab.work or tab.code in counted]
    return tuple(
        each for each in shown if each[0].verb != HANDLE or each[1] or _is_of_unit(request)
    )


def frame(
    request: SeatedRequest,
    tab: Tab,
    shown: tuple[tuple[Tab, int | None], ...],
    filters: Filters,
    rows: tuple[CaseRow, ...],
) -> dict[str, object]:
    """Return what stands around the rows of a tab: tabs, filters, the map where it is asked for."""
    places = _places(request)
    return {
        "tab": tab,
        "tabs": [TabShown(each, count, each is tab) for each, count in shown],
        "filters": filters,
        "type_groups": _types(request),
        "place_choices": places,
        "unit_choices": () if tab.work is Work.UNIT else units_of(request),
        "state_choices": () if tab.states else [str(state) for state in CaseState],
        "map": _map(request, rows) if request.GET.get("map") else None,
        "map_url": address(request, map="" if request.GET.get("map") else "1"),
        "out_url": f"{reverse('desk-cases')}?{urlencode({**request.GET.dict(), 'tab': tab.code})}",
        "clear_url": tab.url,
        "now": clock.now(),
        "may_overview": bool(request.seat.ways("indicators.figure.read")),
    }


def address(request: HttpRequest, **more: str) -> str:
    """Return this page's first address with some of its query changed; "" takes it out."""
    query = {name: value for name, value in request.GET.items() if name != "after"} | more
    kept = {name: value for name, value in query.items() if value}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def units_of(request: SeatedRequest) -> tuple[tuple[str, str], ...]:
    """Return the units that cases of this person's places may be with."""
    ids = {actor.area_id for actor in request.seat.ways(READ) if actor.area_id is not None}
    return tuple((str(row.id), row.name) for row in directory.organizations_serving(ids, HANDLE))


def _chosen(request: SeatedRequest, shown: tuple[tuple[Tab, int | None], ...]) -> Tab:
    """Return the tab asked for, else the first where something waits."""
    code = request.GET.get("tab", "")
    asked = next((tab for tab, _count in shown if tab.code == code), None)
    waiting = next((tab for tab, count in shown if count), None)
    return asked or waiting or shown[-1][0]


def _is_of_unit(request: SeatedRequest) -> bool:
    return any(actor.grants.get(HANDLE) is Reach.OWN for actor in request.seat.actors)


def _types(request: SeatedRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the types of the methods in force where this person works."""
    found: dict[str, list[tuple[str, str]]] = {}
    for actor in request.seat.ways(READ):
        books = () if actor.area_id is None else cases.books_at(actor.area_id, clock.today())
        for _applied, spec in books:
            for group, types in type_choices(spec):
                held = found.setdefault(group, [])
                held += [each for each in types if each not in held]
    return list(found.items())


def _places(request: SeatedRequest) -> list[tuple[str, str]]:
    """Return the places a list may be kept to: a town's villages, a village's grids."""
    found: list[AreaRow] = []
    for area in _areas(request):
        if area.kind.is_village:
            found += directory.grids_of(area.id)
        elif area.kind.is_town:
            held = directory.areas(directory.places_down_to_villages([area.id]))
            found += [row for row in held.values() if row.kind.is_village][:VILLAGES_MAX]
    return [(str(row.id), row.name) for row in found]


def _areas(request: SeatedRequest) -> tuple[AreaRow, ...]:
    ids = {actor.area_id for actor in request.seat.ways(READ) if actor.area_id is not None}
    return tuple(directory.areas(ids).values())


def _map(request: SeatedRequest, rows: tuple[CaseRow, ...]) -> MapShown:
    held = [area.id for area in _areas(request)]
    villages = [
        row.id for row in directory.areas(directory.places_down_to_villages(held)).values()
        if row.kind.is_village
    ]  # fmt: skip
    return maps.shown(villages, pins=[pin(row) for row in rows if row.longitude is not None])


def pin(row: CaseRow) -> Pin:
    """Return a case as a map shows it: whether it is late, open or done."""
    look = "late" if columns.is_late(row) else "open" if row.state.is_open else "done"
    return Pin(
        float(row.longitude or 0),
        float(row.latitude or 0),
        f"{row.type_title} · {row.area_name}",
        look,
        reverse("desk-case", args=[row.id]),
    )


def _area(given: str) -> AreaRow | None:
    area_id = uuid_of(given)
    return None if area_id is None else directory.areas([area_id]).get(area_id)


def uuid_of(given: str) -> UUID | None:
    """Read an id from an address or a form; None for anything else."""
    try:
        return UUID(given)
    except ValueError:
        return None
