"""Reads a list as people do: off the screen, page after page, and out of the sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import openpyxl
from django.test import Client

from surfaces.world import FIGURE

Rows = list[dict[str, str]]
# Route, address, who asks, the list, how many of its rows the sheet of 罗冲 has at least,
# statements of the download. {names} are filled with records of 罗冲.
LISTS = (
    ("desk-rechecks", "/desk/cases/rechecks/", "secretary", "rechecks", 0, 15),
    ("desk-checks", "/desk/cases/checks/", "secretary", "checks", 0, 11),
    ("desk-call-backs", "/desk/cases/call-backs/", "secretary", "call-backs", 1, 11),
    ("desk-draws", "/desk/cases/draws/", "secretary", "draws", 1, 11),
    ("desk-draw", "/desk/cases/draws/{draw_id}/", "secretary", "lots", 1, 13),
    ("desk-registers", "/desk/cases/registers/", "secretary", "registers", 1, 14),
    ("desk-register", "/desk/cases/registers/{main_type}/", "secretary", "register", 1, 16),
    ("desk-exclusions", "/desk/cases/exclusions/", "secretary", "exclusions", 1, 11),
    ("desk-cases", "/desk/cases/?tab=all", "secretary", "cases", 1, 13),
    ("desk-disclosures", "/desk/disclosures/", "secretary", "postings", 2, 10),
    ("desk-disclosures-map", "/desk/disclosures/map/", "secretary", "disclosure-map", 1, 17),
    ("desk-disclosure", "/desk/disclosures/{posting_id}/", "secretary", "posting-rows", 1, 17),
    ("desk-disclosure-checks", "/desk/disclosures/checks/", "secretary", "spot-checks", 1, 10),
    ("desk-disclosure-checks", "/desk/disclosures/checks/", "secretary", "open-faults", 0, 10),
    (
        "desk-disclosure-check",
        "/desk/disclosures/checks/{check_id}/",
        "secretary",
        "drawn-postings",
        1,
        12,
    ),
    ("desk-committees", "/desk/disclosures/committees/", "secretary", "committees", 1, 13),
    ("desk-model-villages", "/desk/disclosures/models/", "secretary", "model-villages", 1, 12),
    ("desk-disclosure-items", "/desk/disclosures/items/", "secretary", "applying", 1, 15),
    (
        "desk-disclosure-village-items",
        "/desk/disclosures/items/{area_id}/",
        "secretary",
        "village-items",
        1,
        13,
    ),
    ("desk-links", "/desk/contacts/all/", "secretary", "links", 3, 11),
    ("desk-claims", "/desk/claims/?state=posted", "reviewer", "claims", 3, 12),
    ("desk-people", "/desk/people/", "secretary", "people", 3, 11),
    ("desk-households", "/desk/households/", "secretary", "households", 3, 10),
    ("desk-household", "/desk/households/{household_id}/", "secretary", "members", 1, 13),
    ("desk-person", "/desk/people/{rich_id}/", "secretary", "statement", 3, 20),
    ("desk-shops", "/desk/shop/?all=1", "secretary", "shops", 1, 10),
    ("desk-goods", "/desk/shop/{shop_id}/goods/", "shopkeeper", "catalogue", 3, 11),
    ("desk-baskets", "/desk/shop/{shop_id}/receipts/", "shopkeeper", "receipts", 1, 13),
    ("desk-counter", "/desk/shop/{shop_id}/", "shopkeeper", "goods", 3, 11),
    ("desk-counter", "/desk/shop/{shop_id}/", "shopkeeper", "redemptions", 3, 12),
    ("desk-figures", "/desk/figures/", "secretary", "indicators", 1, 9),
    ("desk-figure", f"/desk/figures/{FIGURE}/?area={{town_id}}", "clerk", "figure-by-area", 0, 15),
    ("desk-figure", f"/desk/figures/{FIGURE}/", "secretary", "figure-by-month", 1, 14),
    ("desk-burden", "/desk/burden/", "secretary", "burden-posts", 3, 20),
    ("desk-burden", "/desk/burden/", "secretary", "burden-weeks", 0, 20),
    ("desk-burden", "/desk/burden/", "secretary", "burden-parts", 0, 20),
    ("desk-burden", "/desk/burden/", "secretary", "burden-asked", 1, 20),
    ("desk-burden", "/desk/burden/", "secretary", "burden-repeats", 0, 20),
    ("desk-facts", f"/desk/figures/{FIGURE}/facts/", "secretary", "facts", 3, 15),
    (
        "desk-figure-changes",
        f"/desk/figures/{FIGURE}/changes/?since=2022-05-01&reason=added",
        "secretary",
        "figure-changes",
        1,
        20,
    ),
    ("desk-screens", "/desk/screens/", "secretary", "screens", 0, 10),
    ("desk-calendar", "/desk/administration/calendar/", "administrator", "calendar-days", 0, 10),
    ("desk-clients", "/desk/administration/clients/", "administrator", "clients", 0, 10),
    ("desk-playbooks", "/desk/administration/playbooks/", "secretary", "playbooks", 1, 9),
    ("desk-posts", "/desk/administration/posts/", "secretary", "posts", 3, 12),
    ("desk-notices", "/desk/notices/", "secretary", "notices", 3, 11),
    ("desk-objections", "/desk/objections/", "clerk", "objections", 0, 10),
    ("desk-openings", "/desk/openings/", "secretary", "openings", 1, 11),
    ("desk-opening", "/desk/openings/{list_id}/", "secretary", "opening-lines", 1, 11),
    ("desk-campaigns", "/desk/campaigns/", "secretary", "campaigns", 1, 11),
    ("desk-campaign", "/desk/campaigns/{campaign_id}/", "secretary", "campaign-people", 1, 11),
    ("desk-duplicates", "/desk/people/duplicates/", "secretary", "duplicates", 0, 10),
    ("desk-grids", "/desk/grids/", "secretary", "grids", 3, 11),
    ("desk-budgets", "/desk/budgets/", "secretary", "budgets", 1, 12),
    ("desk-closings", "/desk/closings/", "secretary", "closings", 0, 10),
    ("desk-imports", "/desk/imports/", "secretary", "imports", 1, 11),
    ("desk-bulletins", "/desk/bulletins/", "secretary", "bulletins", 2, 11),
    ("desk-collect", "/desk/collect/", "clerk", "collect", 0, 10),
    ("desk-collect-asked", "/desk/collect/asked/", "secretary", "collect-asked", 1, 10),
    ("desk-batches", "/desk/lists/", "reviewer", "batches", 1, 12),
    ("desk-appeals", "/desk/appeals/", "clerk", "appeals", 1, 11),
    ("desk-approvals", "/desk/approvals/", "reviewer", "approvals", 1, 12),
    ("desk-grades", "/desk/grades/", "secretary", "grade-rounds", 1, 12),
    ("desk-round", "/desk/grades/{round_id}/", "secretary", "grade-lines", 1, 12),
    ("desk-grade-appeals", "/desk/grades/appeals/", "reviewer", "grade-appeals", 1, 10),
    ("desk-official-grades", "/desk/grades/official/", "secretary", "official-grades", 0, 10),
    ("desk-cards", "/desk/cards/", "secretary", "cards", 1, 11),
    ("desk-agreements", "/desk/agreements/", "secretary", "agreements", 1, 13),
    ("desk-benefit-statements", "/desk/statements/", "secretary", "benefit-statements", 1, 11),
    ("desk-whistles", "/desk/whistles/", "secretary", "whistles", 1, 15),
    ("desk-prompts", "/desk/prompts/", "secretary", "prompts", 1, 13),
    ("desk-arbitrations", "/desk/arbitrations/", "secretary", "arbitrations", 1, 13),
    ("desk-votes", "/desk/votes/", "secretary", "rule-votes", 1, 12),
    ("merchant-uses", "/m/uses/", "merchant", "provider-uses", 1, 11),
    ("merchant-statements", "/m/statements/", "merchant", "provider-statements", 1, 12),
    ("portal-benefits", "/me/benefits/", "resident", "my-benefits", 0, 11),
    ("portal-me", "/me/", "resident", "statement", 1, 15),
    ("portal-statement", "/me/statement/", "resident", "month-statement", 0, 10),
    (
        "desk-statement",
        "/desk/people/{rich_id}/statement/?month=2022-05",
        "secretary",
        "month-statement",
        1,
        18,
    ),
    ("portal-redemptions", "/me/redemptions/", "resident", "my-redemptions", 0, 10),
    ("portal-shop-month", "/v/{code}/shop/month/?month=2022-06", "resident", "month", 1, 14),
    ("portal-claims", "/me/claims/", "resident", "my-claims", 1, 12),
)
_VOID = {"input", "img", "br", "link", "meta", "hr"}


class _Page(HTMLParser):
    """Collects the cells of one list: of a table by its headings, of a list by its labels."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code, self.rows, self.heads, self.next_url = code, [], [], ""
        self._last: str | None = None  # the list whose foot comes next
        self._inside, self._depth, self._cell_depth = False, 0, 0
        self._cells: list[str] = []
        self._labels: dict[str, str] = {}
        self._label: str | None = None
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "data-list" in given:
            self._last = given["data-list"]
            if self._last == self.code:
                self._inside, self._depth = True, 0
        if tag == "a" and given.get("rel") == "next" and self._last == self.code:
            self.next_url = given["href"] or ""
        if not self._inside or tag in _VOID:
            return
        self._depth += 1
        if tag in {"tr", "li"}:
            self._cells, self._labels = [], {}
        if (tag in {"td", "th"} and given.get("class") != "l-act") or "data-cell" in given:
            self._label, self._text = given.get("data-cell"), []
            self._cell_depth = self._depth

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if not self._inside or tag in _VOID:
            return
        if self._text is not None and self._depth == self._cell_depth:
            text = " ".join("".join(self._text).split())
            if self._label is not None:
                self._labels[self._label] = text
            else:
                self._cells.append(text)
            self._text = None
        if tag == "tr" and not self.heads:
            self.heads = self._cells
        elif tag == "tr":
            self.rows.append(dict(zip(self.heads, self._cells, strict=True)))
        elif tag == "li":
            self.rows.append(self._labels)
        self._depth -= 1
        if self._depth == 0:
            self._inside = False


