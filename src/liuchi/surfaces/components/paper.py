"""Printed sheets: a template becomes a PDF, with the village's name and page numbers.

A print page is an ordinary view whose address ends in ``/print/``; it declares its access
as any other and returns ``pdf_response``. Its template extends ``components/paper.html``,
whose style sheet is ``paper.css`` beside it: black on white, large print, A4 or A5.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from liuchi.kernel import clock, paper
from liuchi.surfaces.components.templatetags.liuchi import is_english

PDF = "application/pdf"
VIEWER_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)


def pdf_response(
    request: HttpRequest, template: str, context: Mapping[str, Any], filename: str
) -> HttpResponse:
    """Print ``template`` and show it in the browser as ``filename`` (``.pdf`` is added).

    ``context`` brings ``title`` and ``place``, the name of whose sheet it is; ``printed_at``
    is added. No cache keeps the sheet: it may name people. Raises ``Busy`` where the
    server cannot print.
    """
    html = render_to_string(template, {**context, "printed_at": clock.now()}, request)
    language = "en" if is_english() else "zh"
    styled = html.replace("<head>", f"<head><style>{_style_sheet()}</style>", 1)
    pdf = paper.to_pdf(styled, title=str(context["title"]), language=language)
    return as_pdf(pdf, filename)


def as_pdf(pdf: bytes, filename: str) -> HttpResponse:
    """Show a PDF in the browser as ``filename`` (``.pdf`` is added)."""
    response = HttpResponse(pdf, content_type=PDF)
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(filename)}.pdf"
    response["Cache-Control"] = "private, no-store"
    # The browser's own viewer styles itself and embeds the file; nothing else runs.
    response["Content-Security-Policy"] = VIEWER_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def public_address(request: HttpRequest, path: str) -> str:
    """Return the full address of ``path`` as residents reach it, for QR codes and messages.

    The installation's public address where one is set; else the one this request came by.
    """
    root = settings.LIUCHI_PUBLIC_ADDRESS
    return f"{root}{path}" if root else request.build_absolute_uri(path)


@functools.cache
def _style_sheet() -> str:
    # Templates carry no <style>: on screen the content security policy would stop it.
    folder = files("liuchi.surfaces.components").joinpath("templates", "components")
    return folder.joinpath("paper.css").read_text(encoding="utf-8")
