"""Counting the shelf, goods between shops, goods brought back: two people each."""

from __future__ import annotations

import pytest

from engines.points.test_counter import reserved
from engines.points.test_shop import redeem, stock, sums
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, queries
from liuchi.kernel import clock
from liuchi.kernel.errors import Refused


def test_a_count_is_posted_by_another_person_and_moves_the_difference_alone(world):
    shop, goods = world.shop(soap=10, cup=4)
    world.award(world.people[0])
    count = actions.count_stock(
        actor=world.keeper, key="count", shop_id=shop.id,
        counted={goods["soap"].id: 8, goods["cup"].id: 5},
    )  # fmt: skip
    redeem(world, world.people[0], shop, goods["soap"])  # between counting and posting
    with pytest.raises(Refused):
        actions.post_count(actor=world.keeper, key="own", stocktake_id=count, reason="少了")
    said = {"actor": world.secretary, "stocktake_id": count}
    assert actions.post_count(key="post", reason="破损两块", **said) == 2
    assert actions.post_count(key="post", reason="破损两块", **said) == 2
    assert stock(world, shop) == {"soap": 7, "cup": 5}
    assert sums(world) == ({0}, 0)
    with acting_as(world.keeper):
        (row,) = queries.stocktakes(world.keeper, shop.id)
    assert [(line.title, line.more) for line in row.lines] == [("保温杯", 1), ("洗衣皂", -2)]
    with pytest.raises(Refused):
        actions.drop_count(key="late", **said)


def test_goods_on_their_way_are_nobodys_until_another_person_receives_them(world):
    shop, goods = world.shop(soap=5)
    world.award(world.people[0])
    second = actions.open_shop(
        actor=world.keeper, key="second", village_id=world.village.id, name="二店"
    )
    move = actions.send_goods(
        actor=world.keeper, key="send", shop_id=shop.id, goods_id=goods["soap"].id,
        to_shop_id=second.id, quantity=4,
    )  # fmt: skip
    assert reserved(world) == (4, True)
    with pytest.raises(Refused):
        redeem(world, world.people[0], shop, goods["soap"], 2)
    with pytest.raises(Refused):
        actions.receive_goods(actor=world.keeper, key="own", move_id=move)
    for _ in range(2):
        actions.receive_goods(actor=world.secretary, key="receive", move_id=move)
    assert (stock(world, shop)["soap"], stock(world, second)["soap"]) == (1, 4)
    assert reserved(world) == (0, True)
    assert sums(world) == ({0}, 0)
    back = actions.send_goods(
        actor=world.keeper, key="again", shop_id=shop.id, goods_id=goods["soap"].id,
        to_shop_id=second.id, quantity=1,
    )  # fmt: skip
    actions.cancel_move(actor=world.keeper, key="cancel", move_id=back)
    assert stock(world, shop)["soap"] == 1
    with pytest.raises(Refused) as caught:
        actions.send_goods(
            actor=world.keeper, key="much", shop_id=shop.id, goods_id=goods["soap"].id,
            to_shop_id=second.id, quantity=2,
        )  # fmt: skip
    assert caught.value.code == "out_of_stock"
    assert reserved(world) == (0, True)


def test_part_of_a_redemption_comes_back_at_the_price_paid_by_a_second_person(world):
    shop, goods = world.shop(soap=5)
    world.award(world.people[0])
    made = redeem(world, world.people[0], shop, goods["soap"], 3)
    said = {"redemption_id": made.id, "quantity": 2, "reason": "有破损"}
    with pytest.raises(Refused):
        actions.return_goods(actor=world.keeper, key="own", **said)
    for _ in range(2):
        actions.return_goods(actor=world.secretary, key="back", **said)
    assert world.balance(world.people[0]) == 45
    assert stock(world, shop)["soap"] == 4
    month = clock.today().replace(day=1)
    (line,) = queries.redeemed_in_month(world.village.id, month)
    assert (line.title, line.pieces, line.points) == ("洗衣皂", 1, 5)
    assert sums(world) == ({0}, 0)
    with pytest.raises(Refused) as caught:
        actions.return_goods(actor=world.secretary, key="more", **said)
    assert caught.value.sentence.in_language("zh-hans") == "最多退1件。"
