"""Somebody without an account finds an item wrong, from a phone, and reads the answer there.

Notice → objection → receipt → answered at the desk by somebody with no part in it → tracked
by the receipt → one item never posted, the other posted when its time has come.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from journeys.conftest import Site
from journeys.eyes import PHONE, Eyes
from journeys.test_journey import sign_in
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import ClaimRow
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id
from members import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTICE_LONGEST = timedelta(days=21)


@pytest.mark.parametrize("site", [PHONE], indirect=True, ids=["phone"])
def test_an_objection_without_an_account(site: Site, cast: Cast, time: SimulatedClock) -> None:
    right, wrong = on_notice(cast)[:2]
    neighbour = site.window()
    receipts = [object_to(neighbour, cast, claim) for claim in (right, wrong)]

    secretary = sign_in(site, cast.secretary)
    answer(secretary, right, "not_upheld", "签到表和照片都对得上。")
    answer(secretary, wrong, "stopped", "签到表上没有这一次。")

    assert tracked(neighbour, receipts[0], "签到表和照片都对得上。") == "异议不成立"
    assert tracked(neighbour, receipts[1], "签到表上没有这一次。") == "异议成立，不记入"
    time.advance(NOTICE_LONGEST)
    jobs.post_due()
    neighbour.open(receipts[0])
    assert "这一项已经记入积分。" in neighbour.text()
    neighbour.open(receipts[1])
    assert "这一项已撤下，不记入积分。" in neighbour.text()


def on_notice(cast: Cast) -> list[ClaimRow]:
    reviewer = cast.reviewer.actor
    with acting_as(reviewer):
        waiting = points.claims(reviewer, state="proposed", limit=2).rows
    return [
        actions.review_claim(
            actor=reviewer,
            key=str(new_id()),
            claim_id=claim.id,
            outcome="approve",
            expected_version=claim.version,
        )
        for claim in waiting
    ]


def object_to(eyes: Eyes, cast: Cast, claim: ClaimRow) -> str:
    """Object from the notice's page; return the address on the receipt."""
    notice = points.notice_of(claim.sheet_id)
    assert notice is not None
    eyes.open(f"/v/{cast.village.code}/notices/{notice.code}/")
    eyes.follow(eyes.page.get_by_role("link", name="我有异议"))
    eyes.page.locator(f'input[name="place"][value="{claim.sheet_place}"]').check()
    eyes.page.locator('textarea[name="text"]').fill("那天在场的是另一位邻居。")
    eyes.press("提交，拿回执")
    assert "请现在就把回执号记下来" in eyes.text()
    code = eyes.page.locator("[data-code]").inner_text().replace(" ", "")
    return f"/r/{code}/"


def answer(eyes: Eyes, claim: ClaimRow, outcome: str, reason: str) -> None:
    eyes.open("/desk/objections/")
    notice = points.notice_of(claim.sheet_id)
    assert notice is not None
    name = f"{notice.code} · {claim.sheet_place}"
    eyes.follow(eyes.page.get_by_role("link", name=name, exact=True))
    assert "那天在场的是另一位邻居。" in eyes.text()
    eyes.page.locator(f'input[name="outcome"][value="{outcome}"]').check()
    eyes.page.locator('textarea[name="reason"]').fill(reason)
    eyes.press(eyes.page.locator('button[data-action="answer"]'))
    assert "答复已保存" in eyes.text()


def tracked(eyes: Eyes, address: str, reason: str) -> str:
    """Find the answer as somebody who typed the code; return its outcome."""
    eyes.open("/r/")
    eyes.page.locator('input[name="code"]').fill(address.strip("/").split("/")[-1].lower())
    eyes.press("查答复")
    assert reason in eyes.text()
    return eyes.page.locator(".l-note.is-plain strong").nth(1).inner_text()
