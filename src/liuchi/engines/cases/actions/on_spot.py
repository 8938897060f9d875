"""Settled on the spot: what was put right or made up there and then, recorded afterwards.

Whoever settled it is kept as its handler, so somebody else looks at it and closes it, and it is
drawn for checks like any other. Only where the playbook says that a condition may be settled so.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.moving import Moved, moved_now, taking
from liuchi.engines.cases.actions.reporting import Told, report_case
from liuchi.engines.cases.enums import CaseState, CaseVerb, Channel
from liuchi.engines.cases.queries.receipts import Receipt
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor


def settle_on_spot(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    how: str,
    condition_code: str = "",
    evidence: Sequence[UUID] = (),
    expected_version: int | None = None,
) -> Moved:
    """File a matter and say in one step that it is settled, and how; somebody else checks it.

    ``condition_code`` is the one it was reported under where left out. Refused("not_on_spot")
    where the condition is not one of those, Refused("how_missing") without a word of how.
    """
    rules.words_usable(how).or_refuse()
    body = {"case_id": case_id, "condition": condition_code}
    with taking(actor, key, "settle_on_spot", [case_id], body, version=expected_version) as held:
        for moving in held:
            to = moving.may(CaseVerb.SETTLE_ON_SPOT).to or CaseState.FEEDBACK
            condition = condition_code or moving.case.condition_code
            rules.may_settle_on_spot(moving.case, moving.spec, condition, how).or_refuse()
            known = moving.case.handler_ids
            moving.change(
                condition_code=condition,
                filed_at=moving.case.filed_at or moving.at,
                handler_ids=known if actor.id in known else (*known, actor.id),
            )
            was_filed = moving.case.state is CaseState.FILED
            step = moving.go(CaseVerb.SETTLE_ON_SPOT, to, opinion=how, evidence=evidence)
            if not was_filed:
                step.tell(facts.FILED, facts.CaseData)
            step.tell(facts.SETTLED_ON_SPOT, facts.CaseData)
            return moving.write()
        return moved_now(case_id)


def record_settled(*, actor: Actor, key: str, told: Told, how: str, channel: Channel) -> Receipt:
    """Record what was settled on the spot: reported and settled in one, or neither."""
    with acting_as(actor):
        receipt = report_case(key=key, told=told, channel=channel, actor=actor)
        settle_on_spot(
            actor=actor,
            key=key,
            case_id=receipt.case_id,
            how=how,
            condition_code=told.condition_code,
            evidence=told.evidence,
        )
    return receipt
