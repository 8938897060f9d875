"""The figures everybody may read: tables by place and ended months, small cells held back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import PublicFigure, PublicRow, PublicTable
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.paper import public_address

HELD_BACK = "*"
"""What stands for a cell that is held back."""
_BOM = "\ufeff"  # without it Excel reads Chinese as noise
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@public
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show every public figure of a place and the places below."""
    area = directory.area_by_slug(code)
    tables = [
        indicators.public_table(each.code, area.id) for each in indicators.public_figures(area.id)
    ]
    context = {
        "area": area,
        "tables": [_shown(each) for each in tables],
        "left_out": indicators.not_opened(area.id),
    }
    return TemplateResponse(request, "portal/open_figures.html", context)


@public
def figure_csv(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """One public figure as a table; a cell held back is a star, never empty and never nought."""
    table = indicators.public_table(item, directory.area_by_slug(code).id)
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["地方", "区划代码", *(span.code for span in table.spans)])
    lines.writerows([_name(row), row.area.code, *_cells(row)] for row in table.rows)
    response = HttpResponse(
        (_BOM + text.getvalue()).encode(), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{code}-{item}.csv"'
    return _open(response)


@public
def figure_json(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """One public figure with its definition; a cell held back is null and says so."""
    table = indicators.public_table(item, directory.area_by_slug(code).id)
    told: dict[str, Any] = {
        "code": table.figure.code,
        "title": table.figure.title,
        "unit": table.figure.unit,
        "definition": [line.in_language("zh") for line in table.figure.words.lines],
        "as_of": table.as_of.isoformat(),
        "held_back_below": table.figure.fewer_than,
        "rows": [
            {
                "place": row.area.name,
                "place_code": row.area.code,
                "own": row.own,
                "period": span.code,
                "value": cell,
                "held_back": cell is None,
            }
            for row in table.rows
            for span, cell in zip(table.spans, row.cells, strict=True)
        ],
    }
    text = json.dumps(told, ensure_ascii=False)
    return _open(HttpResponse(text, content_type="application/json; charset=utf-8"))


def datasets(
    request: HttpRequest, area: AreaRow, publisher: dict[str, str]
) -> Iterator[dict[str, object]]:
    """Yield the public figures of a place for its DCAT catalogue."""
    here = public_address(request, reverse("portal-figures", args=[area.code]))
    forms = (
        ("portal-figures-csv", "text/csv", "CSV"),
        ("portal-figures-json", "application/json", "JSON"),
    )
    for each in indicators.public_figures(area.id):
        yield {
            "@id": f"{here}#{each.code}",
            "@type": "dcat:Dataset",
            "dct:title": each.title,
            "dct:identifier": f"{area.code}/{each.code}",
            "dct:description": _described(each),
            "dct:publisher": publisher,
            "dcat:landingPage": {"@id": here},
            "dcat:distribution": [
                {
                    "@type": "dcat:Distribution",
                    "dct:title": f"{each.title}（{form}）",
                    "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}{media}"},
                    "dcat:accessURL": {"@id": here},
                    "dcat:downloadURL": {
                        "@id": public_address(request, reverse(name, args=[area.code, each.code]))
                    },
                }
                for name, media, form in forms
            ],
        }


def _described(each: PublicFigure) -> str:
    said = "".join(line.in_language("zh") for line in each.words.lines[:-1])
    held = f"少于 {each.fewer_than} 的隐去，用 {HELD_BACK} 表示。" if each.fewer_than else ""
    return f"{said}{held}"


def _shown(table: PublicTable) -> dict[str, object]:
    return {
        "figure": table.figure,
        # The newest first: on a phone the others are pulled into sight.
        "heads": [say(span.words) for span in reversed(table.spans)],
        "rows": [(row, _cells(row)[::-1]) for row in table.rows],
        "holds_back": table.holds_back,
    }


def _cells(row: PublicRow) -> list[str]:
    return [HELD_BACK if cell is None else cell for cell in row.cells]


def _name(row: PublicRow) -> str:
    return f"{row.area.name}（未分到下级）" if row.own else row.area.name


def _open(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=300"
    return response
