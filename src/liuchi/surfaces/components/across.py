"""Lists over all of a person's posts: read as each by itself, then put in one order.

No query ever sees two areas at once: row-level security stands behind each part as
behind any other list. What a page costs therefore grows with the posts that may see it,
never with the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest

from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components.seats import PLACE, seat_of

Row = TypeVar("Row")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """One of the areas a list can be kept to; ``url`` shows the same list of it alone."""

    name: str
    url: str
    is_current: bool


def each(
    request: HttpRequest, verb: str, read: Callable[[Actor], Answer]
) -> tuple[tuple[Actor, Answer], ...]:
    """Read as every actor that holds a verb, each in its own scope."""
    answers = []
    for actor in seat_of(request).holding(verb):
        with acting_as(actor):
            answers.append((actor, read(actor)))
    return tuple(answers)


def _id(row: Any) -> UUID:
    row_id: UUID = row.id
    return row_id


def _id_text(row: Any) -> str:
    return str(row.id)


def gather(
    request: HttpRequest,
    verb: str,
    read: Callable[[Actor], Page[Row]],
    *,
    limit: int,
    order: Callable[[Row], Any] = _id,
    cursor: Callable[[Row], str] = _id_text,
    newest_first: bool = False,
) -> Page[Row]:
    """Return one page over all posts that hold a verb.

    ``read`` returns an actor's rows behind the cursor the page was asked for. ``order``
    is what the query sorts by, ending in the id, and ``cursor`` names a row's place in
    it; the same place continues every part, whichever the row came from. Most lists go by
    their ids alone.
    """
    pages = [page for _actor, page in each(request, verb, read)]
    if len(pages) == 1:
        return pages[0]
    merged = merge(*(page.rows for page in pages), key=order, reverse=newest_first)
    rows = tuple(islice(merged, limit))
    more = any(page.next_after for page in pages) or sum(len(page.rows) for page in pages) > limit
    return Page(rows, cursor(rows[-1]) if more and rows else None)


def unique(parts: tuple[tuple[Actor, tuple[Any, ...]], ...]) -> tuple[Any, ...]:
    """Return the rows of all parts once each, by their id: a shop may serve two villages."""
    rows: dict[UUID, Any] = {}
    for _actor, found in parts:
        for row in found:
            rows.setdefault(row.id, row)
    return tuple(rows.values())


def places(request: HttpRequest) -> tuple[PlaceChoice, ...]:
    """Return the areas a list can be kept to; empty with posts in one area only."""
    verb = getattr(request, "listed_verb", None)
    if verb is None:
        return ()
    seat = seat_of(request)
    apart = seat.apart(verb)
    if len(apart) < 2:  # noqa: PLR2004  nothing to choose between
        return ()
    current = seat.holding(verb)
    is_across = getattr(request, "is_across", False)
    shown = current if is_across else current[:1]
    return tuple(
        PlaceChoice(seat.area_name(actor), address(request, actor), shown == (actor,))
        for actor in apart
    )


def address(request: HttpRequest, actor: Actor | None) -> str:
    """Return this list's first page, kept to an actor's area or to none."""
    query = request.GET.copy()
    for name in ("after", PLACE):
        query.pop(name, None)
    if actor is not None:
        query[PLACE] = str(actor.area_id)
    return f"{request.path}?{query.urlencode()}" if query else request.path
