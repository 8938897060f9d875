"""What a page offers goes through: tried in every state by everybody, and taken back again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from liuchi.engines.cases import actions, queries
from liuchi.engines.cases.enums import CaseState, CaseVerb, ChangeKind, Channel, CheckOutcome
from liuchi.engines.cases.queries import Offered
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound, Refused

_V = CaseVerb
WHO = ("worker", "dispatcher", "checker", "secretary", "clerk", "cleaner", "roadman")


def offered(actor: Actor, case_id: UUID) -> Offered | None:
    with acting_as(actor):
        try:
            return queries.offered_to(actor, queries.case(actor, case_id))
        except NotFound:
            return None


@contextmanager
def taken_back() -> Iterator[None]:
    """Let what is done inside be undone, whatever it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def steps(world: Any) -> Mapping[CaseVerb, Callable[..., object]]:
    """Return each verb with what its form would send."""

    def reasoned(action: Callable[..., object]) -> Callable[..., object]:
        return lambda **who: action(**who, reason_code="not-ours")

    return {
        _V.VERIFY: actions.verify_case,
        _V.FILE: lambda **who: actions.file_case(**who, condition_code="0101-1"),
        _V.REJECT: reasoned(actions.reject_case),
        _V.DISPATCH: lambda **who: actions.dispatch_case(**who, unit_id=world.road),
        _V.ACCEPT: actions.accept_case,
        _V.RETURN: reasoned(actions.return_case),
        _V.FINISH: actions.finish_case,
        _V.CHECK: actions.check_case,
        _V.CLOSE: actions.close_case,
        _V.SEND_BACK: reasoned(actions.send_back),
        _V.WITHDRAW: reasoned(actions.withdraw_case),
        _V.REFER: reasoned(actions.refer_case),
        _V.SUPERVISE: reasoned(actions.supervise_case),
        _V.APPEAL: reasoned(actions.appeal_case),
        _V.REOPEN: reasoned(actions.reopen_case),
        _V.RESUME: actions.resume_case,
        _V.SPLIT: lambda **who: actions.split_case(**who, type_code="0102", text="另一半"),
        _V.MERGE: lambda **who: actions.merge_case(**who, into_id=other_of(world)),
        _V.ASK_TIME: lambda **who: actions.ask_time(
            **who, kind=ChangeKind.EXTENSION, reason_code="parts", amount=1
        ),
        _V.DECIDE_TIME: lambda **who: actions.decide_time(**who, agree=False),
        _V.SUSPEND: lambda **who: actions.decide_time(**who, agree=True),
        _V.SETTLE: lambda **who: actions.settle_case(**who, upheld=True, opinion="属实"),
        _V.SETTLE_ON_SPOT: lambda **who: actions.settle_on_spot(**who, how="当场劝好"),
        _V.NOTE: lambda **who: actions.note_case(**who, text="看过了"),
    }


def other_of(world: Any) -> UUID:
    return world.filed(text="另一处")


def in_every_state(world: Any) -> Iterator[UUID]:
    """Return a case in each state, and some with a request, an appeal, a part or a return."""
    yield world.filed(channel=Channel.CALL, actor=world.clerk)
    verifying = world.filed(channel=Channel.CALL, actor=world.clerk)
    actions.verify_case(actor=world.clerk, key=world.key(), case_id=verifying)
    yield verifying
    rejected = world.filed(channel=Channel.CALL, actor=world.clerk)
    said = {"reason_code": "twice"}
    actions.reject_case(actor=world.clerk, key=world.key(), case_id=rejected, **said)
    yield rejected
    yield world.filed()
    yield world.dispatched()
    joint = world.filed()
    world.dispatch(joint, with_units=[world.road])
    world.accept(joint)
    yield joint
    yield world.finished()
    checking = world.finished()
    actions.check_case(actor=world.checker, key=world.key(), case_id=checking)
    yield checking
    yield world.closed()
    aside = world.dispatched()
    asked = {"kind": ChangeKind.SUSPENSION, "reason_code": "winter"}
    actions.ask_time(actor=world.cleaner, key=world.key(), case_id=aside, **asked)
    yield aside
    suspended = world.dispatched()
    actions.ask_time(actor=world.cleaner, key=world.key(), case_id=suspended, **asked)
    actions.decide_time(actor=world.clerk, key=world.key(), case_id=suspended, agree=True)
    yield suspended
    appealed = world.dispatched()
    actions.appeal_case(actor=world.cleaner, key=world.key(), case_id=appealed, **said)
    yield appealed
    returned = world.dispatched()
    why = {"reason_code": "not-ours"}
    actions.return_case(actor=world.cleaner, key=world.key(), case_id=returned, **why)
    world.dispatch(returned)
    actions.return_case(actor=world.cleaner, key=world.key(), case_id=returned, **why)
    yield returned
    whole = world.dispatched()
    part = {"type_code": "0102", "text": "路面也坏了"}
    split = actions.split_case(actor=world.dispatcher, key=world.key(), case_id=whole, **part)
    yield from (whole, split.case_id)


@pytest.mark.slow
def test_nothing_is_offered_that_would_be_refused(world) -> None:
    wrong, tried = [], set()
    takes = steps(world)
    for case_id in list(in_every_state(world)):
        for name in WHO:
            actor = getattr(world, name)
            found = offered(actor, case_id)
            for verb in sorted(found.verbs if found else ()):
                tried.add(verb)
                with taken_back():
                    try:
                        takes[verb](actor=actor, key=world.key(), case_id=case_id)
                    except Refused as error:
                        state = world.now(case_id).row.state
                        wrong.append((name, state, verb, error.code))
    assert wrong == []
    assert set(takes) == tried


def test_whoever_has_handed_it_around_waits_and_the_page_says_so(world) -> None:
    case_id = world.dispatched()
    for _round in range(2):
        if world.now(case_id).row.state is CaseState.FILED:
            world.dispatch(case_id)
        actions.return_case(
            actor=world.cleaner, key=world.key(), case_id=case_id, reason_code="not-ours"
        )
    found = offered(world.dispatcher, case_id)
    assert found is not None
    assert (found.held_up, _V.DISPATCH in found.verbs) == (True, False)


def test_the_second_look_is_offered_to_who_has_not_dealt_with_it(world) -> None:
    case_id = world.closed()
    world.clock.advance(timedelta(days=31))
    looks = {name: offered(getattr(world, name), case_id) for name in ("checker", "clerk")}
    assert [found is not None and found.looks_again for found in looks.values()] == [True, True]
    actions.recheck_case(
        actor=world.checker, key=world.key(), case_id=case_id, outcome=CheckOutcome.DONE
    )
    again = offered(world.checker, case_id)
    assert again is not None
    assert again.looks_again is False