def on_screen(client: Client, address: str, code: str) -> tuple[list[str], Rows, int]:
    """Return a table's headings (none of a list), all rows of all pages, and how many pages."""
    rows: Rows = []
    heads: list[str] = []
    pages = 0
    while address:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        page = _Page(code)
        page.feed(response.content.decode())
        heads = heads or page.heads
        rows += page.rows
        pages += 1
        address = page.next_url
    return heads, rows, pages


def in_sheet(client: Client, address: str, code: str) -> tuple[list[str], Rows]:
    """Return the headings and rows of the sheet, each cell as a spreadsheet shows it."""
    response = client.post(address, {"list": code})
    assert response.status_code == 200, (address, response.status_code)
    return read(taken(response))


def taken(response: Any) -> bytes:
    """Return a download's bytes, and put its file away."""
    content = b"".join(response.streaming_content)
    response.close()
    return content


def read(content: bytes) -> tuple[list[str], Rows]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    heads, *rows = [[displayed(cell) for cell in row] for row in sheet.iter_rows()]
    return heads, [dict(zip(heads, row, strict=True)) for row in rows if any(row)]


def displayed(cell: Any) -> str:
    """Write a cell as its number format does: the few formats that our sheets use."""
    value, written = cell.value, cell.number_format
    if value is None:
        return ""
    if isinstance(value, datetime):
        text = re.sub(r'"([^"]*)"', r"\1", written)
        for sign, part in (
            ("yyyy", f"{value:%Y}"), ("hh:mm", f"{value:%H:%M}"), ("mmm", f"{value:%b}"),
            ("m", str(value.month)), ("d", str(value.day)),
        ):  # fmt: skip
            text = text.replace(sign, part, 1)
        return text
    if isinstance(value, int | float):
        number = int(value) if value == int(value) else value
        if written.startswith("+0;−0"):
            return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"
        return str(number)
    assert cell.data_type == "s", (cell.coordinate, cell.data_type)
    return " ".join(str(value).split())
