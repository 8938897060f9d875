"""A case that units hand around stops until somebody decides whose it is."""

from __future__ import annotations

from uuid import UUID

import pytest

from liuchi.engines.cases import actions, queries
from liuchi.engines.cases.enums import CaseState
from liuchi.engines.cases.models import Arbitration
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Refused


def give_back(world, case_id: UUID, actor) -> None:
    actions.return_case(actor=actor, key=world.key(), case_id=case_id, reason_code="not-ours")


def decide(world, case_id: UUID, unit: UUID, actor=None) -> None:
    actions.arbitrate_case(
        actor=actor or world.clerk,
        key=world.key(),
        case_id=case_id,
        unit_id=unit,
        reason="按三定方案归市政所",
    )


def test_two_units_hand_it_around_until_it_is_decided(world) -> None:
    case_id = world.dispatched()
    give_back(world, case_id, world.cleaner)
    world.dispatch(case_id, world.road)
    give_back(world, case_id, world.roadman)
    with pytest.raises(Refused, match="arbitration_open"):
        world.dispatch(case_id)
    with pytest.raises(Refused, match="not_the_decider"):
        decide(world, case_id, world.road, world.dispatcher)
    with acting_as(world.clerk):
        (row,) = queries.arbitrations(world.clerk).rows
        opened = queries.arbitration(world.clerk, row.id)
        assert queries.unit_work(world.clerk).arbitrations == 1
    assert [(each.unit, each.reason) for each in opened.returns] == [
        ("环卫所", "不属于本单位职责"),
        ("市政所", "不属于本单位职责"),
    ]
    assert opened.units == ((world.cleaners, "环卫所"), (world.road, "市政所"))
    decide(world, case_id, world.road)
    assert world.now(case_id).row.state is CaseState.DISPATCHED
    with pytest.raises(Refused, match="arbitrated_unit"):
        give_back(world, case_id, world.roadman)
    with acting_as(world.clerk):
        (held,) = Arbitration.objects.filter(case_id=case_id)
        waiting = queries.arbitrations(world.clerk).rows
        decided = queries.arbitrations(world.clerk, decided=True).rows
    assert held.returned_by == [world.cleaners, world.road]
    assert (held.unit_id, held.decided_by_id) == (world.road, world.clerk.id)
    assert (waiting, [each.unit for each in decided]) == ((), ["市政所"])


def test_the_same_unit_twice_is_enough(world) -> None:
    """However many returns a playbook allows, one unit gets the same case once."""
    case_id = world.dispatched()
    give_back(world, case_id, world.cleaner)
    world.dispatch(case_id)
    give_back(world, case_id, world.cleaner)
    with pytest.raises(Refused, match="arbitration_open"):
        world.dispatch(case_id)


def test_one_return_is_no_handing_around(world) -> None:
    case_id = world.dispatched()
    give_back(world, case_id, world.cleaner)
    with pytest.raises(Refused, match="no_arbitration"):
        decide(world, case_id, world.road)
    world.dispatch(case_id, world.road)


def test_who_referred_it_up_is_told(world) -> None:
    case_id = world.filed()
    actions.refer_case(
        actor=world.dispatcher,
        key=world.key(),
        case_id=case_id,
        reason_code="beyond-us",
        opinion="两个小区的事",
    )
    with acting_as(world.clerk):
        (row,) = queries.referrals(world.clerk, case_id)
    assert (row.who, row.post, row.opinion) == ("dispatcher", "派遣员", "两个小区的事")
