"""Filling a posting from what another engine has out already, so that nothing is typed twice.

Disclosures knows no other engine: what gives rows stands in a registry, and figures are asked
of indicators. Here they meet. What is taken over passes the same scan and second person as rows
somebody typed; a source that changes later is told of and rewrites nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

import structlog

from liuchi.engines.disclosures import actions
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.actions import Gathered
from liuchi.engines.disclosures.spec import FIGURES, FillSpec, ItemSpec
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import Figure, Wanted
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import LiuchiError, Refused
from liuchi.kernel.periods import Per, period
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.row_sources import row_sources

READER = system_actor(UUID("0196b2c0-0000-7000-8000-66696c6c6564"), "indicators.figure.read")
"""Reads figures of any place, but none of a method that is kept inside an organisation."""

_log = structlog.get_logger("liuchi.filling")


def gather(item: ItemSpec, area_id: UUID, first: date, end: date) -> Gathered:
    """Return what an item's source holds of a village and period. Refused where it has none."""
    fill = item.filled_from
    if fill is None:
        raise Refused("no_source", Sentence("这一项没有来源。", "This item has no source."))
    ordinal = journal.head().ordinal
    if fill.source == FIGURES:
        found = tuple(_figures(fill, area_id, first, end))
        rows, of = tuple(row for row, _ in found), tuple(told for _, told in found)
    else:
        source = row_sources().get(fill.source)
        if source is None:
            raise Refused("no_source", Sentence("这一项没有来源。", "This item has no source."))
        rows = tuple(source.rows(area_id, first, end))
        of = ()
    held = tuple(
        {column: row.get(field, "") for column, field in fill.columns.items()} for row in rows
    )
    return Gathered(fill.source, held, of, clock.today(), ordinal)


def take_over(*, actor: Actor, key: str, posting_id: UUID) -> int:
    """Fill a draft from its item's source; returns how many rows it has then."""
    with acting_as(actor):
        detail = disclosures.posting(actor, posting_id)
    row = detail.row
    gathered = gather(detail.item, row.area_id, row.first, row.end)
    return actions.take_over(actor=actor, key=key, posting_id=posting_id, gathered=gathered)


def check_sources() -> int:
    """Look again at what postings that are out were filled from; return how many differ.

    One whose source can't be read any more keeps none of the others from being looked at.
    """
    many = 0
    for each in disclosures.filled_postings():
        try:
            gathered = gather(each.item, each.area_id, each.first, each.end)
            many += bool(actions.note_source(posting_id=each.posting_id, rows=gathered.rows))
        except LiuchiError as error:
            _log.warning("source_unread", posting=str(each.posting_id), code=error.code)
    return many


def _figures(
    fill: FillSpec, area_id: UUID, first: date, end: date
) -> Iterator[tuple[Mapping[str, str], str]]:
    """Yield a row for each month and indicator, with the figure it is."""
    months = tuple(_months(first, end))
    wanted = [Wanted(code, month=month) for month in months for code in fill.figures]
    with acting_as(READER):
        found = indicators.figures_of(READER, area_id, wanted)
    for each, figures in zip(wanted, found, strict=True):
        for figure in figures or ():
            yield _cells(figure, each.month or first), f"{each.code} {each.month:%Y-%m}"


def _cells(figure: Figure, month: date) -> Mapping[str, str]:
    value = "" if figure.value is None else f"{figure.value:f}"
    if "." in value:
        value = value.rstrip("0").rstrip(".")
    return {
        "title": figure.title,
        "value": value,
        "unit": figure.unit,
        "month": f"{month:%Y-%m}",
    }


def _months(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first = period(Per.MONTH, first)[1]


__all__: Sequence[str] = ["Gathered", "check_sources", "gather", "take_over"]
