"""What ends, is due or waits: told to whoever has to do something, each time once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from engines.points.partners import CARD, Partner, apply_benefits, give_card, partner
from engines.points.world import World, lived_in
from flows.notifying.test_notifying import follow, lines, make_followed_world
from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions, jobs
from liuchi.flows import notifying
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SimulatedClock

if TYPE_CHECKING:
    from conftest import Prepare


@pytest.fixture
def world(prepare: Prepare, template: str, clock: SimulatedClock) -> Iterator[World]:
    with lived_in(prepare(template, make_followed_world), clock) as (_, made):
        yield made


@pytest.fixture
def shop(world: World) -> Partner:
    apply_benefits(world)
    give_card(world, world.people[0])
    return partner(world, "car-shop", "示例汽修", ["pump"])


def told(actor: Actor, kind: str) -> list[str]:
    return [text for of, text in lines(actor) if of == kind]


def holders(world: World, verb: str) -> tuple[object, ...]:
    return directory.holders([world.village.id], verb)[world.village.id]


def morning(world: World, days: int) -> int:
    """Let days go by and the morning's job run twice; return how many lines are new."""
    world.clock.advance(timedelta(days=days))
    follow()
    fresh = notifying.sweep()
    assert notifying.sweep() == 0
    return fresh


def test_a_loan_is_told_before_on_and_after_its_day_and_no_more_once_it_is_back(
    world: World, shop: Partner
) -> None:
    resident = world.resident(world.people[0])
    lent = actions.use_benefit(
        actor=shop.merchant,
        key=world.key(),
        offer_id=shop.offer("pump"),
        card_text=CARD,
        use=actions.Use(thing="气泵2号"),
    )
    day = f"{lent.due_on.month} 月 {lent.due_on.day} 日"
    before, after = (
        f"您借的“气泵2号”{day}到期，请按时归还。",
        f"您借的“气泵2号”{day}已到期，还没有归还，请尽快归还。",
    )
    due = "points.loan_due"
    assert (morning(world, 3), told(resident, due)) == (0, [])
    assert (morning(world, 1), told(resident, due)) == (1, [before])
    assert (morning(world, 1), told(resident, due)) == (0, [before])
    assert (morning(world, 2), told(resident, due)) == (1, ["您借的“气泵2号”今天到期，请归还。"])
    assert (morning(world, 1), told(resident, due)) == (1, [after])
    assert [morning(world, 7) for _ in range(6)] == [1, 1, 1, 0, 0, 0]
    assert told(resident, due) == [after]
    actions.return_loan(actor=shop.second, key=world.key(), use_id=lent.id)
    follow()
    assert told(resident, due) == []


def test_an_agreement_about_to_end_is_one_line_a_week_for_who_keeps_agreements(
    world: World, shop: Partner
) -> None:
    ends = "points.agreements_ending"
    world.clock.advance(date(2026, 11, 30) - world.clock.now().date())
    assert (morning(world, 0), told(world.secretary, ends)) == (0, [])
    assert morning(world, 1) == len(holders(world, "points.agreement.write"))
    assert told(world.secretary, ends) == ["有 1 份共建协议快到期，最早的 12 月 31 日到期。"]
    assert told(world.keeper, ends) == []
    assert morning(world, 1) == 0
    actions.move_agreement(
        actor=world.recorder,
        key=world.key(),
        agreement_id=shop.agreement.id,
        verb="end",
        reason="已续签",
    )
    follow()
    assert told(world.secretary, ends) == []


def test_an_appeal_is_told_to_the_town_and_its_outcome_to_the_claimant(world: World) -> None:
    clerk, resident = (
        world.user("clerk", directory.town_of(world.village.id)),
        world.resident(world.people[0]),
    )
    claim = world.review(world.propose(world.people[0]), "reject", reason="不符合规则")
    appeal = actions.ask_appeal(
        actor=resident, key=world.key(), claim_id=claim.id, reason="有照片，请再看看。"
    )
    follow()
    waits = told(clerk, "points.appeals_to_decide")
    assert [text.split("，")[0] for text in waits] == ["有 1 件复议等您办理"]
    assert told(world.reviewer, "points.appeals_to_decide") == []
    assert morning(world, 1) == 1
    actions.decide_appeal(
        actor=clerk,
        key=world.key(),
        appeal_id=appeal.id,
        outcome="upheld",
        answer="照片可以证明",
    )
    follow()
    assert told(clerk, "points.appeals_to_decide") == []
    assert told(resident, "points.appeal_decided") == [
        "“邻里互助”复议通过，即将公示或记入。理由见申报记录。"
    ]


def test_goods_that_stay_low_are_told_again_the_week_after(world: World) -> None:
    world.shop(soap=2, cup=9)
    follow()
    low = ["“洗衣皂”只剩 2 件，请补货。"]
    assert (told(world.keeper, "points.stock_low"), morning(world, 1)) == (low, 0)
    assert morning(world, 7) == len(holders(world, "points.stock.write"))
    assert told(world.keeper, "points.stock_low") == low


def test_a_silent_counter_is_told_to_who_opened_it_and_who_keeps_the_shop(world: World) -> None:
    shop, _goods = world.shop(soap=9)
    actions.renew_lease(actor=world.keeper, shop_id=shop.id, device="device-0001")
    world.clock.advance(timedelta(days=4))
    assert jobs.lapse_leases() == 1
    follow()
    assert told(world.keeper, "points.lease_lapsed") == [
        "柜台 3 天没联系，预留的 5 件已放回。交过货的请联网补记再盘点。"
    ]


def test_a_pin_set_at_the_desk_is_told_to_its_owner(world: World) -> None:
    resident = world.resident(world.people[0])
    for actor in (world.keeper, resident):
        actions.set_pin(actor=actor, key=world.key(), person_id=world.people[0], pin="482915")
    follow()
    assert told(resident, "points.pin_set") == [
        "您的兑换密码已在窗口设好。不是您本人设的，请告诉社区。"
    ]
