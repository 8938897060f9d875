"""What is out, out of the house: frames and feeds of official sites, paper, catalogue, REST."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from engines.disclosures.posted import ROW, Posted, apply_section
from engines.disclosures.section import SECTION
from liuchi.engines.disclosures import queries
from pages_read import codes, lines, read, size_mm
from surfaces.cases.pages import browser

ATOM = "{http://www.w3.org/2005/Atom}"
A3, ACROSS = (297, 420), (297, 210)
ID = "11010519491231002X"


def open_at(posted: Posted, rest: str = "", place: Any = None) -> str:
    return f"/v/{(place or posted.world.village).code}/open/{rest}"


def test_a_frame_is_allowed_here_and_nowhere_else(posted: Posted, client: Client) -> None:
    posting_id = posted.released(ROW)
    framed = client.get(open_at(posted, "embed/"))
    assert (framed.status_code, "X-Frame-Options" in framed, framed.cookies) == (200, False, {})
    policy = framed["Content-Security-Policy"]
    assert ("frame-ancestors *" in policy, "default-src 'none'" in policy) == (True, True)
    text = framed.content.decode()
    assert open_at(posted, f"relief/{posting_id}/") in text
    assert ("<form" in text, "<script" in text) == (False, False)
    for rest in ("", "relief/", f"relief/{posting_id}/ask/"):
        other = client.get(open_at(posted, rest))
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]
        assert other["X-Frame-Options"] == "DENY"


def test_a_towns_feed_and_frame_hold_all_its_villages(posted: Posted, client: Client) -> None:
    world = posted.world
    mine = posted.released(ROW)
    feed = ET.fromstring(client.get(open_at(posted, "feed.atom", world.town)).content)  # noqa: S314
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{mine}"
    assert (entry.findtext(f"{ATOM}title") or "").startswith(world.village.name)
    rels = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert set(rels) == {"self", "alternate"}
    framed = client.get(open_at(posted, "embed/", world.town)).content.decode()
    assert world.village.name in framed


def test_poster_and_card_lead_to_what_is_open(posted: Posted, client: Client) -> None:
    where = f"http://testserver{open_at(posted)}"
    poster = client.get(open_at(posted, "poster/print/"), {"size": "a3"}).content
    assert (size_mm(poster), codes(poster), len(read(poster).pages)) == (A3, [where], 1)
    assert "12388" in "".join(lines(poster))
    card = client.get(open_at(posted, "card/print/")).content
    assert (size_mm(card), size_mm(card, 1), codes(card)) == (ACROSS, ACROSS, [where])
    assert len(read(card).pages) == 2
    told = "".join(lines(card)) + "".join(lines(card, 1))
    assert ("12388" in told, "惠民补助" in told, "临时救助" in told) == (True, True, True)
    for size in ("a4", "a3"):
        english = client.get(open_at(posted, "poster/print/"), {"size": size, "in": "en"}).content
        assert (codes(english), len(read(english).pages)) == ([where], 1)
        assert "Who is paid, and why" in lines(english)
    english = client.get(open_at(posted, "card/print/"), {"in": "en"}).content
    assert "What you find" in " ".join(lines(english, 1))
    posting_id = posted.released(ROW)
    board = client.get(open_at(posted, f"relief/{posting_id}/print/"), {"size": "a3"}).content
    assert size_mm(board) == A3


def triples(node: dict[str, Any], prefixes: dict[str, str]) -> dict[str, list[Any]]:
    """Expand one node of compacted JSON-LD: full names to lists of values."""
    found: dict[str, list[Any]] = {}
    for name, value in node.items():
        if not name.startswith("@"):
            prefix, _colon, rest = name.partition(":")
            found[prefixes[prefix] + rest] = value if isinstance(value, list) else [value]
    return found


# DCAT-AP: the properties it makes mandatory, and whether each is a literal or a resource.
MANDATORY = {
    "dcat:Catalog": {
        "dct:title": "literal", "dct:description": "literal", "dct:publisher": "node",
        "dcat:dataset": "node",
    },
    "dcat:Dataset": {"dct:title": "literal", "dct:description": "literal"},
    "dcat:Distribution": {"dcat:accessURL": "node"},
    "foaf:Agent": {"foaf:name": "literal"},
}  # fmt: skip
RESOURCES = {
    "dct:language", "dct:accrualPeriodicity", "dcat:mediaType", "dcat:downloadURL",
    "dcat:accessURL", "dcat:landingPage", "foaf:homepage", "dcat:distribution",
}  # fmt: skip


def test_the_catalogue_holds_to_dcat_ap(posted: Posted, client: Client) -> None:
    posted.released(ROW)
    told = json.loads(client.get(open_at(posted, "catalogue.jsonld")).content)
    prefixes = told["@context"]
    seen: list[str] = []

    def full(name: str) -> str:
        prefix, _colon, rest = name.partition(":")
        return str(prefixes[prefix]) + rest

    def look(node: dict[str, Any]) -> None:
        kind = node["@type"]
        seen.append(kind)
        held = triples(node, prefixes)
        for name, shape in MANDATORY[kind].items():
            values = held.get(full(name), [])
            assert values, (kind, name)
            assert all(isinstance(v, dict) is (shape == "node") for v in values), (kind, name)
        for name in RESOURCES & {key for key in node if not key.startswith("@")}:
            assert all(isinstance(v, dict) for v in held[full(name)]), (kind, name)
        for values in held.values():
            for value in values:
                if isinstance(value, dict) and value.get("@type") in MANDATORY:
                    look(value)

    look(told)
    assert sorted(set(seen)) == ["dcat:Catalog", "dcat:Dataset", "dcat:Distribution", "foaf:Agent"]
    (dataset,) = told["dcat:dataset"]
    assert dataset["dct:modified"]["@type"] == "xsd:dateTime"
    address = dataset["dcat:distribution"][0]["dcat:downloadURL"]["@id"]
    assert client.get(address.removeprefix("http://testserver")).status_code == 200


def api(client: Client, path: str, **asked: Any) -> Any:
    answer = client.get(f"/api/v1/disclosures/{path}", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_rest_reads_what_everybody_reads(posted: Posted, client: Client) -> None:
    area = str(posted.village)
    posting_id = posted.released({**ROW, "id": ID}, {**ROW, "name": "乙小二"})
    earlier = posted.released(ROW, on=date(2025, 9, 30))
    assert "relief" in [each["code"] for each in api(client, "items", area_id=area)]
    page = api(client, "postings", area_id=area, limit=1)
    rest = api(client, "postings", area_id=area, limit=1, after=page["next_after"])
    assert [each["id"] for each in (*page["rows"], *rest["rows"])] == [
        str(posting_id), str(earlier),
    ]  # fmt: skip
    opened = api(client, f"postings/{posting_id}")
    rows, _more = queries.public_rows(posting_id)
    first = api(client, f"postings/{posting_id}/rows", limit=1)
    second = api(client, f"postings/{posting_id}/rows", limit=1, after=first["next_after"])
    assert [each["cells"] for each in (*first["rows"], *second["rows"])] == [
        list(row.cells) for row in rows
    ]
    assert ("id" in [column["code"] for column in opened["columns"]], opened["source"]) == (
        False, None,
    )  # fmt: skip
    (hit,) = api(client, "search", area_id=area, q="乙小二")["rows"]
    assert (hit["item_title"], hit["cells"][0]) == ("临时救助", "乙小二")
    assert ID not in json.dumps([opened, first, second, hit])


def test_what_is_due_is_for_staff_of_the_place(posted: Posted, client: Client) -> None:
    asked = {"area_id": str(posted.village), "periods": 1}
    assert client.get("/api/v1/disclosures/due", asked).status_code == 401
    due = browser(posted.world.secretary).get("/api/v1/disclosures/due", asked).json()
    assert {(each["item_code"], each["standing"]) for each in due} == {
        ("relief", "missing"), ("disabled", "missing"), ("spending", "due"),
    }  # fmt: skip
    other = {"area_id": str(posted.world.other.id)}
    assert browser(posted.world.secretary).get("/api/v1/disclosures/due", other).status_code == 404


@pytest.mark.parametrize("is_meant", [True, False])
def test_enterprises_find_policies_steps_awards_and_complaints(
    posted: Posted, client: Client, *, is_meant: bool
) -> None:
    items = [dict(each) for each in SECTION["items"]]
    if is_meant:
        items[0]["for"] = "enterprises"
        apply_section(posted.world, items=items)
    posted.released(ROW)
    text = client.get(f"/v/{posted.world.village.code}/enterprise/policies/").content.decode()
    for words in ("《社会救助暂行办法》", "<strong>镇</strong> 发放", "甲大一", "300.00 元"):
        assert (words in text) is is_meant
    assert "12388" in text
    link = f'href="/v/{posted.world.village.code}/enterprise/policies/"'
    assert (link in client.get(open_at(posted)).content.decode()) is is_meant
