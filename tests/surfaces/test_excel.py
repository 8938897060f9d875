"""Excel out of every list equals the screen, cell by cell, over all pages."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from liuchi.engines.directory.queries import Page
from liuchi.surfaces.components import excel, pager
from liuchi.surfaces.components.access import Kind
from liuchi.surfaces.components.tables import Column, Listing
from liuchi.surfaces.desk import people, shop
from surfaces.lists import LISTS, in_sheet, on_screen, taken
from surfaces.walk import routes
from surfaces.world import World, rows

pytestmark = pytest.mark.slow


def filled(world: World, address: str) -> str:
    rich = rows(
        "SELECT account.person_id FROM points_account AS account JOIN points_entry AS entry "
        "ON entry.account_id = account.id WHERE account.kind = 'person' "
        "AND starts_with(account.scope_code, %s) GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
        world.cast.village.scope_code,
    )[0][0]
    village = world.cast.village
    return address.format(**world.ours, rich_id=rich, town_id=village.id, code=village.code)


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and batches of sizes that do not fit each other."""
    monkeypatch.setattr(pager, "ROWS", 7)
    monkeypatch.setattr(shop, "RECENT_ROWS", 7)
    monkeypatch.setattr(people, "ENTRIES_SHOWN", 2)
    monkeypatch.setattr(excel, "BATCH_ROWS", 5)


@pytest.mark.usefixtures("short_pages")
def test_the_sheet_equals_the_screen(world: World) -> None:
    lengths = {}
    for _, address, role, code, least, _ in LISTS:
        client, where = world.client(role), filled(world, address)
        heads, shown, pages = on_screen(client, where, code)
        sheet_heads, sheet = in_sheet(client, where, code)
        assert sheet == shown, (address, code)
        assert not heads or sheet_heads == heads
        assert len(sheet) >= least, (address, code)
        lengths[code] = pages
    assert min(lengths[code] for code in ("claims", "people", "households", "facts")) > 2


def test_in_english_as_well(world: World) -> None:
    client = world.client("reviewer")
    client.post("/language/", {"language": "en", "next": "/"})
    address = "/desk/claims/?state=posted"
    heads, shown, _ = on_screen(client, address, "claims")
    assert in_sheet(client, address, "claims") == (heads, shown)
    assert {row[heads[3]][-4:] for row in shown} == {"2022"}  # days in English order


def test_every_list_there_is_has_its_sheet_proved(world: World) -> None:
    """A list that somebody adds tomorrow fails here until it stands in LISTS."""
    found, clients = set(), {role: world.client(role) for role in ("secretary", "resident")}
    for route in routes():
        if route.operation is not None or route.access is None or "GET" not in route.methods:
            continue
        if route.access.kind is Kind.PUBLIC:
            continue
        own = {**world.theirs, **world.cast.own_values(route)}
        for client in clients.values():
            response = client.get(route.fill(own))
            text = getattr(response, "content", b"").decode("utf-8", "replace")
            found |= {(route.name, code) for code in re.findall(r'data-list="([^"]+)"', text)}
    missing = found - {(name, code) for name, _, _, code, _, _ in LISTS}
    assert missing == set()


def test_statements_of_a_sheet(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many with one row as with three: none for each row."""
    counted = []
    for name, address, role, code, least, _ in LISTS:
        client, where = world.client(role), filled(world, address)
        both = []
        taken(client.post(where, {"list": code}))  # the session has seen the month's partition
        for most in (1, 3):
            monkeypatch.setattr(excel, "ROWS_MAX", most)
            with CaptureQueriesContext(connection) as captured:
                taken(client.post(where, {"list": code}))
            both.append(of_the_list([query["sql"] for query in captured]))
        counted.append((name, address, role, code, least, both[0] if len(set(both)) == 1 else both))
    assert counted == [*LISTS]


def of_the_list(statements: list[str]) -> int:
    """Count from the first transaction on: what comes before finds out who is asking."""
    return len(statements) - statements.index("BEGIN")


def test_a_cut_list_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "ROWS_MAX", 2)
    _, sheet = in_sheet(world.client("secretary"), "/desk/people/", "people")
    assert [row["姓名"] for row in sheet[2:]] == ["后面还有，没有导出。请缩小范围再导出。"]


def test_what_leaves_the_house_is_journalled(world: World) -> None:
    before = exports()
    _, sheet = in_sheet(world.client("secretary"), "/desk/people/?text=wang", "people")
    user = world.cast.secretary.user_id
    assert exports()[len(before) :] == [(user, "people", len(sheet))]


def test_nothing_is_journalled_where_nothing_is_given(world: World) -> None:
    before = exports()
    secretary = world.client("secretary")
    theirs = world.theirs
    refused = [
        secretary.post(f"/desk/people/{theirs['person_id']}/", {"list": "statement"}),
        secretary.post(f"/desk/households/{theirs['household_id']}/", {"list": "members"}),
        secretary.post(f"/desk/shop/{theirs['shop_id']}/", {"list": "goods"}),
        secretary.post("/desk/people/", {"list": "claims"}),
        Client().post("/desk/people/", {"list": "people"}),
    ]
    assert [response.status_code for response in refused] == [404, 404, 404, 404, 401]
    assert exports() == before


def test_text_stays_text(tmp_path: Path) -> None:
    """A name that begins like a formula is a name: in the cell, and to Excel."""
    given = ("=1+1", "+86 139", "-3", "@SUM(A1)", "\t=2", '=HYPERLINK("http://x","y")')
    column: Column[str] = Column("名称", lambda row: row)
    listing = Listing("any", "任何", (column,), lambda _a, _l: Page(given, None), empty="")
    path = tmp_path / "list.xlsx"
    with translation.override("zh-hans"):
        excel.write(path, listing, iter([{"名称": row} for row in given]))
    cells = [row[0] for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)]
    assert [(cell.data_type, cell.value) for cell in cells] == [("s", text) for text in given]


def test_an_empty_list_is_a_sheet_with_headings(tmp_path: Path) -> None:
    column: Column[str] = Column("名称", lambda row: row)
    listing = Listing("any", "a/b:c", (column,), lambda _a, _l: Page((), None), empty="")
    path = tmp_path / "list.xlsx"
    with translation.override("zh-hans"):
        excel.write(path, listing, iter(()))
    (sheet,) = openpyxl.load_workbook(path).worksheets
    held = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert (sheet.title, held) == ("a b c", [["名称"]])


def exports() -> list[tuple[object, ...]]:
    return rows(
        "SELECT actor_id, data ->> 'listing', (data ->> 'rows')::int FROM journal_fact "
        "WHERE kind = 'files.list_exported' ORDER BY id"
    )
