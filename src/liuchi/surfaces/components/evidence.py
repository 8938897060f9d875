"""Photos: of evidence, for those in whose scope they lie; of goods, for everybody."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from liuchi.engines.files import queries as files
from liuchi.engines.files.queries import DocumentRow
from liuchi.engines.points import queries as points
from liuchi.surfaces.components.access import public, requires
from liuchi.surfaces.components.seats import SeatedRequest

PRIVATE = "private, max-age=600"


@requires("files.document.read")
def image(request: SeatedRequest, document_id: UUID) -> HttpResponse:
    """Return the stored bytes. Private: no shared cache may keep them."""
    return inline(*files.content(request.actor, document_id))


@public
def goods_photo(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Return the photo of a shop's goods. A new photo has a new address: keep it for a year."""
    return inline(*points.goods_photo(document_id), kept="public, max-age=31536000, immutable")


def inline(document: DocumentRow, content: bytes, kept: str = PRIVATE) -> HttpResponse:
    """Answer with a stored picture; ``kept`` says which caches may keep it, and how long."""
    response = HttpResponse(content, content_type=document.media_type)
    response["Cache-Control"] = kept
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    return response
