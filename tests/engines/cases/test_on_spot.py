"""Settled on the spot: one step for whoever settles it, and somebody else still closes it."""

from __future__ import annotations

import pytest

from engines.cases.test_loop import kinds, refused
from engines.cases.world import World
from liuchi.engines.cases import actions
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import CaseState, Channel
from liuchi.engines.cases.queries import Receipt

S = CaseState


def settled(world: World, **said: str) -> Receipt:
    told = Told(
        area_id=world.village.id,
        type_code=said.get("type", "0101"),
        condition_code=said.get("condition", "0101-1"),
        text="两袋垃圾挡在门口",
    )
    how = said.get("how", "和住户一起拎到垃圾屋")
    key = said.get("key", "spot")
    return actions.record_settled(
        actor=world.worker, key=key, told=told, how=how, channel=Channel.WORKER
    )


def test_it_is_filed_and_done_in_one_step_and_another_closes_it(world: World) -> None:
    receipt = settled(world)
    assert settled(world) == receipt
    case_id = receipt.case_id
    found = world.now(case_id).row
    assert (found.state, found.unit_id, found.clock) == (S.FEEDBACK, None, "check")
    assert kinds(case_id) == ["reported", "filed", "settled_on_spot"]
    with refused("handled_by_you"):
        actions.check_case(actor=world.worker, key=world.key(), case_id=case_id)
    world.close(case_id)
    assert world.now(case_id).row.state is S.CLOSED


def test_what_is_sent_back_is_dispatched_like_any_other(world: World) -> None:
    case_id = settled(world).case_id
    actions.check_case(actor=world.checker, key=world.key(), case_id=case_id)
    moved = actions.send_back(
        actor=world.checker, key=world.key(), case_id=case_id, reason_code="again"
    )
    assert moved.state is S.FILED
    assert world.now(case_id).row.clock == "dispatch"
    assert world.dispatch(case_id).state is S.DISPATCHED


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"how": "  "}, "how_missing"),
        ({"type": "0102", "condition": ""}, "not_on_spot"),
    ],
)
def test_refused_whole(world: World, said: dict[str, str], code: str) -> None:
    with refused(code):
        settled(world, **said)
    assert world.report(key="spot").case_id  # the key is free: nothing was written


def test_a_resident_settles_nothing(world: World) -> None:
    case_id = world.filed()
    with refused("not_the_settler"):
        actions.settle_on_spot(actor=world.checker, key="c", case_id=case_id, how="好了")
