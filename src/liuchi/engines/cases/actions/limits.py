"""More time, a pause, setting aside: one asks, another decides, and it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.moving import Moved, Moving, moved_now, taking
from liuchi.engines.cases.actions.reasoned import Reason
from liuchi.engines.cases.enums import (
    CaseState,
    CaseVerb,
    ChangeKind,
    ChangeState,
    ClockKind,
    LimitUnit,
)
from liuchi.engines.cases.rules import ChangeNow
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id


def ask_time(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    kind: ChangeKind,
    reason_code: str,
    reason: str = "",
    amount: int | None = None,
    unit: LimitUnit | None = None,
    until: datetime | None = None,
    expected_version: int | None = None,
) -> Moved:
    """Ask for an extension by ``amount`` of ``unit``, a pause ``until``, or setting aside.

    The limit runs on until another person agrees. ``unit`` left out is the limit's own.
    """
    rules.words_usable(reason).or_refuse()
    body = {"case_id": case_id, "kind": kind.value, "reason": reason_code, "amount": amount}
    with taking(actor, key, "ask_time", [case_id], body, version=expected_version) as held:
        for moving in held:
            moving.may(CaseVerb.ASK_TIME, reason_code)
            if kind is ChangeKind.SUSPENSION:
                rules.may_set_aside(moving.case.state).or_refuse()
            rules.may_change(
                kind,
                amount=amount,
                until_ahead=until is not None and until > moving.at,
                changes=moving.changes,
            ).or_refuse()
            stage = moving.running()
            is_more = kind is ChangeKind.EXTENSION and stage is not None
            own = "" if stage is None else stage.limit_unit.value
            change = ChangeNow(
                id=new_id(),
                case_id=case_id,
                clock_id=stage.id if stage is not None and is_more else None,
                kind=kind,
                state=ChangeState.ASKED,
                version=1,
                amount=amount if is_more else None,
                unit=(unit.value if unit else own) if is_more else "",
                until=until if kind is not ChangeKind.EXTENSION else None,
                reason_code=reason_code,
                reason=reason.strip(),
                asked_by_id=actor.id,
                asked_at=moving.at,
            )
            moving.put_change(change)
            step = moving.go(
                CaseVerb.ASK_TIME, moving.case.state, reason_code=reason_code, opinion=reason
            )
            step.tell(facts.TIME_ASKED, facts.ChangeData, **_said(moving, change, ""))
            return moving.write()
        return moved_now(case_id)


def decide_time(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    agree: bool,
    answer: str = "",
    expected_version: int | None = None,
) -> Moved:
    """Agree to what was asked for, or not. Only somebody else than who asked may."""
    rules.words_usable(answer).or_refuse()
    outcome = ChangeState.APPROVED if agree else ChangeState.DECLINED
    body = {"case_id": case_id, "outcome": outcome.value}
    with taking(actor, key, "decide_time", [case_id], body, version=expected_version) as held:
        for moving in held:
            moving.may(CaseVerb.DECIDE_TIME)
            asked = next((each for each in moving.changes if each.decided_at is None), None)
            rules.may_decide_change(asked, actor.id).or_refuse()
            if asked is None:
                raise AssertionError(case_id)
            decided = _decided(asked, outcome, actor.id, moving.at, answer)
            if agree and asked.kind is ChangeKind.SUSPENSION:
                moving.may(CaseVerb.SUSPEND, asked.reason_code)
                _set_aside(moving, decided)
                return moving.write()
            moving.put_change(decided)
            moving.rewind()
            step = moving.go(
                CaseVerb.DECIDE_TIME,
                moving.case.state,
                reason_code=asked.reason_code,
                opinion=answer,
            )
            step.tell(facts.TIME_DECIDED, facts.ChangeData, **_said(moving, decided, outcome))
            return moving.write()
        return moved_now(case_id)


def resume_case(
    *, actor: Actor, key: str, case_id: UUID, opinion: str = "", expected_version: int | None = None
) -> Moved:
    """Take up what was set aside, where it stood; its limits run on from there."""
    rules.words_usable(opinion).or_refuse()
    body = {"case_id": case_id}
    with taking(actor, key, "resume", [case_id], body, version=expected_version) as held:
        for moving in held:
            moving.may(CaseVerb.RESUME)
            back = CaseState(moving.case.suspended_from)
            moving.end_suspension()
            moving.go(CaseVerb.RESUME, back, opinion=opinion).tell(facts.RESUMED, facts.CaseData)
            return moving.write()
        return moved_now(case_id)


def _set_aside(moving: Moving, decided: ChangeNow) -> None:
    moving.put_change(decided)
    moving.change(suspended_from=moving.case.state.value)
    Reason(CaseVerb.SUSPEND, decided.reason_code, decided.answer).say(
        moving, CaseState.SUSPENDED, facts.SUSPENDED, to_reporter=True
    )


def _decided(
    asked: ChangeNow, outcome: ChangeState, by: UUID, at: datetime, answer: str
) -> ChangeNow:
    runs = outcome is ChangeState.APPROVED and asked.kind is not ChangeKind.EXTENSION
    ends = asked.until if runs and asked.kind is ChangeKind.PAUSE else None
    return replace(
        asked,
        state=outcome,
        version=asked.version + 1,
        decided_by_id=by,
        decided_at=at,
        answer=answer.strip(),
        started_at=at if runs else None,
        ended_at=None if ends is None else max(ends, at),
    )


def _said(moving: Moving, change: ChangeNow, outcome: str) -> dict[str, object]:
    stage = moving.running()
    kind = ClockKind.TOTAL if stage is None else stage.kind
    return {
        "limit": kind.value,
        "round": 1 if stage is None else stage.round,
        "kind": change.kind.value,
        "outcome": str(outcome),
    }
