"""Checking and closing, by somebody who has not dealt with the case; looking once more later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.drawing import drawn_done
from liuchi.engines.cases.actions.moving import Moved, Moving, Step, moved_now, taking
from liuchi.engines.cases.actions.relating import leave_parent
from liuchi.engines.cases.actions.reopening import take_up_again
from liuchi.engines.cases.actions.unit import give_task
from liuchi.engines.cases.enums import (
    CaseState,
    CaseVerb,
    CheckKind,
    CheckOutcome,
    ClockKind,
    TaskKind,
)
from liuchi.engines.cases.queries.registers import numbers_of
from liuchi.engines.cases.rules import CaseNow
from liuchi.engines.cases.scope import calendar
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.deadlines import due_at
from liuchi.kernel.errors import Invalid
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


def check_case(
    *, actor: Actor, key: str, case_id: UUID, expected_version: int | None = None
) -> Moved:
    """Begin to check what a unit reported done."""
    body = {"case_id": case_id}
    with taking(actor, key, "check", [case_id], body, version=expected_version) as held:
        for moving in held:
            to = moving.may(CaseVerb.CHECK).to or CaseState.CHECKING
            moving.go(CaseVerb.CHECK, to).tell(facts.CHECK_BEGUN, facts.CaseData)
            return moving.write()
        return moved_now(case_id)


def close_case(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    outcome: CheckOutcome = CheckOutcome.DONE,
    opinion: str = "",
    evidence: Sequence[UUID] = (),
    numbers: Mapping[str, Decimal] = MappingProxyType({}),
    expected_version: int | None = None,
) -> Moved:
    """Close a case that is done, or basically done, which is kept apart (核查结案).

    ``numbers`` by the codes its type asks for at closing; Invalid names the one that is
    missing or no number of this kind. Refused to whoever has dealt with it, and while parts
    of it are open.
    """
    rules.words_usable(opinion).or_refuse()
    if outcome is CheckOutcome.NOT_DONE:
        raise Invalid(
            "outcome_wrong", Sentence("没有完成的请返工。", "Send back what is not done.")
        )
    given = {code: str(number) for code, number in sorted(numbers.items())}
    body = {"case_id": case_id, "outcome": outcome.value} | ({"numbers": given} if given else {})
    with taking(actor, key, "close", [case_id], body, version=expected_version) as held:
        for moving in held:
            moving.may(CaseVerb.CLOSE)
            spec, at = moving.spec, moving.at
            rules.numbers_usable(spec.type(moving.case.type_code), numbers).or_refuse()
            moving.change(
                closed_at=at,
                closed_by_id=actor.id,
                basically_done=outcome is CheckOutcome.BASICALLY_DONE,
                reopen_until=due_at(at, spec.reopen_within, calendar()),
                recheck_on=None
                if spec.recheck is None
                else clock.local_day(due_at(at, spec.recheck, calendar())),
                supervised=False,
            )
            step = moving.go(
                CaseVerb.CLOSE,
                CaseState.CLOSED,
                opinion=opinion,
                evidence=evidence,
                to_reporter=True,
            )
            _checked(step, CheckKind.CLOSING, outcome, given)
            in_time, seconds = _whole(moving)
            moving.tell(  # the whole, beside the limit of the check
                facts.CLOSED,
                facts.OutcomeData,
                step.before,
                seconds,
                in_time="yes" if in_time else "no",
                outcome=outcome.value,
            )
            _measure(moving, step.before, numbers)
            done = moving.write()
            leave_parent(moving)
            return done
        return moved_now(case_id)


def send_back(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    reason_code: str,
    opinion: str = "",
    evidence: Sequence[UUID] = (),
    expected_version: int | None = None,
) -> Moved:
    """Send a case back to its unit for rework (返工), with the reason; its limit runs anew."""
    rules.words_usable(opinion).or_refuse()
    body = {"case_id": case_id, "reason": reason_code}
    with taking(actor, key, "send_back", [case_id], body, version=expected_version) as held:
        for moving in held:
            moving.may(CaseVerb.SEND_BACK, reason_code)
            moving.change(reworked=moving.case.reworked + 1)
            step = moving.go(
                CaseVerb.SEND_BACK,
                rules.sent_back_to(CaseState.HANDLING, has_unit=moving.case.unit_id is not None),
                reason_code=reason_code,
                opinion=opinion,
                evidence=evidence,
            )
            if moving.case.unit_id is not None:
                give_task(moving, moving.case.unit_id, TaskKind.MAIN, opinion)
            outcome = CheckOutcome.NOT_DONE
            _checked(step, CheckKind.CLOSING, outcome)
            return moving.write()
        return moved_now(case_id)


def recheck_case(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    outcome: CheckOutcome,
    kind: CheckKind = CheckKind.RECHECK,
    opinion: str = "",
    evidence: Sequence[UUID] = (),
    expected_version: int | None = None,
) -> Moved:
    """Look at a closed case once more (成果巩固、抽查). What no longer holds is taken up again."""
    actor.may("cases.case.check").or_refuse()
    rules.words_usable(opinion).or_refuse()
    body = {"case_id": case_id, "outcome": outcome.value, "kind": kind.value}
    with taking(actor, key, "recheck", [case_id], body, version=expected_version) as held:
        for moving in held:
            if moving.case.state is not CaseState.CLOSED or kind is CheckKind.CLOSING:
                rules.refusal(moving.case.state).or_refuse()
            rules.may_recheck(moving.case, actor.id).or_refuse()
            if kind is CheckKind.RECHECK:
                moving.change(recheck_on=None)
            else:
                drawn_done(moving.case.id, actor.id, moving.at)
            step = moving.go(CaseVerb.NOTE, CaseState.CLOSED, opinion=opinion, evidence=evidence)
            _checked(step, kind, outcome)
            if outcome is CheckOutcome.NOT_DONE:
                moving.write()
                take_up_again(moving, "recheck", opinion)
            return moving.write()
        return moved_now(case_id)


def _measure(moving: Moving, before: CaseNow, numbers: Mapping[str, Decimal]) -> None:
    """Journal what each number adds to what an earlier closing of the case had given."""
    earlier = numbers_of(moving.case.id) if numbers else {}
    for code, number in numbers.items():
        more = number - earlier.get(code, Decimal(0))
        moving.tell(facts.MEASURED, facts.MeasuredData, before, more, question=code)


def _checked(
    step: Step, kind: CheckKind, outcome: CheckOutcome, numbers: Mapping[str, str] | None = None
) -> None:
    """Keep what was found, with the opinion and the photos of the step it belongs to."""
    moving, row = step.moving, step.row
    fact_id = step.tell(
        facts.CHECKED,
        facts.CheckedData,
        in_time=step.in_time,
        outcome=outcome.value,
        kind=kind.value,
    )
    moving.add(
        "checks",
        {
            "id": new_id(),
            "case_id": moving.case.id,
            "kind": kind,
            "outcome": outcome,
            "at": moving.at,
            "by_id": moving.actor.id,
            "opinion": row["opinion"],
            "evidence": row["evidence"],
            "fact_id": fact_id,
            "numbers": numbers or {},
        },
    )


def _whole(moving: Moving) -> tuple[bool, int]:
    """Return whether the whole was in time and what it counted, since it was taken up last.

    By the limit of the whole where there is one; without, every stage must have been.
    """
    totals = [each for each in moving.clocks if each.kind is ClockKind.TOTAL]
    if totals:
        last = max(totals, key=lambda each: each.round)
        return bool(last.in_time), last.used_seconds or 0
    return all(each.in_time for each in moving.clocks), sum(
        each.used_seconds or 0 for each in moving.clocks
    )
