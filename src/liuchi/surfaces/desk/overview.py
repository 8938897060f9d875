"""The page of those who decide: at most five figures, each open down to its facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.template.response import TemplateResponse

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.enums import By
from liuchi.engines.indicators.queries import Compared, Figure, IndicatorRow
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.periods import Per, Span, span_of
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import charts
from liuchi.surfaces.components.access import requires
from liuchi.surfaces.components.charts import Bars
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.templatetags.liuchi import months_short
from liuchi.surfaces.desk.figure_asked import area_asked, offered, span_asked

MONTHS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure: all of it, a span beside the one before and its target, months, places.

    The places are of the span that was chosen, else of all time.
    """

    code: str
    name: Sentence
    whole: Figure
    beside: Compared | None
    months: tuple[Figure, ...]
    places: tuple[Figure, ...]

    @property
    def chart(self) -> Bars:
        """The months as bars."""
        return charts.of(self.months, months_short([each.month for each in self.months]))

    @property
    def chart_id(self) -> str:
        """Name of the chart's data on the page."""
        return f"chart-{self.code.replace('.', '-')}"


@requires("indicators.figure.read")
def overview(request: SeatedRequest) -> HttpResponse:
    """Show the headlines of the methods in force, for one area and everything below it.

    The places below stand in the order of the tree: which has more is nobody's rank.
    """
    actor = request.actor
    area, today = area_asked(actor, request.GET.get("area", "")), clock.today()
    span = span_asked(request.GET)
    context = {
        "area": area,
        "above": _above(actor, area),
        "below": directory.children(area.id),
        "day": today,
        "span": span,
        "spans": offered(span),
        "period": span.code if span else "",
        "headlines": _headlines(actor, area, span, today),
        "may_open_screens": actor.may(indicators.SCREEN).allowed,
    }
    return TemplateResponse(request, "desk/overview.html", context)


def _began(figure: Figure) -> date:
    return figure.span.first if figure.span is not None else date.min


def _above(actor: Actor, area: AreaRow) -> AreaRow | None:
    """Return the place above, as far as the actor's own."""
    if area.id == actor.area_id or area.parent_id is None:
        return None
    above = directory.area(area.parent_id)
    return above if actor.covers(above.scope_code) else None


def _headlines(actor: Actor, area: AreaRow, span: Span | None, today: date) -> tuple[Headline, ...]:
    rows = indicators.headlines(actor)
    month = span_of(Per.MONTH, today)
    found = indicators.compared(actor, area.id, [row.code for row in rows], span or month)
    beside = {each.figure.code: each for each in found}
    return tuple(_headline(actor, row, area, span, beside.get(row.code)) for row in rows)


def _headline(
    actor: Actor, row: IndicatorRow, area: AreaRow, span: Span | None, beside: Compared | None
) -> Headline:
    months: tuple[Figure, ...] = ()
    places: tuple[Figure, ...] = ()
    if By.MONTH in row.by:
        found = indicators.breakdown(actor, row.code, area.id, by=By.MONTH, to_present=True)
        # Of an earlier span the months up to its end: what is compared is among them.
        months = tuple(each for each in found if span is None or _began(each) < span.end)
    if By.AREA in row.by:
        by_area = indicators.breakdown(actor, row.code, area.id, by=By.AREA, span=span)
        # What names the community and no grid tells nothing by grid: no row of zeros then.
        if any(each.value for each in by_area if each.area.id != area.id):
            places = by_area
    return Headline(
        row.code,
        row.name,
        indicators.figure(actor, row.code, area.id),
        beside,
        months[-MONTHS_SHOWN:],
        places,
    )
