"""What a village has out, by item: read by everybody, also from far away. Masked rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow, Page
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.enums import Audience, PostingState
from liuchi.engines.disclosures.queries import (
    ItemRow,
    PublicDetail,
    PublicItem,
    PublicPostingRow,
    SourceRow,
)
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import disclosed, pager, printing
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.disclosed import Told, period_words
from liuchi.surfaces.components.flow_chart import drawn, steps_of
from liuchi.surfaces.portal.disclosed.attached import changed_papers, sheet_of
from liuchi.surfaces.portal.disclosed.newest import newest_at

ROWS = 50
FOUND_ROWS = 20
OLDER = 12
NEWEST = 3
_YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """A posting as lists show one."""

    row: PublicPostingRow

    @property
    def period(self) -> str:
        """Which stretch it covers, in words."""
        return period_words(self.row.first, self.row.end)


@dataclass(frozen=True, slots=True)
class Found:
    """A row that was found, with its item and period."""

    item_code: str
    item_title: str
    year: int
    told: Told


@public
def items(request: HttpRequest, code: str) -> HttpResponse:
    """List the items of a village by group, what is newest first; search its rows."""
    area = directory.area_by_slug(code)
    if not area.kind.is_village:
        return _villages(request, area)
    held = disclosures.public_items(area.id)
    text, year = request.GET.get("q", "").strip(), year_of(request)
    item_code = request.GET.get("item", "")
    context: dict[str, object] = {
        "area": area,
        "model": disclosures.models_standing([area.id]).get(area.id),
        "groups": _groups(held),
        "items": [each.row.spec for each in held],
        "text": text,
        "year": year,
        "item_code": item_code,
        "is_asked": bool(text or year or item_code),
        "for_enterprises": any(e.row.spec.audience is Audience.ENTERPRISES for e in held),
    }
    if context["is_asked"]:
        context |= _asked(request, area, text, item_code, year)
    else:
        context["newest"] = [
            Shown(each) for each in disclosures.newest_postings(area.id, limit=NEWEST)
        ]
    context["years"] = disclosures.years_of(area.id)
    return TemplateResponse(request, "portal/open/items.html", context)


def _villages(request: HttpRequest, area: AreaRow) -> HttpResponse:
    """List the villages of a town that post, in the directory's order, model villages marked."""
    today = clock.today()
    below = directory.areas(directory.places_down_to_villages([area.id])).values()
    villages = [
        each for each in below if each.kind.is_village and disclosures.books_at(each.id, today)
    ]
    models = disclosures.models_standing([each.id for each in villages])
    context = {
        "area": area,
        "villages": [(each, models.get(each.id)) for each in villages],
        "newest": [
            (Shown(row), place.code, place.name) for row, place in newest_at(area, limit=NEWEST)
        ],
        "has_models": bool(models),
    }
    return TemplateResponse(request, "portal/open/villages.html", context)


@public
def item(
    request: HttpRequest, code: str, item: str, posting_id: UUID | None = None
) -> HttpResponse:
    """What was paid to whom under which policy: one posting of an item, at first the newest."""
    area = directory.area_by_slug(code)
    year = year_of(request)
    older = disclosures.public_postings(
        area.id, item_code=item, year=year, after=pager.after(request), limit=OLDER
    )
    row = item_at(area, item)
    newest = older.rows[0].id if posting_id is None and older.rows else None
    detail = posting_at(area, item, posting_id or newest)
    if row is None and detail is None:
        raise NotFound("item")
    context = {
        "area": area,
        "item_code": item,
        "title": detail.row.item_title if detail else row and row.spec.title,
        "item": row.spec if row else None,
        "chart": drawn(row.spec.procedure) if row else "",
        "steps": steps_of(row.spec.procedure) if row else (),
        "year": year,
        "years": disclosures.years_of(area.id),
        "others": pager.sheaf(request, tuple(Shown(each) for each in older.rows), older.next_after),
        "is_single": posting_id is not None,
        **({} if detail is None else _posting(request, detail)),
    }
    return TemplateResponse(request, "portal/open/item.html", context)


