"""The rules of points, open to everybody: what earns, how it is checked, what protects."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import queries as points
from liuchi.kernel.clock import today
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.methods import by_class, rule_titled


@public
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """Show every item under its class, the way from a deed to points, and what protects."""
    area = directory.area_by_slug(code)
    books = points.rule_books(area.id, today())
    context = {
        "area": area,
        "books": [(book, by_class(book.rules)) for book in books],
        "ahead": points.rules_ahead(area.id, today()),
        "rules_count": sum(len(book.rules) for book in books),
    }
    return TemplateResponse(request, "portal/rules.html", context)


@public
def rule(request: HttpRequest, code: str, rule: str) -> HttpResponse:
    """Show one item at a short address of its own, to be pointed at."""
    area = directory.area_by_slug(code)
    for book in points.rule_books(area.id, today()):
        row = rule_titled(book.rules, rule)
        if row is not None:
            change = next((each for each in book.changes if each.code == rule), None)
            context = {"area": area, "book": book, "rule": row, "change": change}
            return TemplateResponse(request, "portal/rule.html", context)
    raise NotFound("rule")
