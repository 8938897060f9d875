"""监督一点通, by keyboard: from the map to a thin posting, a spot check, its fault struck off."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect

from journeys.conftest import Site
from journeys.eyes import WIDE, Eyes
from journeys.keys import both_widths, choose, press, reach, write
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.disclosures.enums import FaultStanding
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.clock import SimulatedClock
from members import Cast, Member

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_SPRING, _SUMMER = date(2022, 2, 15), date(2022, 5, 15)


@pytest.mark.parametrize("site", [WIDE], indirect=True)
def test_from_the_map_to_a_fault_struck_off(site: Site, cast: Cast, time: SimulatedClock) -> None:
    office, village = cast.member("clerk"), cast.secretary
    assert cast.postings  # brings the items into force
    release(cast, _SPRING, 4)
    time.advance(timedelta(days=1))
    thin = release(cast, _SUMMER, 1)

    watcher = site.signed_in(office.user_id, WIDE)
    watcher.open("/desk/disclosures/map/")
    by_key(watcher, watcher.page.locator(".l-tabs a", has_text="惠民补助").last)
    both_widths(watcher)
    by_key(watcher, watcher.page.locator(f'.l-heat-wrong a[href="/desk/disclosures/{thin}/"]'))
    assert "临时救助" in watcher.text()

    checked_id = drawn(watcher, office, f"open-{cast.village.code}", time)
    here = f"/desk/disclosures/checked/{checked_id}/"
    watcher.open(here)
    both_widths(watcher)
    reach(watcher, watcher.page.get_by_label("没有问题"))
    for _kind in range(2):  # 漏录, then 少录
        watcher.page.keyboard.press("ArrowDown")
    expect(watcher.page.get_by_label("少录")).to_be_checked()
    by_key(watcher, watcher.page.locator('button[value="record"]'), words="四户只录了一户")
    assert "待整改" in watcher.text()

    mender = site.signed_in(village.user_id, WIDE)
    again = corrected(mender, watcher, thin)
    mender.open(here)
    both_widths(mender)
    assert "更正后的公示已经发布" in mender.text()
    by_key(mender, mender.page.locator('button[value="mend"]'), words="补录三户")

    watcher.open(here)
    assert f"/desk/disclosures/{again}/" in watcher.page.content()
    by_key(watcher, watcher.page.locator('button[value="strike"]'), words="与名册相符")
    expect(watcher.page.locator(".l-standing", has_text="已销号")).to_be_visible()
    with acting_as(office.actor):
        held = queries.checked_one(office.actor, checked_id)
    assert (held.standing, held.mended_posting_id) == (FaultStanding.STRUCK_OFF, again)
    watcher.saw_nothing_wrong()
    mender.saw_nothing_wrong()


@pytest.mark.parametrize("site", [WIDE], indirect=True)
def test_what_was_sent_does_not_come_back_and_what_was_not_does(site: Site, cast: Cast) -> None:
    assert cast.postings
    eyes = site.signed_in(cast.secretary.user_id, WIDE)
    eyes.open(f"/desk/disclosures/committees/{cast.village.id}/")
    told = {"name": "甲一", "elected_on": "2022-06-01", "voters": "80", "votes": "61"}
    elect = eyes.page.locator("form", has=eyes.page.locator('button[value="elect"]'))
    for field, text in told.items():
        elect.locator(f'[name="{field}"]').fill(text)
    eyes.press(elect.locator("button"))
    assert "甲一" in eyes.text()
    expect(elect.locator('[name="name"]')).to_have_value("")

    leave = eyes.page.locator("form", has=eyes.page.locator('button[value="leave"]'))
    eyes.page.locator("details", has=leave).locator("summary").click()
    leave.locator('[name="reason"]').fill("还没写完")
    eyes.page.locator("details", has=elect).locator("summary").click()
    for field, text in (told | {"name": "乙二"}).items():
        elect.locator(f'[name="{field}"]').fill(text)
    eyes.press(elect.locator("button"))
    assert "乙二" in eyes.text()
    expect(elect.locator('[name="name"]')).to_have_value("")
    expect(leave.locator('[name="reason"]')).to_have_value("还没写完")
    eyes.saw_nothing_wrong()


def drawn(watcher: Eyes, office: Member, book: str, time: SimulatedClock) -> UUID:
    """Announce a check of what was released today, let a seal draw it; return what was drawn."""
    watcher.open("/desk/disclosures/checks/")
    choose(watcher, "playbook", book)
    reach(watcher, watcher.page.locator('input[name="since"]'))
    watcher.page.keyboard.type("07052022")  # the browser's own box for a day: month, day, year
    assert watcher.page.locator('input[name="since"]').input_value() == "2022-07-05"
    by_key(watcher, watcher.page.locator('[data-action="announce"]'))
    assert "已经预告，还没有抽" in watcher.text()
    check_id = UUID(watcher.page.url.rstrip("/").rsplit("/", 1)[1])
    time.advance(timedelta(minutes=5))
    journal_jobs.catch_up()
    journal_jobs.seal()
    actions.draw_checks()
    with acting_as(office.actor):
        (row,) = queries.checked(office.actor, check_id=check_id)
    return row.id


def corrected(mender: Eyes, releaser: Eyes, posting_id: UUID) -> UUID:
    """Correct a posting at the desk and have the other person release it."""
    mender.open(f"/desk/disclosures/{posting_id}/")
    write(mender, mender.page.locator('input[name="reason"]').last, "少录三户")
    press(mender, 'button[value="correct"]')
    draft = UUID(mender.page.url.rstrip("/").rsplit("/", 1)[1])
    for name, text in (("1.name", "戊某某"), ("1.group", "二组"), ("1.amount", "200")):
        write(mender, f'input[name="{name}"]', text)
    press(mender, 'button[value="add"]')
    press(mender, 'button[value="submit"]')
    releaser.open(f"/desk/disclosures/{draft}/")
    press(releaser, 'button[value="release"]')
    return draft


def by_key(eyes: Eyes, target: Locator, words: str = "") -> None:
    """Fill in the words on the way, come to something and press Enter on it."""
    if words:
        write(eyes, 'textarea[name="words"]', words)
    press(eyes, target)


def release(cast: Cast, on: date, many: int) -> UUID:
    """Post the village's relief of a quarter, entered by one person and released by another."""
    by, village = cast.secretary.actor, cast.village
    key = f"watched-{on}"
    posting_id = actions.begin_posting(
        actor=by, key=key, area_id=village.id, playbook=f"open-{village.code}",
        item_code="relief", on=on,
    )  # fmt: skip
    rows = [{"name": f"某某{n}", "group": "一组", "amount": "200"} for n in "一二三四"[:many]]
    actions.write_rows(actor=by, key=key, posting_id=posting_id, rows=rows)
    actions.submit_posting(actor=by, key=key, posting_id=posting_id)
    actions.release_posting(actor=cast.member("clerk").actor, key=key, posting_id=posting_id)
    return posting_id
