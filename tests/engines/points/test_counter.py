"""The counter: several goods or none, PIN, code or signature, and what is set aside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections

from engines.points.test_shop import redeem, stock, sums
from engines.points.threads import in_threads
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.actions import Later, Line
from liuchi.engines.points.rules import counter as rules
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound, Refused

TILL = "device-0001"
OTHER = "device-0002"


def take(world, shop, goods, person_id, wanted, **said):
    return actions.take_basket(
        actor=said.pop("actor", world.keeper),
        key=said.pop("key", None) or world.key(),
        shop_id=shop.id,
        person_id=person_id,
        lines=[
            Line(goods[code].id, quantity, said.get("price", goods[code].price_points))
            for code, quantity in wanted.items()
        ],
        **{name: each for name, each in said.items() if name != "price"},
    )


def renew(world, shop, device=TILL, keep=()):
    return actions.renew_lease(actor=world.keeper, shop_id=shop.id, device=device, keep_people=keep)


def hold(world, shop, person_id, device=TILL, keep=()):
    return actions.hold_points(
        actor=world.keeper, shop_id=shop.id, device=device, person_id=person_id, keep_people=keep
    )


def reserved(world):
    """Return what is set aside, and whether accounts and reservations agree on it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(reserved), 0), coalesce(sum(reserved), 0) = "
            "(SELECT coalesce(sum(quantity), 0) FROM points_reservation) FROM points_account"
        )
        total, agree = cursor.fetchone()
        return int(total), agree


def later(*, handed_over=True):
    return Later(taken_at=clock.now(), handed_over=handed_over)


def test_a_basket_is_one_receipt_and_all_or_nothing(world):
    shop, goods = world.shop(soap=3, cup=1)
    world.award(world.people[0], world.people[1])
    made = take(world, shop, goods, world.people[0], {"soap": 2, "cup": 1}, key="basket")
    assert take(world, shop, goods, world.people[0], {"soap": 2, "cup": 1}, key="basket") == made
    assert (made.number, made.points, made.pieces, made.confirmation) == (
        f"{clock.today().year}-00001", 40, 3, "signature",
    )  # fmt: skip
    assert {(line.goods_title, line.quantity, line.points) for line in made.lines} == {
        ("洗衣皂", 2, 10), ("保温杯", 1, 30),
    }  # fmt: skip
    with pytest.raises(Refused) as caught:
        take(world, shop, goods, world.people[1], {"soap": 1, "cup": 1})
    assert caught.value.code == "out_of_stock"
    assert world.balance(world.people[1]) == 50
    assert stock(world, shop) == {"soap": 1, "cup": 0}
    assert sums(world) == ({0}, 0)
    second = take(world, shop, goods, world.people[1], {"soap": 1})
    assert second.number == f"{clock.today().year}-00002"


def test_a_basket_beyond_the_balance_leaves_nothing_behind(world):
    shop, goods = world.shop(soap=30, cup=2)
    world.award(world.people[0])
    with pytest.raises(Refused) as caught:
        take(world, shop, goods, world.people[0], {"soap": 5, "cup": 1})
    assert caught.value.sentence.in_language("zh-hans") == "积分不足：现有50分，需要55分。"
    assert stock(world, shop) == {"soap": 30, "cup": 2}


def test_a_price_the_shop_never_asked_is_refused_and_one_it_asked_is_kept_to(world):
    shop, goods = world.shop(soap=9)
    world.award(world.people[0])
    with pytest.raises(Refused) as caught:
        take(world, shop, goods, world.people[0], {"soap": 1}, price=1)
    assert caught.value.code == "price_changed"
    actions.set_price(
        actor=world.keeper, key="up", shop_id=shop.id, goods_id=goods["soap"].id, price_points=9,
        from_day=clock.today(),
    )  # fmt: skip
    assert take(world, shop, goods, world.people[0], {"soap": 1}, price=5).points == 5


