"""What a handler of facts answers: lines to write, lines to close, queues to count anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.queries import CaseNote
from liuchi.engines.collect import queries as collect
from liuchi.engines.collect.queries import Note
from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.queries import CheckedRow
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.notices.actions import Notice
from liuchi.engines.notices.scope import WRITE
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import ClaimNote
from liuchi.kernel.actors import Actor, system_actor

# Who reads the journal to tell people; the same in every installation.
ACTOR_ID = UUID("0196b2c0-0000-7000-8000-74656c6c696e")
CLAIM = "points.claim"
CASE = "cases.case"
CHECKED = "disclosures.checked"
_REPEATS = UUID("0196b2c0-0000-7000-8000-726570656174")


@dataclass(frozen=True, slots=True)
class Done:
    """The lines of a kind about a record are to be closed."""

    kind: str
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class ReviewsOf:
    """The claims waiting in a village have changed."""

    village_id: UUID


@dataclass(frozen=True, slots=True)
class ObjectionsOf:
    """The objections waiting in a village have changed."""

    village_id: UUID


@dataclass(frozen=True, slots=True)
class ApprovalsOf:
    """What waits for a second person in a village has changed."""

    village_id: UUID


@dataclass(frozen=True, slots=True)
class AppealsOf:
    """The appeals against rejected claims that wait in a village have changed."""

    village_id: UUID


@dataclass(frozen=True, slots=True)
class GradeAppealsOf:
    """The objections to grades that wait in a village have changed."""

    village_id: UUID


@dataclass(frozen=True, slots=True)
class AgreementsOf:
    """The agreements of a village have changed."""

    village_id: UUID


@dataclass(frozen=True, slots=True)
class ShelvesOf:
    """What a shop has left has changed."""

    shop_id: UUID


@dataclass(frozen=True, slots=True)
class Erased:
    """Somebody was erased: nothing of theirs is kept here either."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class Died:
    """Somebody has died: nobody is reminded of anything in that name."""

    person_id: UUID


Queue = ReviewsOf | ObjectionsOf | ApprovalsOf | AppealsOf | GradeAppealsOf | AgreementsOf
Effect = Notice | Erased | Died | Done | ShelvesOf | Queue


class Batch:
    """What is known about a batch of facts, read once for all of them."""

    def __init__(self, actor: Actor, facts: Iterable[FactRow]) -> None:
        """Read the claims, cases and drawn postings that any of the facts is about."""
        self.actor = actor
        facts = list(facts)
        about = {fact.subject_id for fact in facts if fact.subject_kind == CLAIM}
        self._claims: Mapping[UUID, ClaimNote] = points.claim_notes(actor, about) if about else {}
        told = {fact.subject_id for fact in facts if fact.subject_kind == CASE}
        self._cases: Mapping[UUID, CaseNote] = cases.case_notes(actor, told) if told else {}
        drawn = {fact.subject_id for fact in facts if fact.subject_kind == CHECKED}
        self._faults: Mapping[UUID, CheckedRow] = {
            row.id: row
            for row in (disclosures.checked(actor, ids=drawn, limit=200) if drawn else ())
        }
        self._tables: dict[UUID, Note | None] = {}
        self._people: dict[UUID, UUID | None] = {}

    def claim(self, fact: FactRow) -> ClaimNote | None:
        """Return the claim of a fact, as it is now."""
        return self._claims.get(fact.subject_id)

    def case(self, fact: FactRow) -> CaseNote | None:
        """Return the case of a fact, as it is now."""
        return self._cases.get(fact.subject_id)

    def fault(self, fact: FactRow) -> CheckedRow | None:
        """Return the drawn posting of a fact, as it is now."""
        return self._faults.get(fact.subject_id)

    def table(self, table_id: UUID) -> Note | None:
        """Return a table that was sent to units, as it is now."""
        if table_id not in self._tables:
            self._tables[table_id] = collect.note_of(table_id)
        return self._tables[table_id]

    def is_own(self, user_id: UUID, person_id: UUID) -> bool:
        """Whether an account is the person's own."""
        if user_id not in self._people:
            linked = directory.account_person(user_id)
            self._people[user_id] = linked.person_id if linked else None
        return self._people[user_id] == person_id


Handler = Callable[[FactRow, Batch], Iterable[Effect]]


def teller() -> Actor:
    """Return the actor that reads what people have to be told."""
    return system_actor(
        ACTOR_ID,
        WRITE,
        "cases.case.escalate",
        "cases.case.read",
        "disclosures.posting.read",
        "points.claim.read",
        "points.goods.read",
    )


def cause_of(*words: object) -> UUID:
    """Return an id for what repeats (the reviews of a place on a day): the same words, one id."""
    return uuid5(_REPEATS, "/".join(map(str, words)))
