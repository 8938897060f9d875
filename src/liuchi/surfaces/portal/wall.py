"""A screen in a hall: a place's few figures, drawn large, renewed by itself.

It asks every two seconds with the tag of what it has and is told 304 where nothing changed:
a stream held open would take a thread from whoever stands at the counter.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from liuchi.engines.indicators.queries import screens
from liuchi.engines.indicators.queries.screens import Wall, WallFigure
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.templatetags.liuchi import day, months_short, plain


@public
def wall(request: HttpRequest, token: str) -> HttpResponse:
    """Show the screen; what it draws comes with it, so that it never begins empty."""
    found = screens.wall(token)
    context = {"wall": found, "told": _told(found), "token": token}
    response = TemplateResponse(request, "portal/wall.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response


@public
def figures(request: HttpRequest, token: str) -> HttpResponse:
    """Give what the screen draws, or 304 where that is what it has."""
    text = json.dumps(_told(screens.wall(token)), ensure_ascii=False)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    return response


def _told(found: Wall) -> dict[str, Any]:
    return {
        "title": found.area.name,
        "day": day(found.day),
        "figures": [_figure(each) for each in found.figures],
    }


def _figure(each: WallFigure) -> dict[str, Any]:
    few, target = _("不足5"), each.beside.target
    values = [_number(text) for _month, text in each.months]
    sign = "" if target is None else "≥" if target.at_least is not None else "≤"
    return {
        "code": each.code,
        "title": each.title,
        "unit": each.unit,
        "text": each.text or few,
        "month": each.month_text or few,
        "previous": each.previous_text or few,
        "target": "" if target is None else f"{sign} {plain(target.bound)}",
        "names": months_short([month for month, _text in each.months]),
        "values": values,
    }


def _number(text: str | None) -> float | None:
    return None if text is None or text == "—" else float(text)