def test_a_pin_confirms_and_five_wrong_ones_lock_it(world):
    shop, goods = world.shop(soap=9)
    world.award(world.people[0])
    person = world.people[0]
    with pytest.raises(Refused) as caught:
        take(world, shop, goods, person, {"soap": 1}, secret="482915")
    assert caught.value.code == "secret_missing"
    actions.set_pin(actor=world.resident(person), key="pin", person_id=person, pin="482915")
    made = take(world, shop, goods, person, {"soap": 1}, secret="482 915")
    assert made.confirmation == "pin"
    codes = []
    for _ in range(6):
        with pytest.raises(Refused) as caught:
            take(world, shop, goods, person, {"soap": 1}, secret="000001")
        codes.append(caught.value.code)
    assert codes == ["secret_wrong"] * 4 + ["secret_locked"] * 2
    world.clock.advance(timedelta(minutes=16))
    assert take(world, shop, goods, person, {"soap": 1}, secret="482915").confirmation == "pin"
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pin_hash FROM points_counter_secret")
        assert b"482915" not in bytes(cursor.fetchone()[0])


def test_a_code_from_the_phone_counts_once_and_not_for_long(world):
    shop, goods = world.shop(soap=9)
    world.award(world.people[0])
    person, phone = world.people[0], world.resident(world.people[0])
    code, until = actions.new_code(actor=phone)
    assert until - clock.now() == rules.CODE_LASTS
    first = take(world, shop, goods, person, {"soap": 1}, secret=code, key="once")
    assert first == take(world, shop, goods, person, {"soap": 1}, secret=code, key="once")
    with pytest.raises(Refused):
        take(world, shop, goods, person, {"soap": 1}, secret=code)
    code, _ = actions.new_code(actor=phone)
    world.clock.advance(rules.CODE_LASTS)
    with pytest.raises(Refused):
        take(world, shop, goods, person, {"soap": 1}, secret=code)


@pytest.mark.parametrize("pin", ["111111", "121212", "123456", "987654", "12345", "12345a"])
def test_a_pin_that_is_guessed_at_first_is_refused(pin):
    assert rules.may_choose_pin(pin).allowed is False


def test_what_a_counter_has_set_aside_nobody_else_can_have(world):
    shop, goods = world.shop(soap=3)
    world.award(*world.people[:2])
    lease = renew(world, shop)
    assert lease.goods == {goods["soap"].id: 2}
    hold(world, shop, world.people[0])
    with pytest.raises(Refused) as caught:
        take(world, shop, goods, world.people[1], {"soap": 2})
    assert caught.value.code == "out_of_stock"
    with pytest.raises(Refused):  # nor by the other way to redeem
        redeem(world, world.people[1], shop, goods["soap"], 2)
    with pytest.raises(Refused):  # nor the points of who stands there
        redeem(world, world.people[0], shop, goods["soap"])
    made = take(world, shop, goods, world.people[0], {"soap": 2}, device=TILL, later=later())
    assert (made.state, made.offline, made.points) == ("made", True, 10)
    assert reserved(world) == (40, True)
    actions.close_lease(actor=world.keeper, shop_id=shop.id, device=TILL)
    assert reserved(world) == (0, True)
    assert sums(world) == ({0}, 0)


def test_points_are_free_again_when_the_next_resident_comes(world):
    shop, goods = world.shop(soap=5)
    world.award(*world.people[:2])
    purse, held = hold(world, shop, world.people[0])
    assert (purse.balance, purse.reserved, held, purse.has_pin) == (50, 50, 50, False)
    hold(world, shop, world.people[1], keep=[world.people[0]])
    assert renew(world, shop, keep=[world.people[0]]).people == {world.people[0]: 50}
    assert renew(world, shop).people == {}
    redeem(world, world.people[0], shop, goods["soap"])


