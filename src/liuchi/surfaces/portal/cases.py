"""What a village's offices are dealing with, open to everybody: a list and a map.

Never who reported nor a word of theirs; what may be told at all is ``rules.public``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import CaseState
from liuchi.engines.cases.queries import PublicOutcome, PublicRow, PublicWanted
from liuchi.engines.cases.rules.public import REPORTERS_SHOWN_MIN, type_is_public
from liuchi.surfaces.components import maps, pager, reports
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.maps import Pin

ROWS = 20
OPEN = tuple(state for state in CaseState if state.is_open)
STATES: dict[str, tuple[Promise, tuple[CaseState, ...]]] = {
    "": (_("全部"), (*OPEN, CaseState.CLOSED)),
    "open": (_("正在办"), OPEN),
    "closed": (_("已办结"), (CaseState.CLOSED,)),
}


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case as the page shows it."""

    row: PublicRow
    outcome: PublicOutcome | None

    @property
    def look(self) -> str:
        """Which colour its place has on the map."""
        if not self.row.state.is_open:
            return "done"
        return "late" if self.row.overdue else "open"

    @property
    def reporters(self) -> int:
        """How many told of it, where that many are no hint at who; 0 below."""
        return self.row.reports if self.row.reports >= REPORTERS_SHOWN_MIN else 0


@public
def listed(request: HttpRequest, code: str) -> HttpResponse:
    """List the public cases of a village (or of the grid whose code it is), with their map."""
    village, grid = reports.place_of(code)
    place = grid or village
    spec = reports.spec_at(village)
    types = [] if spec is None else [each for each in spec.types if spec.is_leaf(each.code)]
    shown_types = [each for each in types if spec and type_is_public(spec, each.code)]
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    type_code = request.GET.get("type", "")
    known = {each.code for each in shown_types}
    wanted = PublicWanted(
        place_id=place.id,
        states=STATES[state][1],
        type_codes=(type_code,) if type_code in known else (),
    )
    page = cases.public_cases(wanted, after=pager.after(request), limit=ROWS)
    outcomes = cases.public_outcomes({row.id for row in page.rows})
    rows = tuple(CaseShown(row, outcomes.get(row.id)) for row in page.rows)
    context = {
        "area": village,
        "place": place,
        "may_report": spec is not None,
        "types": shown_types,
        "type_code": type_code,
        "state": state,
        "states": [(name, words) for name, (words, _states) in STATES.items()],
        "sheaf": pager.sheaf(request, rows, page.next_after),
        "map": maps.shown([village.id], pins=_pins(rows)),
    }
    return TemplateResponse(request, "portal/cases.html", context)


def _pins(rows: Sequence[CaseShown]) -> list[Pin]:
    """Return a pin for each place: what lies at the same is named together, the latest first."""
    places: dict[tuple[float, float], list[CaseShown]] = {}
    for each in rows:
        if each.row.longitude is not None and each.row.latitude is not None:
            at = (float(each.row.longitude), float(each.row.latitude))
            places.setdefault(at, []).append(each)
    return [
        Pin(*at, "、".join(dict.fromkeys(each.row.type_title for each in held)), _gravest(held))
        for at, held in places.items()
    ]


def _gravest(held: Sequence[CaseShown]) -> str:
    looks = {each.look for each in held}
    return next(look for look in ("late", "open", "done") if look in looks)
