"""Papers that went out with a posting: a PDF to take away, and their pages one at a time."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import queries as disclosures
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.evidence import inline
from liuchi.surfaces.components.paper import as_pdf
from liuchi.surfaces.portal.disclosed.pages import posting_at

_KEPT = "public, max-age=300"


@public
def paper(request: HttpRequest, code: str, item: str, posting_id: UUID, paper: int) -> HttpResponse:
    """A paper as a PDF of pictures; gone when its posting is taken down."""
    detail = posting_at(directory.area_by_slug(code), item, posting_id)
    _document, content = disclosures.public_paper(posting_id, paper)
    answer = as_pdf(content, f"{code}-{item}-{detail.row.first if detail else ''}-{paper}")
    answer["Cache-Control"] = _KEPT
    return answer


@public
def page(
    request: HttpRequest, code: str, item: str, posting_id: UUID, paper: int, *, sheet: int
) -> HttpResponse:
    """A page of a paper as a picture small enough for a slow phone."""
    posting_at(directory.area_by_slug(code), item, posting_id)
    return inline(*disclosures.public_page(posting_id, paper, sheet), kept=_KEPT)
