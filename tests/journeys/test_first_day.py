"""The first day of a community: a roster of 5,000 comes in with three decisions."""

from __future__ import annotations

import sys
import time as stopwatch
from pathlib import Path

import pytest

from journeys.conftest import Site
from journeys.test_journey import sign_in
from members import Cast
from rosters import roster
from surfaces.world import rows

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PEOPLE, WRONG_EVERY = 5_000, 250
GRIDS = [f"罗冲第{number}网格" for number in "一二三四"]
PERSON_SECONDS_MAX = 600  # ten minutes of somebody's time


def test_a_roster_of_5000_in_three_decisions(
    site: Site, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "罗冲社区居民名册.xlsx"
    path.write_bytes(roster(PEOPLE, GRIDS, WRONG_EVERY))
    before = people(cast)
    eyes = sign_in(site, cast.secretary)
    page, decisions = eyes.page, 0

    eyes.open("/desk/imports/")
    eyes.follow(page.locator('a[href="/desk/imports/new/roster/"]'))
    began = stopwatch.perf_counter()
    page.locator('input[type="file"]').set_input_files(path)
    eyes.press("上传")
    decisions += 1

    assert page.locator(".l-sheet").count() == len(GRIDS) + 1
    assert page.locator('.l-sheet input[type="checkbox"]:checked').count() == len(GRIDS)
    left = page.locator(".l-sheet").first.locator(".is-left .l-header").all_inner_texts()
    assert left == ["成员信息 身份证号", "备注"]
    eyes.press("检查这些行")
    decisions += 1

    wrong = PEOPLE // WRONG_EVERY
    assert tally(eyes) == {"新增": PEOPLE - wrong, "有变化": 0, "没有变化": 0, "不能导入": wrong}
    assert people(cast) == before  # a dry run leaves nothing behind
    eyes.press(f"导入 {PEOPLE - wrong} 行")
    decisions += 1
    took = stopwatch.perf_counter() - began

    assert tally(eyes)["新增"] == PEOPLE - wrong
    assert people(cast) - before == PEOPLE - wrong
    eyes.follow(page.get_by_role("link", name="看还缺什么"))
    step = page.locator(".l-setup li", has_text="居民名册")
    assert step.get_attribute("class") == "is-done"
    assert f"{people(cast)} 人" in step.inner_text()

    assert decisions == 3
    assert took < PERSON_SECONDS_MAX
    told = f"{PEOPLE} rows in {decisions} decisions, {took:.1f} s with all pages looked at"
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")


def tally(eyes: object) -> dict[str, int]:
    shown = eyes.page.locator(".l-tally")  # type: ignore[attr-defined]
    return {
        each.locator("span").inner_text(): int(each.locator("strong").inner_text())
        for each in shown.all()
    }


def people(cast: Cast) -> int:
    (count,) = rows(
        "SELECT count(*) FROM directory_person WHERE starts_with(scope_code, %s)",
        cast.village.scope_code,
    )[0]
    return int(count)
