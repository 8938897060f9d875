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

from liuchi.engines.indicators.queries import PEOPLE_FEWER_THAN, screens
from liuchi.engines.indicators.queries.screens import Wall, WallFigure, WallMonth
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.charts import Bar, Bars
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.templatetags.liuchi import bound, day, months_short, unit

_GONE = 410


@public
def wall(request: HttpRequest, token: str) -> HttpResponse:
    """Show the screen; what it draws comes with it, so that it never begins empty."""
    found = screens.wall(token)
    if found is None:
        return _unseen(TemplateResponse(request, "portal/wall_gone.html", status=_GONE))
    context = {"wall": found, "told": _told(found), "token": token}
    return _unseen(TemplateResponse(request, "portal/wall.html", context))


@public
def figures(request: HttpRequest, token: str) -> HttpResponse:
    """Give what the screen draws, 304 where that is what it has, 410 where it was taken back."""
    found = screens.wall(token)
    if found is None:
        return _unseen(HttpResponse(status=_GONE))
    text = json.dumps(_told(found), ensure_ascii=False)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    return response


def _unseen(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response


def _told(found: Wall) -> dict[str, Any]:
    return {
        "title": found.area.name,
        "day": day(found.day),
        "figures": [_figure(each) for each in found.figures],
    }


def _figure(each: WallFigure) -> dict[str, Any]:
    target = each.month.target
    names = months_short([month.span.first for month in each.months])
    bars = Bars(tuple(map(_bar, each.months, names)))
    return {
        "code": each.code,
        "title": say(each.title),
        "unit": unit(each.unit),
        "few": each.text is None,
        "text": _said(each.text),
        "month": _said(each.month.text),
        "previous": _said(each.previous.text) if each.previous else "—",
        "target": "" if target is None else bound(target),
        "chart": bars.data,
    }


def _bar(month: WallMonth, name: str) -> Bar:
    # Under a bar there is no room for words.
    text = f"<{PEOPLE_FEWER_THAN}" if month.text is None else month.text
    return Bar(name, month.value, text, month.target, month.is_over)


def _said(text: str | None) -> str:
    return _("不足%(n)s") % {"n": PEOPLE_FEWER_THAN} if text is None else text
