"""A table from the office's desk to the merged workbook, by way of a phone without a network.

The unit fills in on the phone what nobody holds; the network is cut as it hands in, and it hands
in again. The office sees who is missing, reminds once, and takes one workbook with where each
value is from.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from journeys.conftest import Site
from journeys.eyes import PHONE, WIDE, Eyes
from liuchi.engines.accounts import queries as accounts
from liuchi.kernel.clock import SimulatedClock
from members import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("site", [PHONE], indirect=True, ids=["both"])
def test_a_table_is_sent_filled_in_on_a_phone_and_merged(
    site: Site, cast: Cast, time: SimulatedClock, tmp_path: Path
) -> None:
    clerk = accounts.user_named("lingbei-clerk")
    assert clerk is not None
    town = site.signed_in(clerk.id, WIDE)
    send(town)
    assert "已交 0 个，共 2 个单位" in town.text()
    table = town.page.url.split("?")[0]

    unit = site.signed_in(cast.secretary.user_id, PHONE)
    unit.open("/desk/")
    unit.follow(unit.page.locator(".l-todo a", has_text="要填的表"))
    unit.follow(unit.page.get_by_role("link", name="路灯情况"))
    assert "系统已填好" in unit.text()
    answer(unit)

    town.open(table[table.index("/desk") :])
    assert "已交 1 个，共 2 个单位" in town.text()
    expect(town.page.locator('[data-unit="罗冲社区"] .l-state')).to_have_text("已交")
    expect(town.page.locator('[data-unit="盛塘社区"] .l-state')).to_have_text("未交")
    town.press(town.page.locator('[data-action="remind"]'))
    assert "已催 1 个单位。" in town.text()
    with town.page.expect_download() as download:
        town.page.locator('[data-action="merged"]').click()
    merged = tmp_path / "merged.xlsx"
    download.value.save_as(merged)
    look_into(merged)


def send(town: Eyes) -> None:
    """Send a table whose first column turns out to be held, so it is filled in by itself."""
    town.open("/desk/collect/")
    town.follow(town.page.get_by_role("link", name="发一张表"))
    town.page.get_by_label("表名").fill("路灯情况")
    column(town, 1).get_by_label("列名").fill("户数")
    town.press("再加一列")
    assert "「户数」名录里已有，不能再要" in town.text()
    town.press(town.page.locator('[data-action="fill"]'))
    column(town, 2).get_by_label("列名").fill("坏了几盏")
    column(town, 2).get_by_label("填什么").select_option("number")
    column(town, 2).get_by_label("必填").check()
    for name in ("罗冲社区", "盛塘社区"):
        town.page.get_by_label(name).check()
    town.press(town.page.locator('[data-action="send"]'))


def column(town: Eyes, number: int):
    """Return the part of the form that is about one column."""
    return town.page.locator(f"#column-{number}")


def answer(unit: Eyes) -> None:
    """Fill in, lose the network while handing in, and hand in again."""
    broken = unit.page.get_by_label("坏了几盏")
    broken.fill("3")
    unit.page.context.set_offline(True)
    expect(unit.page.locator("[data-offline]")).to_be_visible()
    unit.page.locator('[data-action="hand_in"]').click()
    expect(broken).to_have_value("3")
    unit.page.context.set_offline(False)
    expect(unit.page.locator("[data-offline]")).to_be_hidden()
    unit.press(unit.page.locator('[data-action="hand_in"]'))
    assert "已交。截止前还可以改了再交。" in unit.text()
    unit.wrong = [line for line in unit.wrong if "ERR_INTERNET_DISCONNECTED" not in line]


def look_into(merged: Path) -> None:
    """Read the workbook: a row a unit, and of each value where it is from."""
    answers, sources = openpyxl.load_workbook(merged).worksheets
    lines = [[cell.value for cell in line] for line in answers.iter_rows()]
    assert lines[0][:4] == ["填报单位", "行", "户数", "坏了几盏"]
    assert [(line[0], line[3], line[4]) for line in lines[1:]] == [
        ("罗冲社区", "3", "已交"),
        ("盛塘社区", None, "未交"),
    ]
    told = [[cell.value for cell in line] for line in sources.iter_rows()]
    assert told[0] == ["单位", "行", "列", "值", "来源", "依据", "谁", "时间"]
    assert [(line[0], line[2], line[4]) for line in told[1:]] == [
        ("罗冲社区", "户数", "名录"),
        ("罗冲社区", "坏了几盏", "网上填"),
        ("盛塘社区", "户数", "名录"),
    ]
