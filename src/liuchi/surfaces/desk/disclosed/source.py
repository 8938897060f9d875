"""From where a draft may be filled, and for one that was: where each of its figures comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.actions import row_digest
from liuchi.engines.disclosures.queries import PostingDetail, SourceRow
from liuchi.engines.disclosures.spec import FIGURES
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components.disclosed import source_title

_LISTS = {"points.redeemed": "portal-shop-month"}
"""Where a list that may be taken over is read by everybody, by month."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A row that was taken over: what it says, from which figure of which month."""

    place: int
    words: str
    code: str
    url: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What stands beside a posting about its source. ``by_hand`` rows were changed afterwards."""

    title: str
    taken: SourceRow | None
    traces: tuple[Trace, ...]
    by_hand: int
    url: str


def origin_of(actor: Actor, detail: PostingDetail) -> Origin | None:
    """Return a posting's source; None where its item has none. Links for who may follow them."""
    fill = detail.item.filled_from
    if fill is None:
        return None
    taken = disclosures.source_of(detail.row.id)
    title = source_title(fill.source)
    if taken is None:
        return Origin(title, None, (), 0, _list_url(detail))
    now = [row_digest(row.cells) for row in detail.rows]
    traces = _traces(detail, taken) if fill.source == FIGURES else ()
    if not actor.may("indicators.figure.read").allowed:
        traces = tuple(Trace(each.place, each.words, each.code, "") for each in traces)
    return Origin(
        title, taken, traces, disclosures.differing(taken.row_digests, now), _list_url(detail)
    )


def _traces(detail: PostingDetail, taken: SourceRow) -> tuple[Trace, ...]:
    found = []
    digests = list(taken.row_digests)
    for place, row in enumerate(detail.rows, start=1):
        digest = row_digest(row.cells)
        if digest not in digests:
            continue  # a row that somebody wrote comes from no figure
        at = digests.index(digest)
        digests[at] = ""
        code, _space, month = taken.of[at].partition(" ")
        query = urlencode(
            {"area": str(detail.row.area_id), "month": month, "as_of": taken.as_of.isoformat()}
        )
        url = f"{reverse('desk-figure', args=[code])}?{query}"
        words = " ".join(row.cells.get(c.code, "") for c in detail.item.columns)
        found.append(Trace(place, words, code, url))
    return tuple(found)


def _list_url(detail: PostingDetail) -> str:
    fill = detail.item.filled_from
    name = _LISTS.get(fill.source) if fill else None
    if name is None:
        return ""
    last: date = detail.row.end - timedelta(days=1)
    area = directory.area(detail.row.area_id)
    return f"{reverse(name, args=[area.code])}?month={last:%Y-%m}"