@public
def posting_print(request: HttpRequest, code: str, item: str, posting_id: UUID) -> HttpResponse:
    """One posting for the notice board."""
    area = directory.area_by_slug(code)
    detail = posting_at(area, item, posting_id)
    if detail is None or not detail.row.state.is_public:
        raise NotFound("posting")
    return printing.posting(request, area, detail, item_at(area, item))


def item_at(area: AreaRow, code: str) -> ItemRow | None:
    """Return an item in force at a village that applies to it, None where there is none."""
    rows = disclosures.items_of(area.id, clock.today())
    return next((row for row in rows if row.spec.code == code and row.applies), None)


def posting_at(area: AreaRow, item: str, posting_id: UUID | None) -> PublicDetail | None:
    """Return a posting of this village and item; NotFound for one of another."""
    if posting_id is None:
        return None
    detail = disclosures.public_posting(posting_id)
    if (detail.row.area_id, detail.row.item_code) != (area.id, item):
        raise NotFound("posting")
    return detail


def year_of(request: HttpRequest) -> int | None:
    """Return the year an address asks for; None for none, or for no year at all."""
    text = request.GET.get("year", "")
    is_year = len(text) == _YEAR_DIGITS and text.isascii() and text.isdigit() and text > "1900"
    return int(text) if is_year else None


def _groups(held: Sequence[PublicItem]) -> list[tuple[str, list[PublicItem]]]:
    found: dict[str, list[PublicItem]] = {}
    for each in held:
        found.setdefault(each.row.group_title, []).append(each)
    return [(title, sorted(each, key=_newest, reverse=True)) for title, each in found.items()]


def _newest(each: PublicItem) -> str:
    return "" if each.last_released_at is None else each.last_released_at.isoformat()


def _asked(
    request: HttpRequest, area: AreaRow, text: str, item_code: str, year: int | None
) -> dict[str, object]:
    after = pager.after(request)
    if text:
        hits = disclosures.search(
            area.id, text, item_code=item_code, year=year, after=after, limit=FOUND_ROWS
        )
        found = tuple(
            Found(
                hit.row.item_code,
                hit.item_title,
                hit.row.first.year,
                disclosed.told(hit.columns, hit.row),
            )
            for hit in hits.rows
        )
        return {"is_found": True, "sheaf": pager.sheaf(request, found, hits.next_after)}
    page: Page[PublicPostingRow] = disclosures.public_postings(
        area.id, item_code=item_code, year=year, after=after, limit=FOUND_ROWS
    )
    rows = tuple(Shown(each) for each in page.rows)
    return {"is_found": False, "sheaf": pager.sheaf(request, rows, page.next_after)}


def _posting(request: HttpRequest, detail: PublicDetail) -> dict[str, object]:
    start = request.GET.get("from", "")
    after = int(start) if start.isascii() and start.isdigit() and len(start) < len("12345") else 0
    rows, more = (
        disclosures.public_rows(detail.row.id, after=after, limit=ROWS)
        if detail.row.state.is_public
        else ((), None)
    )
    fixed = detail.row.state.is_public and detail.older is not None
    return {
        "detail": detail,
        "period": period_words(detail.row.first, detail.row.end),
        "rows": [disclosed.told(detail.columns, row) for row in rows],
        "more": more,
        "source": _source(detail),
        "is_later": after > 0,
        "is_old": detail.row.state is PostingState.CORRECTED,
        "is_down": detail.row.state is PostingState.TAKEN_DOWN,
        "changes": _changes(detail) if fixed else [],
        "replaced": changed_papers(detail) if fixed else [],
        "sheet": sheet_of(request, detail),
    }


def _source(detail: PublicDetail) -> tuple[str, SourceRow] | None:
    """Return the name of what a posting was filled from, and how that stands."""
    found = disclosures.source_of(detail.row.id)
    return None if found is None else (disclosed.source_title(found.source), found)


def _changes(detail: PublicDetail) -> list[tuple[Told | None, Told | None]]:
    columns = detail.columns
    return [
        (
            None if each.before is None else disclosed.told_cells(columns, each.before),
            None if each.after is None else disclosed.told_cells(columns, each.after),
        )
        for each in disclosures.correction_changes(detail.row.id)
    ]