def test_what_was_promised_without_a_lease_is_refused_once_and_kept(world):
    shop, goods = world.shop(soap=1)
    world.award(*world.people[:2])
    redeem(world, world.people[1], shop, goods["soap"])
    said = {"key": "queued", "later": later(handed_over=False)}
    lost = take(world, shop, goods, world.people[0], {"soap": 1}, **said)
    assert (lost.state, lost.refusal, lost.number) == ("refused", "out_of_stock", "")
    assert take(world, shop, goods, world.people[0], {"soap": 1}, **said) == lost
    assert world.balance(world.people[0]) == 50
    with acting_as(world.keeper):
        assert queries.baskets(world.keeper, shop_id=shop.id, unsettled=True).rows == (lost,)
    with pytest.raises(Refused):
        actions.settle_refused(actor=world.keeper, key="s", basket_id=lost.id)
    actions.settle_refused(actor=world.secretary, key="s", basket_id=lost.id)
    with acting_as(world.keeper):
        assert queries.baskets(world.keeper, shop_id=shop.id, unsettled=True).rows == ()


def test_two_counters_with_the_network_cut_never_hand_out_more_than_there_is(world):
    shop, goods = world.shop(soap=3)
    world.award(*world.people[:4])
    mine, theirs = renew(world, shop), renew(world, shop, OTHER)
    assert (mine.goods[goods["soap"].id], theirs.goods[goods["soap"].id]) == (2, 1)
    queued = [(TILL, world.people[0]), (TILL, world.people[1]), (OTHER, world.people[2])]
    done = in_threads(
        *[
            lambda device=device, person=person, key=key: take(
                world, shop, goods, person, {"soap": 1}, device=device, key=key, later=later()
            )
            for key, (device, person) in zip(("a", "b", "c"), queued, strict=True)
            for _ in range(3)  # each is sent again and again
        ]
    )
    assert {each.state for each in done} == {"made"}
    assert len({each.id for each in done}) == 3
    assert sorted({each.number[-1] for each in done}) == ["1", "2", "3"]
    assert stock(world, shop) == {"soap": 0, "cup": 0}
    assert reserved(world) == (0, True)
    assert sums(world) == ({0}, 0)


def test_a_lost_device_is_closed_by_another_person_with_a_reason(world):
    shop, _ = world.shop(soap=4)
    lease = renew(world, shop)
    said = {"key": "lost", "shop_id": shop.id, "lease_id": lease.id, "reason": "手机丢了"}
    with pytest.raises(Refused):
        actions.close_lost_lease(actor=world.keeper, **said)
    actions.close_lost_lease(actor=world.secretary, **said)
    assert reserved(world) == (0, True)
    with acting_as(world.keeper):
        assert queries.leases(world.keeper, shop.id) == ()


def test_the_counter_serves_nobody_of_another_place(world):
    shop, goods = world.shop(soap=4)
    with pytest.raises(NotFound):
        take(world, shop, goods, world.others[0], {"soap": 1}, secret="123123")
    with pytest.raises(NotFound):
        hold(world, shop, world.others[0])


def test_a_lease_lapses_when_its_counter_was_silent_for_days(world):
    """What it sends afterwards is posted from what is there, or kept as refused."""
    shop, goods = world.shop(soap=3)
    world.award(world.people[0], world.people[1])
    renew(world, shop)
    hold(world, shop, world.people[0])
    world.clock.advance(rules.LEASE_LAPSES_AFTER)
    assert (jobs.lapse_leases(), reserved(world)[0] > 0) == (0, True)
    world.clock.advance(timedelta(minutes=1))
    assert (jobs.lapse_leases(), jobs.lapse_leases()) == (1, 0)
    assert reserved(world) == (0, True)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT closed_by_id, close_reason FROM points_lease")
        assert cursor.fetchall() == [(None, "lapsed")]
        cursor.execute(
            "SELECT data->>'pieces', data->>'by' FROM journal_fact WHERE kind = %s",
            ["points.lease_lapsed"],
        )
        assert cursor.fetchall() == [("2", str(world.keeper.id))]
    take(world, shop, goods, world.people[1], {"soap": 2})
    late = [
        take(world, shop, goods, world.people[0], {"soap": 1}, device=TILL, later=later())
        for _ in range(2)
    ]
    assert [each.state for each in late] == ["made", "refused"]
    assert stock(world, shop) == {"soap": 0, "cup": 0}
