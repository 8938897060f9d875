"""A shop's list: codes once, prices with their day, what is no longer offered, hours, photos."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from engines.points.test_shop import redeem
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, queries
from liuchi.engines.points.rules import catalogue as rules
from liuchi.kernel import clock
from liuchi.kernel.errors import Invalid, NotFound, Refused


def offer(world, shop, **said):
    return actions.offer_goods(
        actor=said.pop("actor", world.keeper),
        key=world.key(),
        shop_id=shop.id,
        **{"code": "rice", "title": "大米", "price_points": 40, **said},
    )


def shelf(world, shop, **said):
    with acting_as(world.keeper):
        return {row.code: row for row in queries.goods(world.keeper, shop.id, **said)}


def test_a_code_or_barcode_in_use_is_refused_in_a_sentence_that_names_the_goods(world):
    shop, _ = world.shop()
    offer(world, shop, barcode="6901234567892")
    with pytest.raises(Invalid) as caught:
        offer(world, shop, title="面条")
    assert (
        caught.value.sentence.in_language("zh-hans") == "编号 rice 已经是「大米」，请换一个编号。"
    )
    with pytest.raises(Invalid) as caught:
        offer(world, shop, code="noodles", title="面条", barcode="6901234567892")
    assert caught.value.code == "goods_barcode_taken"


def test_a_new_price_counts_from_its_day_and_what_was_charged_stays(world):
    shop, goods = world.shop(soap=10)
    world.award(world.people[0])
    first = redeem(world, world.people[0], shop, goods["soap"], 2)
    tomorrow = clock.today() + timedelta(days=1)
    said = {"shop_id": shop.id, "goods_id": goods["soap"].id, "from_day": tomorrow}
    row = actions.set_price(actor=world.keeper, key="dearer", price_points=8, **said)
    again = actions.set_price(actor=world.keeper, key="dearer", price_points=8, **said)
    assert row == again
    assert (row.price_points, row.next_price.points, row.next_price.from_day) == (5, 8, tomorrow)
    world.clock.advance(timedelta(days=1))
    assert shelf(world, shop)["soap"].price_points == 8
    second = redeem(world, world.people[0], shop, goods["soap"], 2)
    with acting_as(world.keeper):
        assert queries.redemption(world.keeper, first.id).points == 10
        assert [row.points for row in queries.prices_of(world.keeper, goods["soap"].id)] == [8, 5]
    assert second.points == 16
    with pytest.raises(Refused) as caught:
        actions.set_price(
            actor=world.keeper,
            key="backwards",
            shop_id=shop.id,
            goods_id=goods["soap"].id,
            price_points=1,
            from_day=clock.today() - timedelta(days=1),
        )
    assert caught.value.code == "price_in_the_past"


def test_what_is_no_longer_offered_cannot_be_had_and_frees_its_barcode(world):
    shop, goods = world.shop(soap=10)
    world.award(world.people[0])
    actions.edit_goods(
        actor=world.keeper, key="e", shop_id=shop.id, goods_id=goods["soap"].id,
        title="透明皂", barcode="69-1", low_stock=1,
    )  # fmt: skip
    said = {"actor": world.keeper, "shop_id": shop.id, "goods_id": goods["soap"].id}
    gone = actions.discontinue_goods(key="off", **said)
    assert (gone.title, gone.discontinued, gone.stock) == ("透明皂", True, 10)
    assert sorted(shelf(world, shop)) == ["cup"]
    assert sorted(shelf(world, shop, discontinued=True)) == ["cup", "soap"]
    with pytest.raises(Refused) as caught:
        redeem(world, world.people[0], shop, goods["soap"])
    assert caught.value.code == "goods_discontinued"
    offer(world, shop, barcode="69-1")
    with pytest.raises(Invalid) as clash:
        actions.discontinue_goods(key="on", discontinued=False, **said)
    assert clash.value.code == "goods_barcode_taken"


def test_hours_are_read_as_people_write_them_and_closed_days_show(world):
    shop, _ = world.shop()
    week = ["8：30—11：30 14:00-17:00"] * 5 + ["", ""]
    actions.set_hours(actor=world.keeper, key="hours", shop_id=shop.id, week=week)
    assert queries.hours(shop.id).week == ("08:30-11:30 14:00-17:00",) * 5 + ("", "")
    today = clock.today()
    closure = actions.close_shop(
        actor=world.keeper, key="close", shop_id=shop.id, first_day=today, last_day=today,
        reason="盘点",
    )  # fmt: skip
    assert queries.hours(shop.id).today == ""
    actions.reopen_shop(actor=world.keeper, key="open", shop_id=shop.id, closure_id=closure)
    assert queries.hours(shop.id).closures == ()


@pytest.mark.parametrize("text", ["25:00-26:00", "11:30-08:30", "08:30", "08:00-12:00 11:00-13:00"])
def test_hours_that_are_none_are_refused(text):
    assert rules.may_open([text] * 7).reason_code == "hours_wrong"


def test_a_closure_ends_after_it_begins():
    assert rules.may_close(date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 1)).allowed is False


def test_a_photo_of_goods_is_small_and_public_and_nothing_else_is(world, tmp_path, settings):
    settings.LIUCHI_DATA_DIR = tmp_path
    shop, goods = world.shop()
    picture = io.BytesIO()
    Image.new("RGB", (2000, 1000), "teal").save(picture, "JPEG")
    row = actions.set_photo(
        actor=world.keeper, key="photo", shop_id=shop.id, goods_id=goods["soap"].id,
        content=picture.getvalue(), filename="soap.jpg",
    )  # fmt: skip
    document, content = queries.goods_photo(row.image_id)
    assert Image.open(io.BytesIO(content)).size == (480, 240)
    assert (document.media_type, row.image_id) == ("image/jpeg", document.id)
    with pytest.raises(NotFound):
        queries.goods_photo(goods["soap"].id)
