"""What was lent: who has it is reminded before the day, on it and after it; nobody is fined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from liuchi.engines.journal.queries import FactRow
from liuchi.engines.notices import actions as notices
from liuchi.engines.notices.actions import Notice
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import LoanDue
from liuchi.flows.notifying.words import Batch, Done, Effect, cause_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence, Value

LOAN_DUE = "points.loan_due"
SOON = timedelta(days=3)
_WEEK = timedelta(days=7)
LATE_WEEKS_MAX = 4
"""How often somebody is asked for a thing that is late: once a week, then no more."""


def remind(actor: Actor) -> int:
    """Write one line for each loan and stage; the line of the stage before is closed.

    A stage is told once, whenever the job runs: a night without power loses none.
    """
    today = clock.today()
    due = points.loans_due(actor, today - LATE_WEEKS_MAX * _WEEK, today + SOON)
    lines = [_line(each, today) for each in due]
    notices.settle(
        kinds=[LOAN_DUE],
        subject_ids=[each.subject_id for each in lines],
        but_for=[each.cause_id for each in lines],
        actor=actor,
    )
    return notices.notify(lines, actor=actor)


def returned(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Let go of the reminder: the thing is back, or was never lent."""
    yield Done(LOAN_DUE, fact.subject_id)


def _line(loan: LoanDue, today: date) -> Notice:
    stage, sentence = _stage(loan.due_on, today)
    values: dict[str, Value] = {
        "thing": loan.thing,
        "month": loan.due_on.month,
        "day": loan.due_on.day,
        "name": f"{loan.due_on:%b}",
    }
    return Notice(
        kind=LOAN_DUE,
        subject_kind="points.benefit_use",
        subject_id=loan.use_id,
        sentence=replace(sentence, values=values),
        cause_id=cause_of(LOAN_DUE, loan.use_id, stage),
        area_id=loan.village_id,
        recipient_person_id=loan.person_id,
    )


def _stage(due_on: date, today: date) -> tuple[str, Sentence]:
    if today < due_on:
        return "before", Sentence(
            "您借的“{thing}”{month} 月 {day} 日到期，请按时归还。",
            "What you borrowed ({thing}) is due back on {day} {name}.",
        )
    if today == due_on:
        return "on the day", Sentence(
            "您借的“{thing}”今天到期，请归还。", "What you borrowed ({thing}) is due back today."
        )
    return f"late {(today - due_on) // _WEEK}", Sentence(
        "您借的“{thing}”{month} 月 {day} 日已到期，还没有归还，请尽快归还。",
        "What you borrowed ({thing}) was due back on {day} {name}. Please return it.",
    )
