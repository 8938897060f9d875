"""Following the journal: find the flows a fact answers, claim what they say, move on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID

import structlog

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points
from liuchi.engines.points.spec import CLAIM_TARGET, ClaimArguments
from liuchi.flows.declared import answered
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import NotFound, Refused
from liuchi.playbooks.core import Flow

CONSUMER = "claiming"
BATCH = 200
# Who claims what a playbook says shall be claimed; the same in every installation.
ACTOR_ID = UUID("0196b2c0-0000-7000-8000-636c61696d73")
_log = structlog.get_logger()


def follow(limit: int = BATCH) -> int:
    """Claim what the next facts cause; return how many facts were read.

    Safe to repeat, to kill and to run twice at once. What the rules refuse (a cap that is
    full, somebody who takes no part) is not claimed and stands in the log by its code: a
    flow must not stop at it.
    """
    actor = claimer()
    with acting_as(actor):
        facts = journal.take(CONSUMER, limit)
        for fact in facts:
            for flow in _answered(fact):
                _claim(actor, fact, ClaimArguments.model_validate(flow.arguments))
    return len(facts)


def claimer() -> Actor:
    """Return the actor that claims for residents what a playbook says."""
    return system_actor(ACTOR_ID, "points.claim.propose", "points.claim.read")


def _answered(fact: FactRow) -> Iterator[Flow]:
    """Yield the flows in force where and when the fact happened that it answers."""
    area_id = fact.data.get("home_area") or fact.area_id
    if area_id is not None:
        on = clock.local_day(fact.at)
        in_force = journal_queries.playbooks_in_force(UUID(str(area_id)), on)
        yield from answered(fact, CLAIM_TARGET, in_force)


def _claim(actor: Actor, fact: FactRow, said: ClaimArguments) -> None:
    person = fact.data.get(said.person)
    if not person or not accounts.names_of([fact.actor_id]):
        return  # nobody to claim for, or nobody who could answer for it: a job's own fact
    try:
        points.claim_from_flow(
            actor=actor,
            cause_id=fact.id,
            by_user_id=fact.actor_id,
            person_id=UUID(str(person)),
            rule_code=said.rule,
            happened_on=_day(fact, said),
            quantity=said.quantity,
        )
    except (Refused, NotFound) as refused:
        _log.info("flow claims nothing", fact=str(fact.id), code=refused.code)


def _day(fact: FactRow, said: ClaimArguments) -> date:
    given: Mapping[str, object] = fact.data
    held = given.get(said.day) if said.day else None
    return date.fromisoformat(str(held)) if held else clock.local_day(fact.at)
