"""A resident and a shopkeeper at the counter, and the network cut in the middle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connections
from playwright.sync_api import expect

from journeys.conftest import Site
from journeys.eyes import WIDE, Eyes, wait_until_held
from journeys.robot import Task, doing
from journeys.test_journey import sign_in
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.engines.points.actions import cards
from liuchi.engines.points.queries import cards as card_queries
from members import Cast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("site", [WIDE], indirect=True, ids=["desktop"]),
]
_WORKER = "() => navigator.serviceWorker.ready.then(() => true)"


class Till:
    """The counter in one window, used as a shopkeeper does: a scanner types and presses Enter."""

    def __init__(self, eyes: Eyes, cast: Cast) -> None:
        self.eyes, self.page, self.cast = eyes, eyes.page, cast
        self.shop, self.goods = cast.cheapest_goods()
        self.path = f"/desk/shop/{self.shop.id}/till/"

    def open(self) -> None:
        self.eyes.open(self.path)
        self.wait()

    def wait(self) -> None:
        expect(self.page.locator("[data-till][data-ready]")).to_be_visible()

    def scan(self, text: str) -> None:
        self.page.locator("#till-input").fill(text)
        self.page.keyboard.press("Enter")

    def card(self, person_id: UUID | None) -> None:
        """Scan somebody's card: the code it was signed with."""
        assert person_id is not None
        actor = self.cast.secretary.actor
        cards.issue_cards(actor=actor, key=f"till-{person_id}", people=[person_id])
        with acting_as(actor):
            token = card_queries.card_row(actor, person_id).token
        self.scan(f"http://liuchi.example/card/check/#{token}")

    def confirm(self) -> None:
        """Press F4, which means nothing until it is known who stands here."""
        expect(self.page.locator("[data-part=confirm]")).to_be_visible()
        self.page.keyboard.press("F4")

    def said(self, words: str) -> None:
        expect(self.page.locator("[data-part=said]")).to_contain_text(words)

    def cut(self, *, cut: bool = True) -> None:
        self.page.context.set_offline(cut)


def ledger(cast: Cast, person_id: UUID, goods_id: UUID) -> tuple[int, int, int]:
    """Return a resident's points, the pieces on the shelf, and how many receipts there are."""
    actor = cast.shopkeeper.actor
    with acting_as(actor):
        shop = points.shops(actor)[0]
        stock = points.goods_item(actor, shop.id, goods_id).stock
        receipts = points.baskets(actor, shop_id=shop.id, limit=200).rows
        return points.balance(actor, person_id), stock, len(receipts)


def somebody_else(cast: Cast, person_id: UUID | None, price: int) -> UUID:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM points_account WHERE kind = 'person' AND balance >= %s "
            "AND starts_with(scope_code, %s) AND person_id <> %s ORDER BY person_id LIMIT 1",
            [price, cast.village.scope_code, person_id],
        )
        (found,) = cursor.fetchone()
        return UUID(str(found))


def sums_to_zero() -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT DISTINCT sum(balance) FROM points_account GROUP BY unit")
        return [int(row[0]) for row in cursor.fetchall()] == [0]


@pytest.fixture
def till(site: Site, cast: Cast) -> Iterator[Till]:
    eyes = sign_in(site, cast.shopkeeper)
    opened = Till(eyes, cast)
    opened.open()
    # The browser's clock is the machine's; what it may hand out offline is until tomorrow.
    eyes.page.clock.set_fixed_time(datetime(2022, 7, 4, 1, tzinfo=UTC))
    yield opened
    eyes.wrong = [line for line in eyes.wrong if "ERR_" not in line]


def test_the_network_is_cut_in_the_middle_and_nothing_is_lost_or_doubled(
    site: Site, cast: Cast, till: Till
) -> None:
    resident, price = cast.resident, till.goods.price_points
    points_before, stock_before, receipts = ledger(cast, resident.person_id, till.goods.id)
    phone = sign_in(site, resident)
    phone.open("/me/counter/")
    phone.press(phone.page.locator("[data-action=code]"))
    code = phone.page.locator("[data-code]").inner_text()

    # With a network: the card is scanned, the goods, the code from the phone.
    till.card(resident.person_id)
    expect(till.page.locator("[data-part=person]")).to_contain_text(resident.name)
    till.scan(till.goods.code)
    till.page.locator("[data-part=secret]").fill(code)
    till.eyes.look()
    till.page.keyboard.press("Enter")
    till.said("兑换成功")
    after_one = (points_before - price, stock_before - 1, receipts + 1)
    assert ledger(cast, resident.person_id, till.goods.id) == after_one

    # The resident stands there again; now the network goes, before anything is confirmed.
    assert points_before >= 2 * price, "the demo's resident is too poor for this journey"
    till.page.evaluate(_WORKER)
    till.page.reload()
    till.wait()
    wait_until_held(till.page, till.path)
    till.card(resident.person_id)
    expect(till.page.locator("[data-part=person]")).to_contain_text(resident.name)
    till.scan(till.goods.code)
    till.cut()
    expect(till.page.locator("[data-part=net]")).to_have_class(re.compile("is-off"))
    till.confirm()
    till.said("商品可以交给居民")
    till.eyes.look()
    assert ledger(cast, resident.person_id, till.goods.id) == after_one

    # The page is closed and opened again without a network: it is still there, and waits.
    till.page.reload()
    expect(till.page.locator("[data-part=queue]")).to_have_text("待上传 1 笔")
    # A card whose points nobody has set aside: noted, not handed over.
    neighbour = somebody_else(cast, resident.person_id, price)
    till.card(neighbour)
    till.scan(till.goods.code)
    till.confirm()
    till.said("商品先不要交")
    # Nobody here has signed this one.
    till.scan(f"http://liuchi.example/card/check/#AQ{'A' * 117}")
    till.said("这张卡认不出来")

    till.cut(cut=False)
    expect(till.page.locator("[data-part=queue]")).to_have_text("回执和预留")
    three = (points_before - 2 * price, stock_before - 3, receipts + 3)
    assert ledger(cast, resident.person_id, till.goods.id) == three
    till.page.reload()
    till.wait()
    assert ledger(cast, resident.person_id, till.goods.id) == three
    assert sums_to_zero()
    phone.open("/me/redemptions/")
    assert phone.page.locator("[data-list=my-redemptions] li").count() == 2


def test_a_redemption_for_somebody_without_a_phone_takes_twenty_seconds(
    cast: Cast, till: Till
) -> None:
    task = Task("redeem for somebody without phone or PIN", 1, 20)
    before = ledger(cast, cast.resident.person_id, till.goods.id)
    with doing(till.page, task) as robot:
        till.card(cast.resident.person_id)  # the scanner types
        expect(till.page.locator("[data-part=person]")).to_contain_text(cast.resident.name)
        robot.type(till.goods.code)
        till.page.keyboard.press("Enter")
        robot.tap(till.page.locator("[data-action=sign]"))
        till.said("请在回执上签字")
    assert ledger(cast, cast.resident.person_id, till.goods.id) == (
        before[0] - till.goods.price_points,
        before[1] - 1,
        before[2] + 1,
    )
    assert task.taps <= task.taps_most
    assert task.seconds <= task.seconds_most
