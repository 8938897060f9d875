"""What is out, as files for whoever reckons, republishes or keeps: CSV, JSON, Atom, DCAT.

All from the public rows alone. Other sites may read them from a visitor's browser.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from uuid import UUID
from xml.etree import ElementTree as ET

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.enums import Frequency
from liuchi.engines.disclosures.queries import PostingOut, PublicFileRow, PublicItem
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.disclosed import paper_links, period_words
from liuchi.surfaces.components.evidence import inline
from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.portal import open_figures
from liuchi.surfaces.portal.disclosed.newest import newest_at
from liuchi.surfaces.portal.disclosed.pages import item_at, year_of

FEED_ENTRIES = 30
_ATOM = "http://www.w3.org/2005/Atom"
_BOM = "\ufeff"  # without it Excel reads Chinese as noise
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# The vocabularies DCAT-AP names for languages and frequencies.
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_CHINESE = f"{_AUTHORITY}language/ZHO"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_PERIODS = {
    Frequency.MONTHLY: f"{_AUTHORITY}frequency/MONTHLY",
    Frequency.QUARTERLY: f"{_AUTHORITY}frequency/QUARTERLY",
    Frequency.AT_ONCE: f"{_AUTHORITY}frequency/IRREG",
}


@public
def item_csv(request: HttpRequest, code: str, item: str) -> HttpResponseBase:
    """All rows out of an item, or of a year, as a table; columns of every version together."""
    area, out = _out(request, code, item)
    titles = list(dict.fromkeys(c.title for each in out for c in each.columns))
    response = StreamingHttpResponse(_lines(out, titles), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{area.code}-{item}.csv"'
    return _open(response)


@public
def item_json(request: HttpRequest, code: str, item: str) -> HttpResponseBase:
    """An item with everything that is out of it, as JSON."""
    area, out = _out(request, code, item)
    row = item_at(area, item)
    told: dict[str, object] = {
        "village": area.name,
        "item": item,
        "title": row.spec.title if row else out[0].row.item_title,
        "responsible": row.spec.responsible if row else "",
        "supervising": list(row.spec.supervising) if row else [],
        "basis": [each.model_dump(mode="json") for each in row.spec.basis] if row else [],
    }
    head = json.dumps(told, ensure_ascii=False)[:-1]
    held = disclosures.files_of([each.row.id for each in out])
    papers: dict[UUID, list[dict[str, object]]] = {
        each.row.id: paper_links(
            request, area, item, [file for file in held if file.posting_id == each.row.id]
        )
        for each in out
    }
    response = StreamingHttpResponse(
        _json(head, out, papers), content_type="application/json; charset=utf-8"
    )
    return _open(response)


@public
def feed(request: HttpRequest, code: str) -> HttpResponseBase:
    """What was released last in a village, or in all of a town. No rows: those are counted."""
    area = directory.area_by_slug(code)
    name = "portal-open" if area.kind.is_village else "portal-open-embed"
    here = public_address(request, reverse(name, args=[code]))
    root = ET.Element("feed", xmlns=_ATOM)
    newest = newest_at(area, limit=FEED_ENTRIES)
    _texts(root, id=here, title=f"{area.name} 公开事项")
    updated = newest[0][0].released_at.astimezone(SHANGHAI) if newest else None
    _texts(root, updated=updated.isoformat() if updated else "1970-01-01T00:00:00Z")
    ET.SubElement(ET.SubElement(root, "author"), "name").text = area.name
    own = public_address(request, reverse("portal-open-feed", args=[code]))
    ET.SubElement(root, "link", rel="self", href=own)
    ET.SubElement(root, "link", rel="alternate", href=here)
    files = disclosures.files_of([row.id for row, _place in newest])
    for row, place in newest:
        entry = ET.SubElement(root, "entry")
        where = reverse("portal-open-posting", args=[place.code, row.item_code, row.id])
        named = () if area.kind.is_village else (place.name,)
        period = period_words(row.first, row.end)
        title = " ".join(filter(None, (*named, row.item_title, row.subject, period)))
        _texts(
            entry,
            id=f"urn:uuid:{row.id}",
            title=title,
            updated=row.released_at.astimezone(SHANGHAI).isoformat(),
            summary=f"{row.row_count} 条",
        )
        ET.SubElement(entry, "link", rel="alternate", href=public_address(request, where))
        for told in paper_links(
            request, place, row.item_code, [file for file in files if file.posting_id == row.id]
        ):
            names = {"type": "media_type", "length": "bytes", "title": "title", "href": "url"}
            said = {name: str(told[key]) for name, key in names.items()}
            ET.SubElement(entry, "link", {"rel": "enclosure", **said})
    text = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return _open(HttpResponse(text, content_type="application/atom+xml; charset=utf-8"))


@public
def catalogue(request: HttpRequest, code: str) -> HttpResponseBase:
    """The village's items as a DCAT 2 catalogue, in JSON-LD."""
    area = directory.area_by_slug(code)
    here = public_address(request, reverse("portal-open", args=[code]))
    publisher = {"@type": "foaf:Agent", "foaf:name": area.name}
    papers = disclosures.papers_out(area.id)
    told = {
        "@context": _CONTEXT,
        "@id": here,
        "@type": "dcat:Catalog",
        "dct:title": f"{area.name} 公开事项",
        "dct:description": f"{area.name}公开的事项：隐去个人信息以后的各期内容。",
        "dct:language": {"@id": _CHINESE},
        "foaf:homepage": {"@id": here},
        "dct:publisher": publisher,
        "dcat:dataset": [
            _dataset(request, area, each, publisher, papers)
            for each in disclosures.public_items(area.id)
            if each.last_first is not None
        ]
        + list(open_figures.datasets(request, area, publisher)),
    }
    text = json.dumps(told, ensure_ascii=False)
    return _open(HttpResponse(text, content_type="application/ld+json; charset=utf-8"))


