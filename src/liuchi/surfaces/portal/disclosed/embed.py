"""The newest of a village or town within the page of an official site.

The one page another site may show in a frame. It has no form, no script and sets no cookie, so
that nothing can be clicked through it in somebody's name; its links open by themselves.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.clickjacking import xframe_options_exempt

from liuchi.engines.directory import queries as directory
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.disclosed import period_words
from liuchi.surfaces.portal.disclosed.newest import newest_at

ENTRIES = 10
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors *"
)


@xframe_options_exempt
@public
def embed(request: HttpRequest, code: str) -> HttpResponse:
    """List what was released last, for the frame of another site."""
    area = directory.area_by_slug(code)
    context = {
        "area": area,
        "newest": [
            (row, place, period_words(row.first, row.end))
            for row, place in newest_at(area, limit=ENTRIES)
        ],
        "is_village": area.kind.is_village,
    }
    response = TemplateResponse(request, "portal/open/embed.html", context)
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "public, max-age=60"
    return response
