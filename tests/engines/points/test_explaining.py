"""An entry opened: the rule of its day, who saw to it and under which post, and what came after."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest

from engines.points.test_objections import answered, objected, on_notice
from engines.points.world import SECTION
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import jobs, queries
from liuchi.engines.points.enums import ObjectionOutcome, TransferKind
from liuchi.engines.points.queries.explaining import EXPLAINERS
from liuchi.kernel.errors import NotFound

# Each names the one transfer it undoes, and is explained by it.
REVERSALS = {"award_reversal", "redemption_reversal", "opening_reversal"}

OF_GOODS = {
    TransferKind.GIFT,
    TransferKind.STOCK_IN,
    TransferKind.STOCK_COUNT,
    TransferKind.STOCK_TRANSFER,
}


def test_every_kind_that_moves_points_has_its_explainer() -> None:
    contra = {kind for kind in TransferKind if kind.value in REVERSALS}
    assert set(EXPLAINERS) == set(TransferKind) - contra - OF_GOODS


def test_an_award_tells_its_rule_its_people_and_what_came_after(world):
    person_id = world.people[0]
    claim = on_notice(world, person_id)
    answered(world, objected(world, claim), "not_upheld")
    world.clock.advance(timedelta(days=12))
    assert jobs.post_due() == 1
    change_the_rule(world)
    world.correct(claim.id, right_quantity=None)
    resident = world.resident(person_id)
    with acting_as(resident):
        undone, entry = queries.statement(resident, person_id).entries
        told = queries.explained(resident, person_id, entry.transfer_id)
        contra = queries.explained(resident, person_id, undone.transfer_id)
    assert (told.rule.award.in_language("zh"), told.rule.version, told.rule.now) == (
        "每件50分",
        1,
        False,
    )
    place = world.village.name
    assert [(step.title.zh, bool(step.by), step.post) for step in told.steps] == [
        ("发生", False, ""),
        ("申报", True, f"{place}记录员"),
        ("评议通过", True, f"{place}评议员"),
        ("记入", False, ""),
        ("冲正", True, f"{place}评议员"),
    ]
    assert told.steps[-1].note == "记错了人"
    assert (told.notice.work_days, told.lots) == (5, ())
    assert [(each.outcome, each.late, each.withdrawn) for each in told.objections] == [
        (ObjectionOutcome.NOT_UPHELD, False, False)
    ]
    assert (contra.entry.points_signed, contra.steps) == (-50, told.steps)


def test_an_entry_is_its_holders_and_the_places(world):
    world.award(world.people[0])
    resident, neighbour = world.resident(world.people[0]), world.resident(world.people[2])
    with acting_as(resident):
        (entry,) = queries.statement(resident, world.people[0]).entries
    elsewhere = world.user("secretary", world.other)
    for nosy in (neighbour, elsewhere):
        with acting_as(nosy), pytest.raises(NotFound):
            queries.explained(nosy, world.people[0], entry.transfer_id)
    with acting_as(world.secretary):
        told = queries.explained(world.secretary, world.people[0], entry.transfer_id)
    assert told.entry == entry


def change_the_rule(world):
    later = deepcopy(SECTION)
    later["rules"][1]["award"] = 40
    journal_actions.apply_playbook(
        code=f"credit-{world.village.code}",
        source="",
        compiled={"points": later},
        places=[world.village.id],
        in_force_from=world.clock.now().date(),
        spec_version=1,
        approved_by="",
        actor=world.root,
    )
