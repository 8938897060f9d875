"""The phone's home of who is out on the street: report, what waits for my eyes, my reports.

A rider sees the button and the own reports; a grid worker also what is to be checked on the
spot, and the open matters of the own grid on a map. What waits in this phone is counted here
and sent from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import CaseState
from liuchi.engines.cases.queries import CaseRow, Order, Wanted, Work
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components import maps, reports
from liuchi.surfaces.components.access import across_posts, requires
from liuchi.surfaces.components.maps import MapShown
from liuchi.surfaces.components.seats import Seat, SeatedRequest
from liuchi.surfaces.desk.cases.boards import pin
from liuchi.surfaces.desk.reports import MAKE, open_places

READ, CHECK = "cases.case.read", "cases.case.check"
OUT_THERE = frozenset({Role.GRID_WORKER, Role.RIDER})
ROWS = 5
PINS_MAX = 200
STARTS_MAX = 12
_OPEN = tuple(state for state in CaseState if state.is_open)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a report begins: the own place, or one of several."""

    name: str
    url: str


def is_out_there(seat: Seat) -> bool:
    """Whether somebody works on the street and nowhere else: their day begins on this page."""
    return bool(seat.actors) and all(actor.role in OUT_THERE for actor in seat.actors)


@requires(MAKE)
@across_posts
def field(request: SeatedRequest) -> HttpResponse:
    """Show what one does out there, the most frequent first.

    Marked as a list over several posts, because a rider's own reports are read by the
    installation, and so not as oneself.
    """
    actor = request.actor
    mine = cases.own_reports(actor) if actor.own_rows_only else ()
    with acting_as(actor):
        to_check, waiting = _to_check(actor)
        mine = mine or cases.reported_by(actor)
        shown = _map(actor)
    context = {
        "day": clock.today(),
        "place": None if actor.area_id is None else directory.area(actor.area_id),
        "starts": _starts(actor),
        "to_check": to_check,
        "waiting": waiting,
        "now": clock.now(),
        "may_check": actor.may(CHECK).allowed,
        "mine": mine[:ROWS],
        "mine_more": mine[ROWS:],
        "map": shown,
        "may_open": actor.may(READ).allowed,
        "draft_words": reports.draft_words(),
    }
    return TemplateResponse(request, "desk/field.html", context)


def _starts(actor: Actor) -> tuple[Start, ...]:
    """Return where one may report: one tap where there is one place, a choice of several."""
    where = reverse("desk-report")
    if actor.area_id is None:
        return ()
    own = directory.area(actor.area_id)
    if own.kind.is_village or own.kind is AreaKind.GRID:
        return (Start(own.name, where),)
    found = open_places(actor)
    if len(found) > STARTS_MAX:
        return (Start(own.name, where),)  # chosen on the next page, where all of them stand
    return tuple(Start(row.name, f"{where}?at={row.code}") for row in found)


def _to_check(actor: Actor) -> tuple[tuple[CaseRow, ...], int]:
    if not (actor.may(CHECK).allowed and actor.may(READ).allowed):
        return (), 0
    states = (CaseState.FEEDBACK, CaseState.CHECKING)
    wanted = Wanted(states=states, work=Work.CHECK, order=Order.DUE)
    return cases.cases(actor, wanted, limit=ROWS).rows, cases.count(actor, wanted)


def _map(actor: Actor) -> MapShown | None:
    """Return the open matters around: of the grid one is posted to, else of the village."""
    place = None if actor.area_id is None else directory.area(actor.area_id)
    village = _village(place)
    if place is None or village is None or not actor.may(READ).allowed:
        return None
    grid_id: UUID | None = place.id if place.kind is AreaKind.GRID else None
    wanted = Wanted(village_id=village.id, grid_id=grid_id, states=_OPEN)
    rows = cases.cases(actor, wanted, limit=PINS_MAX).rows
    pins = [pin(row) for row in rows if row.longitude is not None]
    return maps.shown([village.id], pins=pins, chosen=grid_id)


def _village(place: AreaRow | None) -> AreaRow | None:
    if place is not None and place.kind is AreaKind.GRID and place.parent_id is not None:
        return directory.area(place.parent_id)
    return place if place is not None and place.kind.is_village else None
