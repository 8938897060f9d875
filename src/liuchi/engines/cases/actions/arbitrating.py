"""Deciding whose a case is that units handed around (裁定承办单位)."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.handing_around import open_arbitration
from liuchi.engines.cases.actions.moving import Moved, moved_now, taking
from liuchi.engines.cases.actions.unit import give_task
from liuchi.engines.cases.enums import CaseState, CaseVerb, TaskKind, Who
from liuchi.engines.cases.models import Arbitration
from liuchi.engines.directory import queries as directory
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.sentences import Sentence


def arbitrate_case(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    unit_id: UUID,
    reason: str,
    expected_version: int | None = None,
) -> Moved:
    """Give a case that units handed around to one of them, or another, for good, with the reason.

    That unit may appeal; it can't give the case back.
    """
    rules.words_usable(reason).or_refuse()
    body = {"case_id": case_id, "unit": unit_id}
    with taking(actor, key, "arbitrate", [case_id], body, version=expected_version) as held:
        for moving in held:
            asked = open_arbitration(moving)
            if asked is None:
                raise Refused(
                    "no_arbitration",
                    Sentence("这件没有提请裁定。", "Nobody waits for this to be decided."),
                )
            if Who.DECIDER not in moving.whos:
                raise Refused(
                    "not_the_decider",
                    Sentence("这一步由审批的人办理。", "This is for whoever decides."),
                )
            if not reason.strip():
                raise Refused("reason_missing", Sentence("请写明原因。", "Give a reason."))
            if unit_id not in directory.organization_names([unit_id]):
                raise NotFound("organization")
            cell = rules.move(moving.case.state, CaseVerb.DISPATCH, moving.spec.skipped)
            if isinstance(cell, Decision):
                cell.or_refuse()
            to = cell.to if isinstance(cell, rules.Move) and cell.to else CaseState.DISPATCHED
            moving.change(unit_id=unit_id)
            step = moving.go(CaseVerb.DISPATCH, to, opinion=reason)
            give_task(moving, unit_id, TaskKind.MAIN, reason)
            step.tell(facts.DISPATCHED, facts.TimedData, in_time=step.in_time)
            step.tell(facts.ARBITRATED, facts.CaseData)
            Arbitration.objects.filter(pk=asked.pk).update(
                unit_id=unit_id,
                reason=reason.strip(),
                decided_by_id=actor.id,
                decided_at=moving.at,
            )
            return moving.write()
        return moved_now(case_id)
