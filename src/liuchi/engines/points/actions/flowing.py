"""A claim that another engine's fact causes, once for the fact and the rule."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries
from liuchi.engines.points.actions.entering import Cause, Line, enter
from liuchi.engines.points.enums import Capacity
from liuchi.engines.points.queries import ClaimRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id


def claim_from_flow(
    *,
    actor: Actor,
    cause_id: UUID,
    by_user_id: UUID,
    person_id: UUID,
    rule_code: str,
    happened_on: date,
    quantity: int = 1,
) -> ClaimRow:
    """Claim a deed that a fact has shown; the claim's fact names it as its cause.

    ``by_user_id`` is whose act the fact was: they count as who entered the claim, so that
    they do not review it. Repeated for one cause and rule it is the claim of before.
    Everything else is as if somebody had entered it: caps, consent, review, public notice.
    """
    actor.may("points.claim.propose").or_refuse()
    body = {"person_id": person_id, "happened_on": happened_on, "quantity": quantity}
    with acting_as(actor):
        claim_id, key = new_id(), f"{cause_id}:{rule_code}"
        earlier = journal.once("points.claim_from_flow", key, body, claim_id)
        if earlier is None:
            line = Line(person_id, rule_code, happened_on, quantity)
            person = directory.account_person(by_user_id)
            own = person is not None and person.person_id == person_id
            capacity = Capacity.OWN if own else Capacity.RECORDER
            cause = Cause(cause_id, by_user_id, capacity)
            refused = enter(actor, [(claim_id, line)], cause=cause)
            for decision in refused.values():
                decision.or_refuse()
        return queries.claim_of(actor, earlier or claim_id)
