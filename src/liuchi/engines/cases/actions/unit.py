"""Dispatch, and what the unit does: accept, return, report done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.handing_around import (
    ask_if_handed_around,
    require_dispatchable,
    require_returnable,
)
from liuchi.engines.cases.actions.moving import Moved, Moving, moved_now, taking
from liuchi.engines.cases.actions.reasoned import Reason, reasoned
from liuchi.engines.cases.enums import CaseState, CaseVerb, TaskKind, TaskState
from liuchi.engines.cases.rules import TaskNow
from liuchi.engines.directory import queries as directory
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


def dispatch_case(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    unit_id: UUID,
    with_units: Sequence[UUID] = (),
    note: str = "",
    expected_version: int | None = None,
) -> Moved:
    """Give a case to a unit, with others beside it for joint handling. Its limit begins."""
    rules.words_usable(note).or_refuse()
    others = tuple(dict.fromkeys(each for each in with_units if each != unit_id))
    body = {"case_id": case_id, "unit": unit_id, "with": [str(each) for each in others]}
    with taking(actor, key, "dispatch", [case_id], body, version=expected_version) as held:
        for moving in held:
            to = moving.may(CaseVerb.DISPATCH).to or CaseState.DISPATCHED
            require_dispatchable(moving)
            wanted = {unit_id, *others}
            if set(directory.organization_names(wanted)) != wanted:
                raise NotFound("organization")
            moving.change(unit_id=unit_id)
            step = moving.go(CaseVerb.DISPATCH, to, opinion=note)
            for unit in (unit_id, *others):
                kind = TaskKind.MAIN if unit == unit_id else TaskKind.JOINT
                give_task(moving, unit, kind, note)
            step.tell(facts.DISPATCHED, facts.TimedData, in_time=step.in_time)
            return moving.write()
        return moved_now(case_id)


def accept_case(
    *, actor: Actor, key: str, case_id: UUID, expected_version: int | None = None
) -> Moved:
    """Accept a case for the unit: who accepts it deals with it and never closes it."""
    body = {"case_id": case_id}
    with taking(actor, key, "accept", [case_id], body, version=expected_version) as held:
        for moving in held:
            to = moving.may(CaseVerb.ACCEPT).to or CaseState.HANDLING
            _handled(moving)
            _accept_task(moving)
            moving.go(CaseVerb.ACCEPT, to).tell(facts.ACCEPTED, facts.CaseData)
            return moving.write()
        return moved_now(case_id)


@reasoned(CaseVerb.RETURN)
def return_case(moving: Moving, reason: Reason) -> Moved:
    """Give a case back that is not the unit's, with the reason; it is dispatched anew."""
    require_returnable(moving)
    give_back(moving, reason.code, reason.opinion)
    return moving.write()


def finish_case(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    opinion: str = "",
    evidence: Sequence[UUID] = (),
    to_reporter: bool = False,
    expected_version: int | None = None,
) -> Moved:
    """Report a case done (处理反馈). Somebody else checks it.

    ``to_reporter``: whoever reported reads the words as well.
    Refused("joint_open") while a unit beside this one has not done its part.
    """
    rules.words_usable(opinion).or_refuse()
    body: dict[str, object] = {"case_id": case_id, "evidence": sorted(map(str, evidence))}
    body |= {"to_reporter": True} if to_reporter else {}
    with taking(actor, key, "finish", [case_id], body, version=expected_version) as held:
        for moving in held:
            to = moving.may(CaseVerb.FINISH).to or CaseState.FEEDBACK
            if any(task.kind is not TaskKind.MAIN for task in moving.tasks):
                raise Refused(
                    "joint_open",
                    Sentence("协办单位还没有办完。", "A unit beside yours has not finished."),
                )
            _handled(moving)
            moving.end_tasks(TaskState.DONE)
            step = moving.go(
                CaseVerb.FINISH, to, opinion=opinion, evidence=evidence, to_reporter=to_reporter
            )
            step.tell(facts.FINISHED, facts.TimedData, in_time=step.in_time)
            return moving.write()
        return moved_now(case_id)


def finish_part(
    *, actor: Actor, key: str, case_id: UUID, task_id: UUID, opinion: str = ""
) -> Moved:
    """Report a unit's part of joint handling done; the case stays with the unit that leads."""
    rules.words_usable(opinion).or_refuse()
    actor.may("cases.case.handle").or_refuse()
    body = {"case_id": case_id, "task": task_id}
    with taking(actor, key, "finish_part", [case_id], body) as held:
        for moving in held:
            task = next((each for each in moving.tasks if each.id == task_id), None)
            if task is None or task.unit_id not in moving.units or task.kind is TaskKind.MAIN:
                raise NotFound("task")
            _handled(moving)
            moving.end_tasks(TaskState.DONE, only=task.id)
            moving.go(CaseVerb.NOTE, moving.case.state, opinion=opinion).tell(
                facts.NOTED, facts.CaseData
            )
            return moving.write()
        return moved_now(case_id)


def give_task(moving: Moving, unit_id: UUID, kind: TaskKind, note: str = "") -> None:
    """Give a unit its piece of work, due when the stage is."""
    moving.add_task(
        TaskNow(
            id=new_id(),
            case_id=moving.case.id,
            unit_id=unit_id,
            kind=kind,
            state=TaskState.GIVEN,
            given_by_id=moving.actor.id,
            given_at=moving.at,
            due_at=moving.case.due_at,
            note=note.strip(),
        )
    )


def give_back(moving: Moving, reason_code: str, opinion: str) -> None:
    """Take the case from its unit: to be dispatched again."""
    moving.end_tasks(TaskState.RETURNED)
    moving.change(returned=moving.case.returned + 1)
    step = moving.go(CaseVerb.RETURN, CaseState.FILED, reason_code=reason_code, opinion=opinion)
    step.tell(facts.RETURNED, facts.ReturnedData, reason=reason_code, in_time=step.in_time)
    moving.change(unit_id=None)
    ask_if_handed_around(moving, step, step.before.unit_id)


def _accept_task(moving: Moving) -> None:
    for task in list(moving.tasks):
        if task.unit_id == moving.case.unit_id:
            moving.put_task(
                replace(
                    task,
                    state=TaskState.ACCEPTED,
                    accepted_by_id=moving.actor.id,
                    accepted_at=moving.at,
                )
            )


def _handled(moving: Moving) -> None:
    known = moving.case.handler_ids
    if moving.actor.id not in known:
        moving.change(handler_ids=(*known, moving.actor.id))
