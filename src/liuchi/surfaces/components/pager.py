"""Keyset paging: the address of the next page names the last row of this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

ROWS = 50


@dataclass(frozen=True, slots=True)
class Sheaf:
    """One page of rows and the addresses of the first and the next page, or ``""``."""

    rows: tuple[Any, ...]
    first_url: str
    next_url: str


def after(request: HttpRequest) -> str | None:
    """Return the cursor asked for, or None for the first page."""
    return request.GET.get("after") or None


def sheaf(request: HttpRequest, rows: tuple[Any, ...], next_after: object) -> Sheaf:
    """Build the page's addresses, keeping every other filter of the request."""
    first = next_url = ""
    if request.GET.get("after"):
        first = _with_after(request, None)
    if next_after:
        next_url = _with_after(request, str(next_after))
    return Sheaf(tuple(rows), first, next_url)


def first_page(request: HttpRequest) -> str:
    """Return the address of the list's first page, every other filter kept."""
    return _with_after(request, None)


def _with_after(request: HttpRequest, cursor: str | None) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    if cursor is not None:
        query["after"] = cursor
    return f"{request.path}?{query.urlencode()}" if query else request.path
