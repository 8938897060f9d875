"""Kinds of transfers beside awards and redemptions: the builders, and what the law refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection

from engines.points.test_shop import redeem, reverse, stock, sums
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.actions import posting
from liuchi.engines.points.actions.shelves import shelf
from liuchi.engines.points.actions.shop import counter
from liuchi.engines.points.enums import AccountKind, Outcome
from liuchi.kernel.errors import Refused
from liuchi.kernel.ids import new_id


@pytest.fixture
def first(world):
    """Somebody's purse, with fifty points in it."""
    world.award(world.people[0])
    return purse(world, world.people[0])


def purse(world, person_id):
    return posting.purse_of(person_id, "points:credit", world.village.id, world.village.scope_code)


def shelf_of(shop, goods):
    return posting.ShelfOf(
        shelf(AccountKind.STOCK, shop, goods), shelf(AccountKind.SUPPLY, shop, goods), goods.code
    )


def facts_written(world, kind):
    with acting_as(world.root), connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_kind, amount, data::text FROM journal_fact WHERE kind = %s ORDER BY id",
            [kind],
        )
        return [(subject, amount, json.loads(data)) for subject, amount, data in cursor.fetchall()]


def test_points_expire_once_a_day_and_go_back_where_they_came_from(world, first):
    item = posting.expiry_item(actor_id=world.root.id, purse=first, points=20, day=date(2026, 3, 2))
    assert posting.post(item).outcome is Outcome.POSTED
    again = posting.expiry_item(
        actor_id=world.root.id, purse=first, points=30, day=date(2026, 3, 2)
    )
    assert posting.post(again).outcome is Outcome.REPEATED
    assert world.balance(world.people[0]) == 30
    assert sums(world) == ({0}, 0)
    ((subject, amount, data),) = facts_written(world, "points.expired")
    assert (subject, amount, data["currency"]) == ("directory.person", 20, "credit")


def test_whoever_leaves_is_settled(world, first):
    item = posting.settlement_item(
        actor_id=world.root.id, key="left", purse=first, points=50, reason="迁出"
    )
    with pytest.raises(DatabaseError, match="does not allow"):
        posting.post(replace(item, reason=""))
    assert posting.post(item).outcome is Outcome.POSTED
    assert world.balance(world.people[0]) == 0
    more = replace(item, key="more")
    assert (posting.post(more).outcome, posting.post(more).available) == ("insufficient", 0)


def test_a_person_on_the_roster_twice_gets_one_purse(world, first):
    into = purse(world, world.people[1])
    item = posting.merge_item(
        actor_id=world.root.id, key="one", source=first, target=into, points=50, reason="重复"
    )
    posting.post(item)
    assert (world.balance(world.people[0]), world.balance(world.people[1])) == (0, 50)
    assert sums(world) == ({0}, 0)
    with pytest.raises(DatabaseError, match="does not allow"):
        posting.post(replace(item, key="self", legs=(posting.Leg(into, into, 5),)))


def test_a_stocktake_corrects_both_ways_and_says_why(world):
    shop, goods = world.shop(soap=5)
    for more, expected in ((2, 7), (-3, 4)):
        item = posting.stock_count_item(
            actor_id=world.keeper.id,
            key=f"count{more}",
            goods_id=goods["soap"].id,
            shelf=shelf_of(shop, goods["soap"]),
            more=more,
            reason="盘点",
        )
        with pytest.raises(DatabaseError, match="does not allow"):
            posting.post(replace(item, reason=""))
        posting.post(item)
        assert stock(world, shop)["soap"] == expected
    assert [data["found"] for *_, data in facts_written(world, "points.stock_counted")] == [
        "more",
        "less",
    ]


def test_goods_move_between_shelves_and_none_is_lost(world):
    shop, goods = world.shop(soap=5, cup=1)
    item = posting.stock_transfer_item(
        actor_id=world.keeper.id,
        key="moved",
        goods_id=goods["soap"].id,
        source=shelf_of(shop, goods["soap"]),
        target=shelf_of(shop, goods["cup"]),
        quantity=3,
    )
    posting.post(item)
    assert stock(world, shop) == {"soap": 2, "cup": 4}
    assert posting.post(replace(item, key="again")).outcome is Outcome.INSUFFICIENT
    lost = replace(item.legs[1], amount=2)
    with pytest.raises(DatabaseError, match="does not allow"):
        posting.post(replace(item, key="lost", legs=(item.legs[0], lost)))
    assert sums(world) == ({0}, 0)


def returned(world, made, shop, goods, quantity):
    with acting_as(world.keeper):
        at = counter(world.keeper, shop.id, goods.id, made.person_id)
    return posting.Returned(
        redemption_id=made.id,
        made_fact_id=made.fact_id,
        till=at.till,
        purse=at.purse,
        handed_out=at.shelf(AccountKind.HANDED_OUT),
        stock=at.shelf(AccountKind.STOCK),
        quantity=quantity,
        points=quantity * goods.price_points,
        data=at.data(quantity),
    )


def test_part_of_a_redemption_comes_back_and_never_more_than_was_handed_out(world, first):
    shop, goods = world.shop(soap=10)
    made = redeem(world, world.people[0], shop, goods["soap"], 4)

    def back(quantity, **changes):
        item = posting.redemption_return_item(
            actor_id=world.keeper.id,
            key=world.key(),
            back=returned(world, made, shop, goods["soap"], quantity),
            reason="包装破损",
        )
        return posting.post(replace(item, **changes)).outcome

    assert back(3) is Outcome.POSTED
    assert (world.balance(world.people[0]), stock(world, shop)["soap"]) == (45, 9)
    assert back(2) is Outcome.STALE
    with pytest.raises(DatabaseError, match="does not allow"):
        back(1, returned={"id": new_id(), "quantity": 1, "points": 9})
    # A contra-entry undoes what is left of it, and nothing twice.
    reverse(world, made)
    assert (world.balance(world.people[0]), stock(world, shop)["soap"]) == (50, 10)
    assert back(1) is Outcome.STALE
    assert sums(world) == ({0}, 0)


def test_what_came_back_whole_can_not_be_reversed(world, first):
    shop, goods = world.shop(soap=10)
    made = redeem(world, world.people[0], shop, goods["soap"], 2)
    item = posting.redemption_return_item(
        actor_id=world.keeper.id,
        key="all",
        back=returned(world, made, shop, goods["soap"], 2),
        reason="不要了",
    )
    posting.post(item)
    with pytest.raises(Refused):
        reverse(world, made)
