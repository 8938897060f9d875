"""Photos of evidence: shown to those in whose scope they lie, to nobody else."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from liuchi.engines.files import queries as files
from liuchi.surfaces.components.access import requires
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
