"""The table of the lifecycle: total, drawn, and the one the database guards."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from django.db import connections

from liuchi.engines.cases import rules
from liuchi.engines.cases.enums import CaseState, CaseVerb, Who
from liuchi.kernel.decisions import Decision

ROOT = Path(__file__).resolve().parents[3]


def test_every_state_answers_every_verb() -> None:
    assert set(rules.LIFECYCLE) == set(product(CaseState, CaseVerb))
    refusals = [cell for cell in rules.LIFECYCLE.values() if isinstance(cell, Decision)]
    assert all(cell.sentence is not None and not cell.allowed for cell in refusals)


def test_the_drawn_lifecycle_is_current() -> None:
    drawn = (ROOT / "docs/reference/cases-lifecycle.md").read_text(encoding="utf-8")
    assert drawn == rules.lifecycle_markdown()


def test_no_handler_has_a_verb_that_closes() -> None:
    closing = {
        cell.who
        for cell in rules.LIFECYCLE.values()
        if isinstance(cell, rules.Move) and cell.to is CaseState.CLOSED
    }
    assert closing == {(Who.CHECKER,), (Who.REPORTER,), (Who.DECIDER,)} | {
        cell.who
        for (state, verb), cell in rules.LIFECYCLE.items()
        if isinstance(cell, rules.Move) and state is CaseState.CLOSED and verb is CaseVerb.NOTE
    }


@pytest.mark.parametrize(
    ("skipped", "state", "verb", "to"),
    [
        ((), "reported", "verify", "verifying"),
        (("verifying",), "reported", "verify", None),
        ((), "filed", "dispatch", "dispatched"),
        (("dispatched",), "filed", "dispatch", "handling"),
        ((), "handling", "finish", "feedback"),
        (("feedback",), "handling", "finish", "checking"),
        ((), "feedback", "close", None),
        (("checking",), "feedback", "close", "closed"),
        (("checking",), "feedback", "check", None),
        (("feedback",), "checking", "close", "closed"),
    ],
)
def test_a_skipped_stage_is_passed_through(
    skipped: tuple[str, ...], state: str, verb: str, to: str | None
) -> None:
    cell = rules.move(CaseState(state), CaseVerb(verb), {CaseState(each) for each in skipped})
    assert (None if isinstance(cell, Decision) else str(cell.to)) == to


def test_the_database_guards_the_same_moves(db: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT state_before, state_after FROM cases_moves()")
        assert set(cursor.fetchall()) == {(str(a), str(b)) for a, b in rules.pairs()}
