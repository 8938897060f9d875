"""Points for goods, at the counter and in a crowd."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from engines.points.threads import in_threads
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.kernel.errors import Conflict, NotFound, Refused

CROWD = 100


def redeem(world, person_id, shop, goods, quantity=1, **said):
    return actions.redeem(
        actor=said.get("actor", world.keeper),
        key=said.get("key") or world.key(),
        person_id=person_id,
        shop_id=shop.id,
        goods_id=goods.id,
        quantity=quantity,
    )


def reverse(world, made, **said):
    return actions.reverse_redemption(
        actor=said.get("actor", world.secretary),
        key=said.get("key") or world.key(),
        redemption_id=made.id,
        reason=said.get("reason", "拿错了"),
    )


def stock(world, shop):
    with acting_as(world.keeper):
        return {each.code: each.stock for each in queries.goods(world.keeper, shop.id)}


def sums(world):
    """Return what every unit adds up to: nothing but zeros in a sound ledger."""
    with acting_as(world.root), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT sum(balance) FROM points_account GROUP BY unit")
        balances = {int(row[0]) for row in cursor.fetchall()}
        cursor.execute(
            "SELECT count(*) FROM points_account AS a WHERE balance <> (SELECT coalesce(sum("
            "CASE side WHEN 'credit' THEN amount ELSE -amount END), 0) "
            "FROM points_entry WHERE account_id = a.id)"
        )
        return balances, cursor.fetchone()[0]


def test_points_and_goods_change_hands_together(world):
    shop, goods = world.shop(soap=10)
    world.award(world.people[0])
    made = redeem(world, world.people[0], shop, goods["soap"], 3)
    assert (made.points, made.quantity, made.state, made.person_name) == (15, 3, "made", "试甲")
    assert world.balance(world.people[0]) == 35
    assert stock(world, shop) == {"soap": 7, "cup": 0}
    assert sums(world) == ({0}, 0)
    with acting_as(world.keeper):
        statement = queries.statement(world.keeper, world.people[0])
        assert queries.redemptions(world.keeper, shop_id=shop.id).rows == (made,)
    assert (statement.balance, statement.earned_total, statement.spent_total) == (35, 50, 15)
    assert [(row.kind, row.points_signed) for row in statement.entries] == [
        ("redemption", -15),
        ("award", 50),
    ]


def test_the_fact_says_who_where_from_and_what(world):
    shop, goods = world.shop(soap=1)
    world.award(world.people[0])
    made = redeem(world, world.people[0], shop, goods["soap"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person, home_area, shop, goods, quantity, amount, household IS NOT NULL "
            "FROM journal_fact_points_redeemed WHERE id = %s",
            [made.fact_id],
        )
        assert cursor.fetchall() == [
            (world.people[0], world.village.id, shop.id, "soap", 1, 5, True)
        ]


def test_a_replayed_key_spends_once_and_another_body_conflicts(world):
    shop, goods = world.shop(soap=10)
    world.award(world.people[0])
    first = redeem(world, world.people[0], shop, goods["soap"], key="again")
    assert redeem(world, world.people[0], shop, goods["soap"], key="again") == first
    with pytest.raises(Conflict) as caught:
        redeem(world, world.people[0], shop, goods["soap"], 2, key="again")
    assert caught.value.code == "key_reused"
    assert world.balance(world.people[0]) == 45


def test_one_key_sent_many_times_at_once_spends_once(world):
    shop, goods = world.shop(soap=10)
    world.award(world.people[0])
    made = in_threads(
        *[lambda: redeem(world, world.people[0], shop, goods["soap"], key="storm")] * 20
    )
    assert len({each.id for each in made}) == 1
    assert world.balance(world.people[0]) == 45


@pytest.mark.parametrize(
    ("quantity", "code", "words"),
    [
        (3, "out_of_stock", "「保温杯」库存只剩2件。请换一种商品，或等补货后再来。"),
        (2, "not_enough_points", "积分不足：现有50分，需要60分。"),
        (0, "quantity_out_of_range", "数量应在1到10000之间。"),
    ],
)
def test_what_is_not_there_cannot_be_had(world, quantity, code, words):
    shop, goods = world.shop(cup=2)
    world.award(world.people[0])
    with pytest.raises(Refused) as caught:
        redeem(world, world.people[0], shop, goods["cup"], quantity)
    assert caught.value.code == code
    assert caught.value.sentence.in_language("zh-hans") == words
    assert world.balance(world.people[0]) == 50


def test_a_crowd_for_the_last_piece(world):
    """A hundred balances, one piece: one gets it, ninety-nine hear why not."""
    shop, goods = world.shop(soap=1)
    rows = [
        PersonImport(name=f"众{chr(0x4E00 + n)}", village=world.village.code) for n in range(CROWD)
    ]
    crowd = directory_actions.import_people(rows, actor=world.root, key="crowd").person_ids
    for person_id in crowd:
        directory_actions.give_consent(
            person_id, "credit-points", "credit", actor=world.root, key=f"c-{person_id}"
        )
    world.award(*crowd)
    outcomes = in_threads(
        *[lambda who=who: redeem(world, who, shop, goods["soap"], key=f"r-{who}") for who in crowd]
    )
    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert {each.code for each in refused} == {"out_of_stock"}
    assert len(refused) == CROWD - 1
    assert {each.sentence.in_language("zh-hans") for each in refused} == {
        "「洗衣皂」库存只剩0件。请换一种商品，或等补货后再来。"
    }
    assert stock(world, shop)["soap"] == 0
    assert sorted(world.balance(who) for who in crowd) == [45] + [50] * (CROWD - 1)
    assert sums(world) == ({0}, 0)


def test_a_hundred_pieces_for_one_balance(world):
    """One balance that reaches for one piece, a hundred pieces, a hundred tills."""
    shop, goods = world.shop(cup=CROWD)
    world.award(world.people[0])
    outcomes = in_threads(
        *[
            lambda n=n: redeem(world, world.people[0], shop, goods["cup"], key=f"till-{n}")
            for n in range(CROWD)
        ]
    )
    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert {each.code for each in refused} == {"not_enough_points"}
    assert len(refused) == CROWD - 1
    assert world.balance(world.people[0]) == 20
    assert stock(world, shop)["cup"] == CROWD - 1
    assert sums(world) == ({0}, 0)


def test_a_reversal_brings_points_and_goods_back(world):
    shop, goods = world.shop(soap=5)
    world.award(world.people[0])
    made = redeem(world, world.people[0], shop, goods["soap"], 2)
    undone = reverse(world, made)
    assert (undone.state, undone.reverse_reason) == ("reversed", "拿错了")
    assert world.balance(world.people[0]) == 50
    assert stock(world, shop)["soap"] == 5
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT corrects_id, amount FROM journal_fact WHERE kind = 'points.redemption_reversed'"
        )
        assert cursor.fetchall() == [(made.fact_id, 10)]
    with acting_as(world.keeper):
        statement = queries.statement(world.keeper, world.people[0])
    assert (statement.earned_total, statement.spent_total) == (50, 0)
    assert [row.points_signed for row in statement.entries] == [10, -10, 50]
    assert statement.entries[0].explanation.in_language("zh-hans") == (
        f"{world.clock.now():%Y-%m-%d}由{accounts.user(world.secretary.id).display_name}冲正，理由：拿错了。"
        f"原记录：{statement.entries[1].explanation.in_language('zh-hans')}"
    )


def test_a_reversal_takes_a_second_person_a_reason_and_happens_once(world):
    shop, goods = world.shop(soap=5)
    world.award(world.people[0])
    made = redeem(world, world.people[0], shop, goods["soap"])
    for said, code in (
        ({"actor": world.keeper}, "second_person_needed"),
        ({"reason": " "}, "reason_missing"),
    ):
        with pytest.raises(Refused) as caught:
            reverse(world, made, **said)
        assert caught.value.code == code
    first = reverse(world, made, key="undo")
    assert reverse(world, made, key="undo") == first
    with pytest.raises(Refused) as caught:
        reverse(world, made)
    assert caught.value.code == "reversed_already"
    assert world.balance(world.people[0]) == 50


def test_two_reversals_at_once_give_one(world):
    shop, goods = world.shop(soap=5)
    world.award(world.people[0])
    made = redeem(world, world.people[0], shop, goods["soap"])
    outcomes = in_threads(*[lambda n=n: reverse(world, made, key=f"undo-{n}") for n in range(8)])
    assert sorted(getattr(each, "code", "reversed") for each in outcomes) == (
        ["reversed"] + ["reversed_already"] * 7
    )
    assert world.balance(world.people[0]) == 50


def test_a_gift_is_goods_without_points_and_no_redemption(world):
    shop, goods = world.shop(soap=2)
    fact_id = actions.give_gift(
        actor=world.keeper,
        key="gift",
        person_id=world.people[0],
        shop_id=shop.id,
        goods_id=goods["soap"].id,
        quantity=2,
        reason="重阳节慰问",
    )
    assert stock(world, shop)["soap"] == 0
    assert world.balance(world.people[0]) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, amount FROM journal_fact WHERE id = %s", [fact_id])
        assert cursor.fetchall() == [("points.gift_given", None)]
    with acting_as(world.keeper):
        assert queries.redemptions(world.keeper).rows == ()
    with pytest.raises(Refused) as caught:
        actions.give_gift(
            actor=world.keeper,
            key="more",
            person_id=world.people[0],
            shop_id=shop.id,
            goods_id=goods["soap"].id,
            quantity=1,
            reason="慰问",
        )
    assert caught.value.code == "out_of_stock"


def test_the_counter_serves_its_own_area(world):
    shop, goods = world.shop(soap=5)
    world.award(world.people[0])
    stranger = world.user("shopkeeper", world.other)
    with pytest.raises(NotFound):
        redeem(world, world.people[0], shop, goods["soap"], actor=stranger)
    with pytest.raises(NotFound):
        redeem(world, world.others[0], shop, goods["soap"])
    resident = world.resident(world.people[0])
    with pytest.raises(Refused):
        redeem(world, world.people[0], shop, goods["soap"], actor=resident)
    with acting_as(resident):
        assert [each.name for each in queries.shops(resident)] == ["信用超市"]
        assert [each.stock for each in queries.goods(resident, shop.id)] == [5, 0]


def test_low_stock_is_work_for_today(world):
    world.shop(soap=3, cup=6)
    with acting_as(world.keeper):
        assert queries.work_today(world.keeper).low_stock == 1


def test_a_shop_is_opened_once_and_offers_more(world):
    first = actions.open_shop(
        actor=world.keeper, key="open", village_id=world.village.id, name="信用超市"
    )
    assert first == actions.open_shop(
        actor=world.keeper, key="open", village_id=world.village.id, name="信用超市"
    )
    towel = actions.offer_goods(
        actor=world.keeper, key="t", shop_id=first.id, code="towel", title="毛巾", price_points=8
    )
    assert (towel.title, towel.price_points, towel.stock) == ("毛巾", 8, 0)
    with acting_as(world.keeper):
        codes = [each.code for each in queries.goods(world.keeper, first.id)]
    assert codes == ["soap", "towel", "cup"]


def test_lists_of_the_shop_cost_the_same_for_one_and_three(world, django_assert_num_queries):
    shop, goods = world.shop(soap=9)
    world.award(*world.people[:3])
    redeem(world, world.people[0], shop, goods["soap"])
    with acting_as(world.keeper), django_assert_num_queries(3):
        assert len(queries.redemptions(world.keeper, shop_id=shop.id).rows) == 1
    for who in world.people[1:3]:
        redeem(world, who, shop, goods["soap"])
    with acting_as(world.keeper):
        with django_assert_num_queries(3):
            assert len(queries.redemptions(world.keeper, shop_id=shop.id).rows) == 3
        with django_assert_num_queries(2):
            assert len(queries.goods(world.keeper, shop.id)) == 2


def test_the_job_posts_a_backlog_in_batches(world):
    for _ in range(3):
        world.review(world.propose(world.people[0], on=date(2026, 3, 1)))
    world.clock.move_to(world.clock.now().replace(day=20))
    assert jobs.post_due() == 3
    assert world.balance(world.people[0]) == 150
