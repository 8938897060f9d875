"""What one asks for and another decides: corrections by contra-entry, gifts by two."""

from __future__ import annotations

from datetime import date

import pytest

from engines.points.threads import in_threads
from engines.points.world import SECTION
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, queries
from liuchi.kernel.errors import Conflict, LiuchiError, NotFound, Refused


def award(world, **said):
    world.award(world.people[0], **said)
    with acting_as(world.recorder):
        (claim,) = queries.claims(world.recorder, person_id=world.people[0]).rows
    return claim


def asked_correction(world, claim, **said):
    return actions.ask_correction(
        actor=said.pop("actor", world.recorder),
        key=said.pop("key", world.key()),
        claim_id=claim.id,
        reason=said.pop("reason", "记错了人"),
        **said,
    )


def decide(world, asked, **said):
    return actions.decide_approval(
        actor=said.pop("actor", world.reviewer),
        key=said.pop("key", world.key()),
        approval_id=asked.id,
        approve=said.pop("approve", True),
        expected_version=said.pop("version", asked.version),
        **said,
    )


def statement(world):
    with acting_as(world.recorder):
        return queries.statement(world.recorder, world.people[0])


def refusal(call):
    with pytest.raises(LiuchiError) as caught:
        call()
    return caught.value.code


def test_an_office_of_two_undoes_an_award(world):
    # The recorder entered it and the reviewer approved it: the two of them mend it.
    claim = award(world)
    asked = asked_correction(world, claim, key="once")
    assert (asked.state, asked.points, asked.person_name) == ("asked", 50, "试甲")
    assert asked_correction(world, claim, key="once") == asked
    assert refusal(lambda: asked_correction(world, claim)) == "asked_already"
    assert refusal(lambda: decide(world, asked, actor=world.recorder)) == "not_permitted"
    done = decide(world, asked, key="yes")
    assert (done.state, done.version) == ("approved", 2)
    assert decide(world, asked, key="yes") == done
    held = statement(world)
    assert (held.balance, held.earned_total) == (0, 0)
    undoing, undone = held.entries
    assert (undoing.points_signed, undoing.undone) == (-50, None)
    assert undone.undone is not None
    assert "记错了人" in undone.undone.in_language("zh")
    assert refusal(lambda: asked_correction(world, claim)) == "reversed_already"


def test_nobody_decides_what_they_asked_for_or_about_their_own(world):
    asked = asked_correction(world, award(world), actor=world.secretary)
    assert refusal(lambda: decide(world, asked, actor=world.secretary)) == "own_request"
    for place in (0, 1):
        reviewer = world.user("reviewer", world.village, world.people[place])
        assert refusal(lambda who=reviewer: decide(world, asked, actor=who)) == "same_household"
    stranger = world.user("secretary", world.other)
    with pytest.raises(NotFound):
        decide(world, asked, actor=stranger)


def test_a_wrong_quantity_is_entered_anew(world):
    claim = award(world, rule="testing", quantity=5)
    assert refusal(lambda: asked_correction(world, claim, right_quantity=5)) == "not_lower"
    world.correct(claim.id, right_quantity=3)
    held = statement(world)
    assert (held.balance, held.earned_total) == (6, 6)
    assert [entry.points_signed for entry in held.entries] == [6, -10, 10]
    assert held.entries[0].explanation.in_language("zh").startswith("更正数量后重新记入。")
    with acting_as(world.recorder):
        right, wrong = queries.claims(world.recorder, person_id=world.people[0]).rows
    assert (right.state, right.corrects_id, right.quantity) == ("posted", claim.id, 3)
    assert wrong.state == "reversed"


def test_what_is_spent_stays_and_the_request_stays_open(world):
    shop, goods = world.shop(cup=1)
    claim = award(world)
    actions.redeem(
        actor=world.keeper,
        key="cup",
        person_id=world.people[0],
        shop_id=shop.id,
        goods_id=goods["cup"].id,
        quantity=1,
    )
    asked = asked_correction(world, claim)
    with pytest.raises(Refused) as caught:
        decide(world, asked)
    assert caught.value.sentence.in_language("en") == (
        "These 50 points are partly spent and only 20 are left, so they cannot be reversed. "
        "Reverse the redemption first."
    )
    with acting_as(world.reviewer):
        assert queries.approval(world.reviewer, asked.id).state == "asked"
    assert decide(world, asked, approve=False, answer="已经兑换").state == "declined"


def test_declining_needs_a_reason_and_taking_back_ends_it(world):
    claim = award(world)
    asked = asked_correction(world, claim)
    assert refusal(lambda: decide(world, asked, approve=False)) == "reason_missing"
    other = world.reviewer
    assert (
        refusal(lambda: actions.take_back_approval(actor=other, key="back", approval_id=asked.id))
        == "not_own_request"
    )
    back = actions.take_back_approval(actor=world.recorder, key="back", approval_id=asked.id)
    assert back.state == "taken_back"
    assert refusal(lambda: decide(world, asked)) == "decided_already"
    assert asked_correction(world, claim).state == "asked"


def test_two_deciders_at_once_undo_it_once(world):
    asked = asked_correction(world, award(world))
    outcomes = in_threads(
        *(
            lambda actor=actor: decide(world, asked, actor=actor)
            for actor in (world.reviewer, world.secretary)
        )
    )
    assert sorted(getattr(each, "code", "done") for each in outcomes) == ["decided_already", "done"]
    assert world.balance(world.people[0]) == 0


def gift(world, shop, goods, act=actions.give_gift, **said):
    return act(
        actor=said.pop("actor", world.keeper),
        key=world.key(),
        person_id=world.people[0],
        shop_id=shop.id,
        goods_id=goods["soap"].id,
        quantity=1,
        reason="看望住院的老人",
        **said,
    )


def test_a_gift_by_two_where_the_playbook_says_so(world):
    shop, goods = world.shop(soap=5)
    gift(world, shop, goods)
    section = {**SECTION, "shop": {**SECTION["shop"], "gifts_by_two": True}}
    journal_actions.apply_playbook(
        code=f"credit-{world.village.code}",
        source="",
        compiled={"points": section},
        places=[world.village.id],
        in_force_from=date(2026, 3, 1),
        spec_version=1,
        approved_by="居民代表会议",
        actor=world.root,
    )
    assert refusal(lambda: gift(world, shop, goods)) == "gift_needs_two"
    asked = gift(world, shop, goods, actions.ask_gift)
    assert (asked.goods_title, asked.gift_quantity, asked.state) == ("洗衣皂", 1, "asked")
    assert decide(world, asked).state == "approved"
    with acting_as(world.keeper):
        given = queries.gifts(world.keeper, person_id=world.people[0]).rows
        stock = {each.code: each.stock for each in queries.goods(world.keeper, shop.id)}
    assert [(row.goods_title, row.reason) for row in given] == [("洗衣皂", "看望住院的老人")] * 2
    assert len({row.by_name for row in given}) == 1
    assert stock["soap"] == 3


def test_a_stale_request_is_a_conflict(world):
    asked = asked_correction(world, award(world))
    with pytest.raises(Conflict):
        decide(world, asked, version=7)
