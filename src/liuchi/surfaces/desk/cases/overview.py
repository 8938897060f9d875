"""The leader's overview: what is open, four rates beside the last period, units, places, a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import HEADLINES
from liuchi.engines.cases.queries import OpenCases, OpenRow
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import Figure, IndicatorRow, Wanted
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.durations import Period, PeriodUnit
from liuchi.surfaces.components import charts, maps
from liuchi.surfaces.components.access import requires
from liuchi.surfaces.components.charts import Bars
from liuchi.surfaces.components.maps import MapShown, Pin
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.templatetags.liuchi import months_short
from liuchi.surfaces.desk.cases.grounds import ground

MONTHS_SHOWN = 6
UNITS_SHOWN = 12
MAPPED_VILLAGES_MAX = 60


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure of this month so far, beside the same days of last month.

    ``before`` is None where no method counted it then. ``months`` are whole months.
    """

    row: IndicatorRow
    now: Figure
    before: Figure | None
    months: tuple[Figure, ...]

    @property
    def change(self) -> Decimal | None:
        """What is more (or less) than in the same days of last month; None without both."""
        before = None if self.before is None else self.before.value
        return None if self.now.value is None or before is None else self.now.value - before

    @property
    def change_text(self) -> str:
        """The change without its sign, as it is read after 多 or 少."""
        return "" if self.change is None else f"{abs(self.change):f}"

    @property
    def is_percent(self) -> bool:
        """Whether a change is one of percentage points."""
        return self.row.unit == "%"

    @property
    def chart_id(self) -> str:
        """Name of the chart's data on the page."""
        return f"chart-{self.row.code.replace('.', '-')}"

    @property
    def chart(self) -> Bars:
        """The months as bars."""
        return charts.of(self.months, months_short([each.month for each in self.months]))


@dataclass(frozen=True, slots=True)
class Bar:
    """A unit or place with its open cases; ``url`` lists the overdue ones."""

    row: OpenRow
    name: object
    url: str
    percent: int


@requires("indicators.figure.read")
def overview(request: SeatedRequest) -> HttpResponse:
    """Show how the cases of a place stand; each number opens the rows it counts."""
    actor = request.actor
    held = ground(request, actor)
    rows = {row.code: row for row in indicators.catalogue(actor)}
    today = clock.today()
    may_open = actor.may("cases.case.read").allowed
    found = cases.open_cases(actor, held.area) if may_open else None
    context = {
        "ground": held,
        "area": held.area,
        "day": today,
        "headlines": _headlines(
            actor, [rows[code] for code in HEADLINES if code in rows], held.area, today
        ),
        "found": found,
        "by_unit": _units(found),
        "by_place": _places(found, held.area),
        "map": _map(found, held.area),
        "more": [row for row in rows.values() if _is_rate(row) and row.code not in HEADLINES],
        "may_open": may_open,
    }
    return TemplateResponse(request, "desk/cases/overview.html", context)


def _headlines(
    actor: Actor, rows: Sequence[IndicatorRow], area: AreaRow, today: date
) -> list[Headline]:
    """Ask for all figures together: each by month, and for last month up to the same day."""
    this = today.replace(day=1)
    last = Period(1, PeriodUnit.MONTHS).before(this)
    same_day = min(last.replace(day=1) + (today - this), Period(1, PeriodUnit.DAYS).before(this))
    asked = [Wanted(row.code, by_month=True) for row in rows]
    asked += [Wanted(row.code, month=last, as_of=same_day) for row in rows]
    found = indicators.figures_of(actor, area.id, asked)
    months = [each or () for each in found[: len(rows)]]
    # Before anything has happened in a month it is no month of the breakdown.
    late = [
        row for row, each in zip(rows, months, strict=True) if not each or each[-1].month != this
    ]
    more = indicators.figures_of(actor, area.id, [Wanted(row.code, month=this) for row in late])
    now = {each[-1].code: each[-1] for each in (*months, *more) if each and each[-1].month == this}
    return [
        Headline(row, now[row.code], None if then is None else then[0], each[-MONTHS_SHOWN:])
        for row, each, then in zip(rows, months, found[len(rows) :], strict=True)
    ]


def _is_rate(row: IndicatorRow) -> bool:
    return row.code.startswith("cases.") and row.unit == "%"


def _units(found: OpenCases | None) -> list[Bar]:
    rows = [] if found is None else [row for row in found.by_unit if row.overdue][:UNITS_SHOWN]
    most = max((row.overdue for row in rows), default=1)
    return [
        Bar(row, row.name or _("还没有派遣"), _list_url(unit=row.id), 100 * row.overdue // most)
        for row in rows
    ]


def _places(found: OpenCases | None, area: AreaRow) -> list[Bar]:
    rows = [] if found is None else [row for row in found.by_place if row.open]
    most = max((row.open for row in rows), default=1)
    rest = _("未写明网格") if area.kind.is_village else _("未写明社区")
    return [
        Bar(row, row.name or rest, _list_url(at=row.id, overdue=""), 100 * row.open // most)
        for row in rows
    ]


def _list_url(*, unit: UUID | None = None, at: UUID | None = None, overdue: str = "1") -> str:
    asked = {"tab": "all", "overdue": overdue, "unit": unit or "", "at": at or ""}
    kept = {name: str(value) for name, value in asked.items() if value}
    return f"{reverse('desk-cases')}?{urlencode(kept)}"


def _map(found: OpenCases | None, area: AreaRow) -> MapShown | None:
    if found is None or not found.open:
        return None
    rows = directory.areas(directory.places_down_to_villages([area.id])).values()
    villages = [row.id for row in rows if row.kind.is_village][:MAPPED_VILLAGES_MAX]
    if area.kind is AreaKind.GRID and area.parent_id is not None:
        villages = [area.parent_id]
    pins = [
        Pin(
            float(each.longitude),
            float(each.latitude),
            each.title,
            "late" if each.overdue else "open",
            reverse("desk-case", args=[each.case_id]),
        )
        for each in found.points
    ]
    return maps.shown(villages, pins=pins)
