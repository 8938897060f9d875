"""Claims that come together: from a page of a paper book, from the list of an activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries
from liuchi.engines.points.actions.entering import Line, check_words, enter
from liuchi.engines.points.enums import BatchKind
from liuchi.engines.points.models import Batch
from liuchi.engines.points.queries import BatchRow
from liuchi.engines.points.scope import VILLAGE_CODE_LENGTH
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import FieldError, Invalid, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

TITLE_CHARACTERS_MAX = 60
PEOPLE_MAX = 300
"""Most people in one list: an activity of a whole village; a guard on what is pasted."""


def open_book_page(
    *, actor: Actor, key: str, title: str, page: str, evidence: Sequence[UUID] = ()
) -> BatchRow:
    """Open a page of a paper book, to enter its lines; photos of it serve them all."""
    actor.may("points.claim.propose").or_refuse()
    _check_title(title, page, "")
    check_words("", evidence)
    body = {"title": title, "page": page, "evidence": tuple(evidence)}
    with acting_as(actor):
        batch_id = new_id()
        earlier = journal.once(f"points.open_book_page:{actor.id}", key, body, batch_id)
        if earlier is None:
            batch = _batch(actor, batch_id, BatchKind.BOOK, title, evidence)
            batch.page = page
            batch.save(force_insert=True)
        return queries.batch(actor, earlier or batch_id)


def propose_claims(
    *,
    actor: Actor,
    key: str,
    title: str,
    rule_code: str,
    happened_on: date,
    person_ids: Sequence[UUID],
    quantity: int = 1,
    place: str = "",
    note: str = "",
    evidence: Sequence[UUID] = (),
) -> BatchRow:
    """Enter one deed for everybody on a list, with one evidence for all.

    Each person is decided alone: who may not have it stands in ``refused`` with a sentence,
    the others have their claims. A repeat of the key gives the same list again. The number
    of statements does not grow with the number of people.
    """
    actor.may("points.claim.propose").or_refuse()
    _check_title(title, "", place)
    check_words(note, evidence)
    people = list(dict.fromkeys(person_ids))
    _check_people(people)
    body = {
        "title": title,
        "rule_code": rule_code,
        "happened_on": happened_on,
        "person_ids": tuple(people),
        "quantity": quantity,
        "place": place,
        "note": note,
        "evidence": tuple(evidence),
    }
    with acting_as(actor):
        batch_id = new_id()
        earlier = journal.once(f"points.propose_claims:{actor.id}", key, body, batch_id)
        if earlier is not None:
            return queries.batch(actor, earlier)
        batch = _batch(actor, batch_id, BatchKind.ACTIVITY, title, evidence)
        batch.place, batch.happened_on = place, happened_on
        lines = [
            (new_id(), Line(person_id, rule_code, happened_on, quantity, note))
            for person_id in people
        ]
        refused = enter(actor, lines, batch=batch)
        batch.refused = [
            {"person": str(people[number]), **_kept(decision)}
            for number, decision in refused.items()
        ]
        # After its claims, which wait for it until the end of the transaction: who was
        # refused is part of the row, and rows of lists are not changed.
        batch.save(force_insert=True)
        return queries.batch(actor, batch_id)


def _kept(decision: Decision) -> Mapping[str, object]:
    sentence = decision.sentence or Sentence("", "")
    return {
        "code": decision.reason_code,
        "zh": sentence.zh,
        "en": sentence.en,
        "values": dict(sentence.values),
    }


def _batch(
    actor: Actor, batch_id: UUID, kind: BatchKind, title: str, evidence: Sequence[UUID]
) -> Batch:
    village = village_of_post(actor)
    return Batch(
        id=batch_id,
        kind=kind,
        village_id=village.id,
        scope_code=village.scope_code,
        title=title.strip(),
        page="",
        place="",
        evidence=list(evidence),
        refused=[],
        entered_by_id=actor.id,
        entered_at=clock.now(),
    )


def village_of_post(actor: Actor) -> AreaRow:
    """Return the village of the actor's post, also where the post is for one of its grids."""
    if len(actor.scope_code) < VILLAGE_CODE_LENGTH:
        raise Refused(
            "one_village",
            Sentence(
                "登记本和名单由社区录入，请用社区的岗位。",
                "Books and lists are entered in a village: use a post of the village.",
            ),
        )
    return directory.area_by_code(actor.scope_code[:VILLAGE_CODE_LENGTH])


def _check_title(title: str, page: str, place: str) -> None:
    if title.strip() and max(len(title), len(page), len(place)) <= TITLE_CHARACTERS_MAX:
        return
    sentence = Sentence(
        "请写名称，最多{most}字。",
        "Give it a name of at most {most} characters.",
        {"most": TITLE_CHARACTERS_MAX},
    )
    raise Invalid("title_unusable", sentence, (FieldError("title", sentence),))


def _check_people(people: Sequence[UUID]) -> None:
    if 1 <= len(people) <= PEOPLE_MAX:
        return
    sentence = Sentence(
        "名单上要有1到{most}人。", "A list names 1 to {most} people.", {"most": PEOPLE_MAX}
    )
    raise Invalid("list_unusable", sentence, (FieldError("names", sentence),))
