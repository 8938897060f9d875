"""Which steps a page offers somebody: those that would go through now, and no other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from liuchi.engines.cases.enums import CaseState, CaseVerb, ChangeKind, TaskKind, Who
from liuchi.engines.cases.rules.deciding import (
    may,
    may_decide_change,
    may_file,
    may_reopen,
    may_settle,
)
from liuchi.engines.cases.rules.lifecycle import Move
from liuchi.engines.cases.rules.now import CaseNow, ChangeNow, TaskNow
from liuchi.engines.cases.spec import CasesSpec
from liuchi.kernel.actors import Actor

_NEVER_A_FORM = frozenset({CaseVerb.RATE, CaseVerb.DISPUTE, CaseVerb.ESCALATE})
"""For whoever reported, and for the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands about a case beside its own row.

    ``held_up``: it waits for arbitration. ``is_decided``: it was decided to be its unit's.
    ``is_top``: no tier and no desk stands above. ``late``: its window for reopening is over.
    """

    changes: Collection[ChangeNow]
    tasks: Collection[TaskNow]
    held_up: bool
    is_decided: bool
    is_top: bool
    late: bool
    parent_closed: bool


def offered(
    actor: Actor, case: CaseNow, by: Collection[Who], spec: CasesSpec, around: Around
) -> frozenset[CaseVerb]:
    """Return the verbs an actor may use now. ``SUSPEND`` means a request for it may be agreed to.

    Every refusal an action could answer with is asked here beforehand, but for what is
    wrong in what is typed.
    """
    found = {
        verb
        for verb in CaseVerb
        if verb not in _NEVER_A_FORM
        and isinstance(
            may(case, verb, by, spec, actor_id=actor.id, reason_code=any_reason(spec, verb)), Move
        )
    }
    conditions = spec.conditions_of(case.type_code)
    asked = next((each for each in around.changes if each.decided_at is None), None)
    decides = may_decide_change(asked, actor.id).allowed
    refused = {
        CaseVerb.FILE: not may_file(case, spec, conditions[0].code if conditions else "").allowed,
        CaseVerb.SETTLE_ON_SPOT: not any(each.on_spot for each in conditions),
        CaseVerb.DISPATCH: around.held_up,
        CaseVerb.RETURN: around.is_decided,
        CaseVerb.FINISH: any(task.kind is not TaskKind.MAIN for task in around.tasks),
        CaseVerb.REFER: around.is_top,
        CaseVerb.MERGE: bool(case.children_open) or case.parent_id is not None,
        CaseVerb.SUPERVISE: case.supervised,
        CaseVerb.ASK_TIME: asked is not None,
        CaseVerb.DECIDE_TIME: not decides,
        CaseVerb.SUSPEND: not decides or asked is None or asked.kind is not ChangeKind.SUSPENSION,
        CaseVerb.APPEAL: case.appealed,
        CaseVerb.SETTLE: not (case.appealed or case.disputed)
        or not may_settle(case, actor.id).allowed
        or (case.disputed and around.parent_closed),
        CaseVerb.REOPEN: not may_reopen(case, by, around.late).allowed or around.parent_closed,
    }
    return frozenset(verb for verb in found if not refused.get(verb, False))


def may_look_again(actor: Actor, case: CaseNow, by: Collection[Who]) -> bool:
    """Whether a closed case that is due for its second look may get it from this actor."""
    due = case.state is CaseState.CLOSED and case.recheck_on is not None
    return due and Who.CHECKER in by and actor.id not in case.handler_ids


def any_reason(spec: CasesSpec, verb: CaseVerb) -> str:
    """Return a reason the playbook has for a verb, to ask whether it may be taken at all."""
    known = spec.reasons.get(verb, ())
    return known[0].code if known else "other"
