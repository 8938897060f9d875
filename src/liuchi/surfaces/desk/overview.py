"""The page of those who decide: at most five figures, each open down to its facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.enums import By
from liuchi.engines.indicators.queries import Figure, IndicatorRow
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.durations import Period, PeriodUnit
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components.access import requires
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.templatetags.liuchi import months_short

MONTHS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure: all of it, this month beside the last, the months, the places below."""

    code: str
    title: str
    whole: Figure
    this_month: Figure
    last_month: Figure
    months: tuple[Figure, ...]
    places: tuple[Figure, ...]

    @property
    def chart(self) -> dict[str, list[Any]]:
        """The months as a chart reads them."""
        return {
            "names": months_short([each.month for each in self.months]),
            "values": [None if each.value is None else float(each.value) for each in self.months],
        }

    @property
    def chart_id(self) -> str:
        """Name of the chart's data on the page."""
        return f"chart-{self.code.replace('.', '-')}"


@requires("indicators.figure.read")
def overview(request: SeatedRequest) -> HttpResponse:
    """Show the headlines of the methods in force, for one area and everything below it."""
    actor = request.actor
    if actor.area_id is None:
        raise NotFound("area")
    area, today = directory.area(actor.area_id), clock.today()
    context = {
        "area": area,
        "day": today,
        "headlines": tuple(
            _headline(actor, row, area, today) for row in indicators.headlines(actor)
        ),
    }
    return TemplateResponse(request, "desk/overview.html", context)


def _headline(actor: Actor, row: IndicatorRow, area: AreaRow, today: date) -> Headline:
    this = today.replace(day=1)
    last = Period(1, PeriodUnit.MONTHS).before(this)
    months: tuple[Figure, ...] = ()
    places: tuple[Figure, ...] = ()
    if By.MONTH in row.by:
        months = indicators.breakdown(actor, row.code, area.id, by=By.MONTH)
    counted = {each.month: each for each in months}  # counted already: not asked for again
    if By.AREA in row.by:
        found = indicators.breakdown(actor, row.code, area.id, by=By.AREA)
        # What names the community and no grid tells nothing by grid: no row of zeros then.
        if any(each.value for each in found if each.area.id != area.id):
            places = found
    return Headline(
        row.code,
        row.title,
        indicators.figure(actor, row.code, area.id),
        counted.get(this) or indicators.figure(actor, row.code, area.id, month=this),
        counted.get(last) or indicators.figure(actor, row.code, area.id, month=last),
        months[-MONTHS_SHOWN:],
        places,
    )