@public
def photo(request: HttpRequest, code: str, document_id: UUID) -> HttpResponse:
    """A picture that went out with a posting; gone when that is taken down."""
    area = directory.area_by_slug(code)
    return inline(*disclosures.public_photo(area.id, document_id), kept="public, max-age=300")


def _out(request: HttpRequest, code: str, item: str) -> tuple[AreaRow, tuple[PostingOut, ...]]:
    area = directory.area_by_slug(code)
    out = disclosures.item_out(area.id, item, year_of(request))
    if not out:
        raise NotFound("item")
    return area, out


def _by_posting(out: Sequence[PostingOut]) -> Iterator[tuple[PostingOut, list[tuple[str, ...]]]]:
    """Yield postings with their rows; by their ids, as the rows come."""
    held = {each.row.id: each for each in out}
    rows = disclosures.rows_out(list(held))
    for posting_id, each in groupby(rows, key=lambda row: row.posting_id):
        yield held[posting_id], [row.cells for row in each]


def _lines(out: Sequence[PostingOut], titles: Sequence[str]) -> Iterator[bytes]:
    yield (_BOM + _line(["期间起", "期间止", "发布日期", "版本", *titles])).encode()
    for each, rows in _by_posting(out):
        row = each.row
        last = row.end - timedelta(days=1)
        released = row.released_at.astimezone(SHANGHAI).date()
        first = [row.first.isoformat(), last.isoformat(), released.isoformat(), str(row.version)]
        heads = [column.title for column in each.columns]
        told = [
            _line([*first, *(dict(zip(heads, cells, strict=True)).get(t, "") for t in titles)])
            for cells in rows
        ]
        yield "".join(told).encode()


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([_plain(cell) for cell in cells])
    return text.getvalue()


def _plain(cell: str) -> str:
    """Keep a spreadsheet from taking text for a formula; a negative number stays one."""
    number = cell.removeprefix("-").replace(".", "", 1)
    if cell.startswith(_FORMULA) and not (number.isascii() and number.isdigit()):
        return f"'{cell}"
    return cell


def _json(
    head: str, out: Sequence[PostingOut], papers: Mapping[UUID, list[dict[str, object]]]
) -> Iterator[bytes]:
    yield f'{head}, "postings": ['.encode()
    for place, (each, rows) in enumerate(_by_posting(out)):
        row = each.row
        told = {
            "id": str(row.id),
            "first": row.first.isoformat(),
            "end": row.end.isoformat(),
            "version": row.version,
            "subject": row.subject,
            "released": row.released_at.isoformat(),
            "total": None if row.total is None else str(row.total),
            "content_hash": row.content_hash,
            "note": each.note,
            "why": each.why,
            "papers": papers[row.id],
            "columns": [
                {"code": c.code, "title": c.title, "kind": str(c.kind)} for c in each.columns
            ],
            "rows": rows,
        }
        yield (", " * bool(place) + json.dumps(told, ensure_ascii=False)).encode()
    yield b"]}"


def _dataset(
    request: HttpRequest,
    area: AreaRow,
    each: PublicItem,
    publisher: dict[str, str],
    papers: Sequence[tuple[str, PublicFileRow]],
) -> dict[str, object]:
    item = each.row.spec
    names = (
        ("portal-open-csv", "text/csv", "CSV"),
        ("portal-open-json", "application/json", "JSON"),
    )
    page = public_address(request, reverse("portal-open-item", args=[area.code, item.code]))
    return {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:title": item.title,
        "dct:identifier": f"{area.code}/{item.code}",
        "dct:description": _described(each),
        "dcat:keyword": each.row.group_title,
        "dct:language": {"@id": _CHINESE},
        "dct:accrualPeriodicity": {"@id": _PERIODS[item.frequency]},
        **_modified(each),
        "dct:publisher": publisher,
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": f"{item.title}（{form}）",
                "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}{media}"},
                "dcat:accessURL": {"@id": page},
                "dcat:downloadURL": {
                    "@id": public_address(request, reverse(name, args=[area.code, item.code]))
                },
            }
            for name, media, form in names
        ]
        + [
            {
                "@type": "dcat:Distribution",
                "dct:title": told["title"],
                "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}{told['media_type']}"},
                "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(told["bytes"])},
                "dcat:accessURL": {"@id": page},
                "dcat:downloadURL": {"@id": told["url"]},
            }
            for told in paper_links(
                request, area, item.code, [file for code, file in papers if code == item.code]
            )
        ],
    }


def _described(each: PublicItem) -> str:
    item = each.row.spec
    columns = "、".join(column.title for column in item.public_columns)
    return f"责任单位：{item.responsible}。内容：{columns}。"


def _modified(each: PublicItem) -> dict[str, object]:
    if each.last_released_at is None:
        return {}
    moment = each.last_released_at.isoformat()
    return {"dct:modified": {"@type": "xsd:dateTime", "@value": moment}}


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = text


def _open(response: HttpResponseBase) -> HttpResponseBase:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=60"
    return response
