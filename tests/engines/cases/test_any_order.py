"""No sequence of verbs by any actors breaks the loop; the journal comes to the same cases.

``LIUCHI_CASES_EXAMPLES`` makes the search longer than it is in every run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.cases.world import World
from liuchi.engines.cases import actions, jobs, queries
from liuchi.engines.cases.enums import ChangeKind, Channel, CheckOutcome
from liuchi.engines.cases.queries import Receipt
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import LiuchiError

EXAMPLES = int(os.environ.get("LIUCHI_CASES_EXAMPLES", "12"))
STEPS = 14
ACTORS = (
    "worker",
    "dispatcher",
    "checker",
    "secretary",
    "clerk",
    "cleaner",
    "second_cleaner",
    "roadman",
    "elsewhere",
)
Step = Callable[[World, UUID, Actor, Receipt], object]


def _by(action: Callable[..., object], **said: Any) -> Step:
    def step(world: World, case_id: UUID, actor: Actor, _: Receipt) -> object:
        return action(actor=actor, key=world.key(), case_id=case_id, **said)

    return step


def _own(action: Callable[..., object], **said: Any) -> Step:
    def step(world: World, _case: UUID, _actor: Actor, receipt: Receipt) -> object:
        return action(key=world.key(), mine=actions.own(code=receipt.code), **said)

    return step


def _dispatch(world: World, case_id: UUID, actor: Actor, _: Receipt) -> object:
    unit = world.cleaners if world.numbers % 3 else world.road
    return actions.dispatch_case(actor=actor, key=world.key(), case_id=case_id, unit_id=unit)


def _pass_time(world: World, _case: UUID, _actor: Actor, _receipt: Receipt) -> object:
    world.clock.advance(timedelta(hours=5))
    return jobs.escalate_overdue()


def _pause(world: World, case_id: UUID, actor: Actor, _: Receipt) -> object:
    return actions.ask_time(
        actor=actor,
        key=world.key(),
        case_id=case_id,
        kind=ChangeKind.PAUSE,
        until=world.clock.now() + timedelta(days=1),
        reason_code="wait",
    )


EXTENSION, ASIDE = ChangeKind.EXTENSION, ChangeKind.SUSPENSION
VERBS: Mapping[str, Step] = {
    "verify": _by(actions.verify_case),
    "file": _by(actions.file_case, condition_code="0101-1"),
    "reject": _by(actions.reject_case, reason_code="no"),
    "dispatch": _dispatch,
    "dispatch again": _dispatch,
    "accept": _by(actions.accept_case),
    "return": _by(actions.return_case, reason_code="not-ours"),
    "finish": _by(actions.finish_case),
    "finish again": _by(actions.finish_case),
    "settle": _by(actions.settle_on_spot, how="当场办好", condition_code="0101-1"),
    "check": _by(actions.check_case),
    "close": _by(actions.close_case),
    "close basically": _by(actions.close_case, outcome=CheckOutcome.BASICALLY_DONE),
    "send back": _by(actions.send_back, reason_code="no"),
    "recheck": _by(actions.recheck_case, outcome=CheckOutcome.NOT_DONE),
    "withdraw": _by(actions.withdraw_case, reason_code="no"),
    "refer": _by(actions.refer_case, reason_code="hard"),
    "supervise": _by(actions.supervise_case, reason_code="key"),
    "note": _by(actions.note_case, text="催办"),
    "split": _by(actions.split_case, type_code="0102", text="另一处"),
    "extend": _by(actions.ask_time, kind=EXTENSION, amount=3, reason_code="rain"),
    "set aside": _by(actions.ask_time, kind=ASIDE, reason_code="budget"),
    "pause": _pause,
    "agree": _by(actions.decide_time, agree=True),
    "decline": _by(actions.decide_time, agree=False),
    "resume": _by(actions.resume_case),
    "appeal": _by(actions.appeal_case, reason_code="no"),
    "uphold": _by(actions.settle_case, upheld=True, opinion="属实"),
    "dismiss": _by(actions.settle_case, upheld=False, opinion="不属实"),
    "reopen": _by(actions.reopen_case, reason_code="again"),
    "own reopen": _own(actions.reopen_own, reason_code="again"),
    "own dispute": _own(actions.dispute_case, reason_code="still"),
    "own rate": _own(actions.rate_case, solved=False, satisfied=True),
    "own withdraw": _own(actions.withdraw_own, reason_code="gone"),
    "time": _pass_time,
}
# What leads on is drawn as often as everything else together, or few would ever be closed.
FORWARD = ("file", "dispatch", "accept", "finish", "check", "close", "time")
STEP = st.tuples(
    st.one_of(st.sampled_from(FORWARD), st.sampled_from(sorted(VERBS))),
    st.one_of(st.sampled_from(("clerk", "cleaner", "checker")), st.sampled_from(ACTORS)),
)


@settings(max_examples=EXAMPLES)
@given(is_worker=st.booleans(), steps=st.lists(STEP, min_size=6, max_size=STEPS))
def test_no_sequence_of_verbs_breaks_the_loop(
    world: World, is_worker: bool, steps: list[tuple[str, str]]
) -> None:
    receipt = (
        world.report()
        if is_worker
        else world.report(actor=world.resident, channel=Channel.RESIDENT, condition_code="")
    )
    case_id = receipt.case_id
    for verb, who in steps:
        actor = getattr(world, who)
        before = row(case_id)
        try:
            VERBS[verb](world, case_id, actor, receipt)
        except LiuchiError:
            assert row(case_id) == before
        holds(case_id)
        if before["state"] != "closed" and row(case_id)["state"] == "closed":
            assert actor.id not in before["handler_ids"]
    jobs.escalate_overdue()
    assert late() == 0
    assert unescalated() == 0
    with acting_as(world.root):
        assert queries.differing(world.root) == ()


def row(case_id: UUID) -> dict[str, Any]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT * FROM cases_case WHERE id = %s", [case_id])
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def holds(case_id: UUID) -> None:
    """Somebody is responsible, and exactly the clocks run that its state has."""
    found = row(case_id)
    runs = found["state"] not in ("closed", "rejected", "withdrawn", "suspended")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT kind, due_at FROM cases_clock WHERE case_id = %s AND stopped_at IS NULL "
            "AND paused_at IS NULL ORDER BY kind",
            [case_id],
        )
        running = cursor.fetchall()
    assert found["desk_id"] is not None
    if runs:
        assert running == sorted(
            [(found["clock"], found["due_at"]), *(each for each in running if each[0] == "total")]
        )
        assert [kind for kind, _ in running].count("total") == 1
    else:
        assert running == []


def late() -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM cases_clock WHERE stopped_at IS NULL AND paused_at IS NULL "
            "AND overdue_at IS NULL AND due_at < %s",
            [clock.now()],
        )
        return int(cursor.fetchone()[0])


def unescalated() -> int:
    """Count the cases with a limit marked as passed that nobody above was told of."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM cases_clock AS held WHERE overdue_at IS NOT NULL AND NOT EXISTS ("
            "SELECT FROM journal_fact WHERE kind = 'cases.escalated' "
            "AND subject_id = held.case_id AND data->>'limit' = held.kind "
            "AND (data->>'round')::integer = held.round)"
        )
        return int(cursor.fetchone()[0])
