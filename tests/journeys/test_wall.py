"""A screen in a hall: it follows what happens, says when it hears nothing, can be taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from journeys.conftest import Site
from liuchi.engines.disclosures.facts import RELEASED, PostingData
from liuchi.engines.indicators.actions.screens import close_screen, open_screen
from liuchi.engines.journal.actions import record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id
from members import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEARD_WITHIN_MS = 5_000
"""What the product promises: a new fact is on the wall within five seconds."""
LOST_WITHIN_MS = 20_000
DRAWN = """() => {
  const told = { names: ["5月", "6月"], values: [3, null], texts: ["3", "<5"],
    targets: [null, 4], running: [false, true], words: { target: "目标", running: "还没过完" } };
  const { series } = window.LiuchiBars.option(told, { columns: true, size: 14 });
  const [bars, numbers, target] = series;
  return {
    labels: numbers.data.map((_each, dataIndex) => numbers.label.formatter({ dataIndex })),
    hatched: bars.data.map((each) => Boolean(each.itemStyle.decal)),
    targets: target.data,
  };
}"""
"""Nothing is told by colour alone: a number on each bar, hatching, a line for the target."""
POSTINGS = '[data-code="openvillages.postings"] [data-text]'


def test_a_wall_follows_what_happens(site: Site, cast: Cast, time: SimulatedClock) -> None:
    secretary = cast.secretary.actor
    opened = open_screen(actor=secretary, key="wall-0001", area_id=cast.village.id, title="大厅")
    # A window of its own: that it loses the network and finds nothing is what is tried here.
    with site.browser.new_context(
        base_url=site.address, locale="zh-CN", viewport={"width": 1920, "height": 1080}
    ) as context:
        page = context.new_page()
        page.goto(f"/wall/{opened.token}/")
        before = int(page.locator(POSTINGS).inner_text())
        assert page.evaluate(DRAWN) == {
            "labels": ["3", "<5"],
            "hatched": [False, True],
            "targets": [[1, 4]],
        }

        released(cast)

        expect(page.locator(POSTINGS)).to_have_text(str(before + 1), timeout=HEARD_WITHIN_MS)
        state = page.locator("[data-state]")
        context.set_offline(offline=True)
        expect(state).to_contain_text("网络断了", timeout=LOST_WITHIN_MS)
        assert page.locator(POSTINGS).inner_text() == str(before + 1)
        context.set_offline(offline=False)
        expect(state).to_have_text(re.compile("^更新于"), timeout=LOST_WITHIN_MS)
        close_screen(actor=secretary, key="back-0001", screen_id=opened.id)
        expect(page.locator("[data-gone]")).to_contain_text("已经收回", timeout=LOST_WITHIN_MS)
        expect(page.locator(POSTINGS)).to_have_count(0)


def released(cast: Cast) -> None:
    actor = cast.secretary.actor
    with acting_as(actor):
        record(
            RELEASED,
            actor=actor,
            subject_kind="disclosures.posting",
            subject_id=new_id(),
            area_id=cast.village.id,
            data=PostingData(
                village=cast.village.id,
                item="points",
                group="points",
                origin="form",
                period="2022-07-01",
                version=1,
                in_time="yes",
            ),
            amount=1,
        )
