"""Draws that anybody can repeat, call-backs, re-checks and strike-off registers."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from engines.cases.world import SECTION
from liuchi.engines.cases import actions, jobs
from liuchi.engines.cases.actions import record_call_back
from liuchi.engines.cases.enums import CheckKind, CheckOutcome, DrawPurpose
from liuchi.engines.cases.models import Draw
from liuchi.engines.cases.queries import drawing as draws
from liuchi.engines.cases.queries import registers
from liuchi.engines.cases.queries.registers import Struck
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Conflict, Invalid, Refused
from liuchi.kernel.sampling import Seed, drawn


@pytest.fixture
def sampled(world):
    journal.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": SECTION | {"sampling": 30, "call_backs": 10}},
        places=[world.town.id],
        in_force_from=date(2026, 1, 2),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )
    return world


def sealed(world) -> None:
    world.clock.advance(timedelta(days=1))
    journal_jobs.sequence()
    journal_jobs.seal()


def waiting(world, purpose: DrawPurpose) -> list[draws.DrawnRow]:
    with acting_as(world.clerk):
        return list(draws.drawn(world.clerk, purpose).rows)


def test_a_day_is_drawn_once_and_anybody_draws_the_same(sampled) -> None:
    closed = [sampled.closed() for _ in range(4)]
    assert jobs.draw_samples() == 0  # the day is not over
    sealed(sampled)
    assert (jobs.draw_samples(), jobs.draw_samples()) == (3, 0)
    with acting_as(sampled.clerk):
        made = {each.purpose: each for each in Draw.objects.all()}
    check = made[DrawPurpose.CHECK]
    assert (check.candidates, check.many, check.percent) == (4, 2, 30)
    seed = Seed("check", date(2026, 3, 2), check.seal_head)
    assert {each.case_id for each in waiting(sampled, DrawPurpose.CHECK)} == set(
        drawn(seed, closed, 30)
    )
    with acting_as(sampled.clerk):
        opened = draws.draw(sampled.clerk, check.id)
        listed = draws.draws(sampled.clerk).rows
    assert opened.agrees
    assert [each.is_drawn for each in opened.lots] == [True, True, False, False]
    assert {each.case_id for each in opened.lots} == set(closed)
    assert {each.purpose: each.many for each in listed} == {"check": 2, "call_back": 1}
    (call,) = waiting(sampled, DrawPurpose.CALL_BACK)
    head = check.seal_head[:12]
    assert call.why.in_language("zh") == f"4 件里按 10% 抽了 1 件，种子取自封签 {head}"


def test_a_call_back_is_by_somebody_apart_and_once(sampled) -> None:
    sampled.closed()
    sealed(sampled)
    jobs.draw_samples()
    (call,) = waiting(sampled, DrawPurpose.CALL_BACK)
    said = {"drawn_id": call.id, "reached": True, "solved": True, "satisfied": False}
    with pytest.raises(Refused, match="not_permitted"):
        record_call_back(actor=sampled.cleaner, key=sampled.key(), **said)
    with pytest.raises(Invalid, match="answer_missing"):
        record_call_back(actor=sampled.checker, key=sampled.key(), drawn_id=call.id, reached=True)
    record_call_back(actor=sampled.checker, key=sampled.key(), **said)
    with pytest.raises(Conflict, match="called_back"):
        record_call_back(actor=sampled.clerk, key=sampled.key(), **said)
    assert waiting(sampled, DrawPurpose.CALL_BACK) == []


def test_a_drawn_case_waits_until_it_is_checked(sampled) -> None:
    case_id = sampled.closed()
    sealed(sampled)
    jobs.draw_samples()
    assert [each.case_id for each in waiting(sampled, DrawPurpose.CHECK)] == [case_id]
    actions.recheck_case(
        actor=sampled.checker,
        key=sampled.key(),
        case_id=case_id,
        outcome=CheckOutcome.DONE,
        kind=CheckKind.SAMPLE,
    )
    assert waiting(sampled, DrawPurpose.CHECK) == []
    assert sampled.now(case_id).now.recheck_on is not None  # the later look is still to come


def test_what_is_to_be_looked_at_again_comes_up_on_its_day(sampled) -> None:
    case_id = sampled.closed()

    def due() -> list[UUID]:
        with acting_as(sampled.clerk):
            found = registers.rechecks_due(sampled.clerk, sampled.town.id)
        return [each.case_id for each in found.rows]

    sampled.clock.advance(timedelta(days=29))
    assert due() == []
    sampled.clock.advance(timedelta(days=1))
    assert due() == [case_id]
    actions.recheck_case(
        actor=sampled.checker, key=sampled.key(), case_id=case_id, outcome=CheckOutcome.DONE
    )
    assert due() == []


def test_a_register_keeps_basically_done_apart(sampled) -> None:
    sampled.closed()
    case_id = sampled.finished()
    sampled.close(case_id, outcome=CheckOutcome.BASICALLY_DONE)
    sampled.filed()
    with acting_as(sampled.clerk):
        (held,) = registers.standings(sampled.clerk, sampled.town.id)
        found = registers.register(sampled.clerk, "01", sampled.town.id)
        first = registers.register(sampled.clerk, "01", sampled.town.id, limit=2)
        rest = registers.register(
            sampled.clerk, "01", sampled.town.id, after=first.next_after, limit=2
        )
        basically = registers.register(
            sampled.clerk, "01", sampled.town.id, struck=Struck.BASICALLY_DONE
        )
    assert held == registers.Standing("01", done=1, basically_done=1, open=1)
    assert held.total == 3
    assert [each.struck for each in found.rows] == [Struck.DONE, Struck.BASICALLY_DONE, Struck.OPEN]
    assert first.rows + rest.rows == found.rows
    assert [each.case_id for each in basically.rows] == [case_id]
    assert [each.struck_off_at is None for each in found.rows] == [False, False, True]
