"""What villages have out: open to everybody, masked as the pages show it; and what is due."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.queries import PublicPostingRow
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import cursor_unusable
from liuchi.surfaces.api import disclosure_shapes as told
from liuchi.surfaces.api import shapes
from liuchi.surfaces.api.routes import LIMIT_DEFAULT, PUBLIC, After, Limit, Text, read, verb
from liuchi.surfaces.components.disclosed import paper_links
from liuchi.surfaces.components.seats import actor_of

router = Router(tags=["disclosures"])

ItemCode = Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9-]*$")]
Year = Annotated[int | None, Query(ge=1990, le=2100, description="Of the period's first day.")]
Periods = Annotated[int, Query(ge=1, le=24, description="How many periods back.")]
_POSITION_DIGITS_MAX = 6


@read(router, "/disclosures/items", access=PUBLIC, gives=list[told.Item])
def list_disclosure_items(request: HttpRequest, area_id: UUID) -> object:
    """List the items that apply to a village."""
    return [
        {
            "playbook": each.row.playbook,
            "code": each.row.spec.code,
            "title": each.row.spec.title,
            "group": each.row.group_title,
            "responsible": each.row.spec.responsible,
            "supervising": list(each.row.spec.supervising),
            "basis": [basis.model_dump() for basis in each.row.spec.basis],
            "frequency": each.row.spec.frequency,
            "last_first": each.last_first,
            "last_released_at": each.last_released_at,
        }
        for each in disclosures.public_items(directory.area(area_id).id)
    ]


@read(router, "/disclosures/postings", access=PUBLIC, gives=shapes.Page[told.Posting])
def list_disclosure_postings(
    request: HttpRequest,
    area_id: UUID,
    *,
    item_code: ItemCode = "",
    year: Year = None,
    after: After = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[PublicPostingRow]:
    """List what is out in a village, the newest period first."""
    return disclosures.public_postings(
        directory.area(area_id).id, item_code=item_code, year=year, after=after, limit=limit
    )


@read(router, "/disclosures/postings/{posting_id}", access=PUBLIC, gives=told.PostingOpened)
def get_disclosure_posting(request: HttpRequest, posting_id: UUID) -> object:
    """Get one posting that is or was out, with its columns and its source."""
    found = disclosures.public_posting(posting_id)
    source = disclosures.source_of(posting_id)
    return {
        **asdict(found.row),
        "columns": [asdict(each) for each in found.columns],
        "note": found.note,
        "why": found.why,
        "older": found.older,
        "newer": found.newer,
        "source": None if source is None else asdict(source),
        "papers": paper_links(
            request, directory.area(found.row.area_id), found.row.item_code, found.papers
        ),
    }


@read(router, "/disclosures/postings/{posting_id}/rows", access=PUBLIC, gives=shapes.Page[told.Row])
def list_disclosure_rows(
    request: HttpRequest, posting_id: UUID, *, after: After = None, limit: Limit = LIMIT_DEFAULT
) -> object:
    """List the rows of a posting in their order; none of one that was taken down."""
    start = after or "0"
    if not (start.isascii() and start.isdigit() and len(start) <= _POSITION_DIGITS_MAX):
        raise cursor_unusable()
    posting = disclosures.public_posting(posting_id)
    rows, more = disclosures.public_rows(posting.row.id, after=int(start), limit=limit)
    return {"rows": list(rows), "next_after": None if more is None else str(more)}


@read(router, "/disclosures/search", access=PUBLIC, gives=shapes.Page[told.Hit])
def search_disclosures(
    request: HttpRequest,
    area_id: UUID,
    q: Text,
    *,
    item_code: ItemCode = "",
    year: Year = None,
    after: After = None,
    limit: Limit = LIMIT_DEFAULT,
) -> object:
    """Search a village's rows for words, the newest period first."""
    found = disclosures.search(
        directory.area(area_id).id, q, item_code=item_code, year=year, after=after, limit=limit
    )
    rows = [
        {
            **asdict(each.row),
            "item_title": each.item_title,
            "headings": [column.title for column in each.columns],
        }
        for each in found.rows
    ]
    return {"rows": rows, "next_after": found.next_after}


@read(
    router,
    "/disclosures/due",
    access=verb("disclosures.posting.read"),
    gives=list[told.Due],
)
def list_disclosures_due(request: HttpRequest, area_id: UUID, periods: Periods = 6) -> object:
    """List how a village stands with each item in its last periods, the newest first."""
    actor, area = actor_of(request), directory.area(area_id)
    if not actor.covers(area.scope_code):
        raise NotFound("area")
    return [
        {
            "area_id": each.area_id,
            "playbook": each.playbook,
            "item_code": each.item_code,
            "item_title": each.item_title,
            "frequency": each.frequency,
            **asdict(each.cell),
        }
        for each in disclosures.due_table(actor, area_id, periods=periods)
    ]
