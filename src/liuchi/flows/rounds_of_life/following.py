"""Reads the journal in order: who left, died, withdrew, and whose purse is closed by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.actions import rounds_of_life as points
from liuchi.engines.points.actions.cards import revoke_cards_of
from liuchi.engines.points.enums import CardEnd, ClosingReason, ClosingState
from liuchi.engines.visits import actions as visits
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import NotFound
from liuchi.playbooks.core import LegalBasis

CONSUMER = "rounds_of_life"
BATCH = 200
# Who does what follows; the same in every installation.
ACTOR_ID = UUID("0196b2c0-0000-7000-8000-6c6966652e2e")
Handler = Callable[[FactRow, Actor], object]


def follow(limit: int = BATCH) -> int:
    """Do what the next facts cause for purses; return how many facts were read.

    Safe to repeat, to kill and to run twice at once: the cursor and what is done commit
    together, and each purse is closed once for its cause.
    """
    actor = follower()
    with acting_as(actor):
        facts = journal.take(CONSUMER, limit)
        for fact in facts:
            handler = CAUSES.get(fact.kind)
            if handler is not None:
                handler(fact, actor)
    return len(facts)


def follower() -> Actor:
    """Return the actor that does what follows from facts about people."""
    return system_actor(
        ACTOR_ID,
        "directory.person.write",
        "directory.person.read",
        "points.card.write",
        "visits.link.write",
    )


def _departed(fact: FactRow, actor: Actor) -> None:
    reason = ClosingReason(str(fact.data["reason"]))
    points.begin_closing(
        _person(fact), reason, on=clock.local_day(fact.at), cause_id=fact.id, actor=actor
    )
    _no_card(fact, actor, _CARD_ENDS[reason])


def _withdrawn(fact: FactRow, actor: Actor) -> None:
    points.begin_closing(
        _person(fact),
        ClosingReason.WITHDRAWN,
        on=clock.local_day(fact.at),
        cause_id=fact.id,
        actor=actor,
    )
    person = directory_queries.subjects(actor, [_person(fact)]).get(_person(fact))
    if person is None or not person.consented:  # another consent may still stand
        _no_card(fact, actor, CardEnd.WITHDRAWN)


def _merged(fact: FactRow, actor: Actor) -> None:
    _no_card(fact, actor, CardEnd.MERGED)
    visits.carry_links(
        duplicate_id=_person(fact), survivor_id=_into(fact), cause_id=fact.id, actor=actor
    )


def _parted(fact: FactRow, actor: Actor) -> None:
    visits.return_links(duplicate_id=_person(fact), survivor_id=_into(fact), actor=actor)


def _no_card(fact: FactRow, actor: Actor, why: CardEnd) -> None:
    revoke_cards_of(people=[_person(fact)], why=why, cause_id=fact.id, actor=actor)


def _given(fact: FactRow, actor: Actor) -> None:
    person = directory_queries.subjects(actor, [_person(fact)]).get(_person(fact))
    if person is not None and person.consented:  # not to something else
        points.keep_purse(_person(fact), actor=actor)


def _closed(fact: FactRow, actor: Actor) -> None:
    """Erase who no longer takes part, unless something else still needs the person's data.

    Who moved away or died is erased once the retention of the methods in force is over.
    """
    left = fact.data["reason"] == ClosingReason.WITHDRAWN
    if not left or fact.data["outcome"] != ClosingState.SETTLED:
        return
    person_id = _person(fact)
    if not _needed_otherwise(person_id, actor):
        try:
            directory.erase_person(person_id=person_id, actor=actor, key=f"left-{fact.id}")
        except NotFound:  # erased meanwhile
            return


def _needed_otherwise(person_id: UUID, actor: Actor) -> bool:
    """Whether a consent stands, or a method in force processes on another ground (第13条)."""
    person = directory_queries.subjects(actor, [person_id]).get(person_id)
    if person is None or directory_queries.agreed_to_anything(actor, person_id):
        return True
    return any(
        purpose.get("legal_basis") != LegalBasis.CONSENT
        for applied in journal_queries.playbooks_in_force(person.village_id, clock.today())
        for purpose in applied.compiled.get("purposes", {}).values()
    )


def _person(fact: FactRow) -> UUID:
    return UUID(str(fact.data["person"]))


def _into(fact: FactRow) -> UUID:
    return UUID(str(fact.data["into"]))


_CARD_ENDS: Mapping[ClosingReason, CardEnd] = {
    ClosingReason.WITHDRAWN: CardEnd.WITHDRAWN,
    ClosingReason.MOVED: CardEnd.LEFT,
    ClosingReason.DECEASED: CardEnd.DIED,
}
CAUSES: Mapping[str, Handler] = {
    "directory.people_merged": _merged,
    "directory.people_parted": _parted,
    "directory.person_departed": _departed,
    "directory.consent_withdrawn": _withdrawn,
    "directory.consent_given": _given,
    "points.purse_closed": _closed,
}
