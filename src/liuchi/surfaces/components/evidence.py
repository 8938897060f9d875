"""Photos: of evidence, for those in whose scope they lie; of goods, for everybody."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from liuchi.engines.files import queries as files
from liuchi.engines.points import queries as points
from liuchi.surfaces.components.access import public, requires
from liuchi.surfaces.components.seats import SeatedRequest


@requires("files.document.read")
def image(request: SeatedRequest, document_id: UUID) -> HttpResponse:
    """Return the stored bytes. Private: no shared cache may keep them."""
    document, content = files.content(request.actor, document_id)
    response = HttpResponse(content, content_type=document.media_type)
    response["Cache-Control"] = "private, max-age=600"
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@public
def goods_photo(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Return the photo of a shop's goods. A new photo has a new address: keep it for a year."""
    document, content = points.goods_photo(document_id)
    response = HttpResponse(content, content_type=document.media_type)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    return response
