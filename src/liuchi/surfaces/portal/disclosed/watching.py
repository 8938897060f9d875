"""Who watches over a village's disclosures: its committee, and spot checks anybody can redraw."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.queries import CandidateRow, CheckRow
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.disclosed import period_words

SHOWN_MAX = 200
_BOM = "\ufeff"  # without it Excel reads Chinese as noise


@public
def watch(request: HttpRequest, code: str) -> HttpResponse:
    """Show who is in the committee, when it met and what it agreed, and the spot checks."""
    area = directory.area_by_slug(code)
    context = {
        "area": area,
        "model": disclosures.models_standing([area.id]).get(area.id),
        "committee": disclosures.public_committee(area.id),
        "checks": [
            (each, directory.area(each.area_id).code)
            for each in disclosures.checks_over(area.id, limit=12)
        ],
    }
    return TemplateResponse(request, "portal/open/watch.html", context)


@public
def check(request: HttpRequest, code: str, check_id: UUID) -> HttpResponse:
    """Show a draw with everything needed to do it again: seed, candidates, what came out."""
    row = _check(code, check_id)
    proof = disclosures.check_proof(check_id)
    among = disclosures.candidates(check_id)
    context = {
        "area": directory.area(row.area_id),
        "row": row,
        "proof": proof,
        "outcome": disclosures.public_outcome(check_id),
        "drawn": [(each, _period(each)) for each in among if each.is_drawn and row.drawn_at],
        "among": [(each, _period(each)) for each in among[:SHOWN_MAX]],
        "more": max(0, len(among) - SHOWN_MAX),
    }
    return TemplateResponse(request, "portal/open/check.html", context)


@public
def check_csv(request: HttpRequest, code: str, check_id: UUID) -> HttpResponse:
    """Give what a check was drawn among, with hashes and lots, in the order of the lots."""
    del request
    row = _check(code, check_id)
    among = disclosures.candidates(check_id)
    content = _BOM + "".join(_lines(among, is_drawn=row.drawn_at is not None))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="check-{check_id}.csv"'
    return response


def _check(code: str, check_id: UUID) -> CheckRow:
    """Return a check of this place; NotFound for one of another."""
    area = directory.area_by_slug(code)
    row = disclosures.check_proof(check_id).row
    if row.area_id != area.id:
        raise NotFound("check")
    return row


def _lines(among: tuple[CandidateRow, ...], *, is_drawn: bool) -> Iterator[str]:
    yield _line(
        ["完整编号", "内容哈希（SHA-256）", "村（社区）", "事项", "期间", "签", "序号", "抽中"]
    )
    for each in among:
        drawn = ("是" if each.is_drawn else "否") if is_drawn else ""
        place = str(each.place) if is_drawn else ""
        yield _line(
            [
                str(each.posting_id), each.content_hash, each.area_name, each.item_title,
                each.first.isoformat(), each.lot, place, drawn,
            ]
        )  # fmt: skip


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _period(each: CandidateRow) -> str:
    return period_words(each.first, each.end)
