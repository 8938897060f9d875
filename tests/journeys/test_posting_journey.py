"""A posting from the item's Excel template to the page everybody reads: two people, by keyboard.

The table has a line with no number where money belongs, and somebody's identity number in what
the money was for: the first is said before anything is kept, the second never comes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from journeys.conftest import Site
from journeys.eyes import PHONE, WIDE, Eyes
from journeys.keys import both_widths, give, press, reach, tick, write
from journeys.test_case_journey import seat

if TYPE_CHECKING:
    from engines.disclosures.posted import Posted

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NUMBER = "11010519491231002X"
WRONG = ["乙小二", "一组", "四百", "学费", "", ""]
LINES = [
    ["甲大一", "一组", 300, "看病", "", ""],
    WRONG,
    ["丙三", "二组", 250, f"身份证{NUMBER}", "", ""],
]


@pytest.fixture
def placed(prepare: Any, template: str, clock: Any) -> Iterator[tuple[str, Posted]]:
    from engines.cases.world import lived_in  # noqa: PLC0415  it needs Django set up
    from engines.disclosures.posted import Posted, make_posted  # noqa: PLC0415

    held: AbstractContextManager[Any] = prepare(template, make_posted)
    with lived_in(held, clock) as (name, world):
        yield name, Posted(world)


@pytest.fixture
def demo_database(placed: tuple[str, Posted]) -> str:
    """Look at a small world with four items instead of the demo: it is made in a second."""
    return placed[0]


@pytest.fixture
def posted(placed: tuple[str, Posted], settings: Any, tmp_path: Path) -> Posted:
    settings.LIUCHI_DATA_DIR = tmp_path
    return placed[1]


@pytest.mark.parametrize("site", [WIDE], indirect=True, ids=["desktop"])
def test_from_the_template_to_what_everybody_reads(
    site: Site, posted: Posted, tmp_path: Path
) -> None:
    world = posted.world
    enters = seat(site, world.secretary, "/desk/disclosures/")
    press(enters, 'a[href*="item=open/relief"]')
    press(enters, '[data-action="begin"]')
    both_widths(enters)
    reach(enters, 'a[href$="/template/"]')
    with enters.page.expect_download() as download:
        enters.page.keyboard.press("Enter")
    table = tmp_path / "table.xlsx"
    download.value.save_as(table)

    fill(table, LINES)
    try_table(enters, table)
    assert "可以录入 2 行，有问题 1 行。" in enters.text()
    assert "第 3 行 C 列" in enters.text()
    fill(table, [["乙小二", "一组", 400, "学费", "", ""] if x is WRONG else x for x in LINES])
    try_table(enters, table)
    assert "可以录入 3 行，有问题 0 行。" in enters.text()
    both_widths(enters)
    press(enters, 'button[value="run"]')
    assert "第 3 行「事由」" in enters.text()
    press(enters, 'button[value="mask"]')
    assert "发布前要处理的" not in enters.text()
    attach(enters, tmp_path)
    press(enters, 'button[value="submit"]')
    assert "已提交，等另一位同事看过发布。" in enters.text()
    assert enters.page.locator('button[value="release"]').count() == 0

    releases = seat(site, world.clerk, "/desk/disclosures/")
    press(releases, releases.page.locator("a.l-item", has_text="临时救助"))
    assert NUMBER not in releases.page.content()
    both_widths(releases)
    tick(releases, 'input[name^="a:page:1"]')
    press(releases, 'button[value="release"]')
    assert "已发布" in releases.text()

    anybody = site.window()
    anybody.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    anybody.open(f"/v/{world.village.code}/open/relief/")
    for words in ("甲大一", "300.00 元", "乙小二", "400.00 元", "丙三", "950.00"):
        assert words in anybody.text()
    assert NUMBER not in anybody.page.content()
    press(anybody, 'a[href*="?paper=1"]')
    assert "盖章页 · 第 1 页，共 1 页" in anybody.text()
    both_widths(anybody)
    for eyes in (enters, releases, anybody):
        eyes.saw_nothing_wrong()


def attach(eyes: Eyes, folder: Path) -> None:
    """Put a scanned page beside the posting, and come back."""
    from planted_papers import scanned  # noqa: PLC0415  it needs Django set up

    paper = folder / "盖章.pdf"
    paper.write_bytes(scanned())
    press(eyes, 'a[href$="/pictures/"]')
    give(eyes, 'input[name="papers"]', paper)
    write(eyes, 'input[name="title"]', "盖章页")
    press(eyes, 'button[value="attach_paper"]')
    assert "居民下载的就是这一份" in eyes.text()
    both_widths(eyes)
    press(eyes, eyes.page.locator("main a", has_text="临时救助"))


def fill(table: Path, lines: list[list[Any]]) -> None:
    """Write the lines under the template's headings, over what was written before."""
    book = openpyxl.load_workbook(table)
    sheet = book.worksheets[0]
    for number, line in enumerate(lines, start=2):
        for column, value in enumerate(line, start=1):
            sheet.cell(number, column, value or None)
    book.save(table)


def try_table(eyes: Eyes, table: Path) -> None:
    """Have a table read without keeping anything of it."""
    give(eyes, 'input[name="sheet"]', table)
    press(eyes, 'button[value="check"]')
