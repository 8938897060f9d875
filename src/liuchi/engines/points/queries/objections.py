"""Objections: by their receipt for whoever made them, in lists for whoever may answer."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import acting_as, counts, require
from liuchi.engines.points import rules
from liuchi.engines.points.enums import (
    ClaimState,
    LineKind,
    ObjectionOutcome,
    ObjectionState,
    ObjectionVia,
)
from liuchi.engines.points.models import Claim, Objection, ObjectionKey, ObjectionLine
from liuchi.engines.points.queries.notices import NoticeSheetRow, sheet_row
from liuchi.engines.points.queries.places import last_day
from liuchi.engines.points.scope import key_ring, page_size, require_any, uuid_cursor, village_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence

OBJECTOR = system_actor(UUID("0196b2c0-0000-7000-8000-6f626a656374"), "points.objection.make")
"""Who writes for somebody who objects without an account; the same in every installation."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PLAIN_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_CODE = str.maketrans(_PLAIN_32, _ALPHABET)
_READ_AS = str.maketrans("OIL", "011")
CODE_CHARACTERS = 16
"""80 bits: at a thousand guesses a second, a million receipts are safe for 38,000 years."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever objected takes home. ``code`` is the only way back to the objection."""

    objection_id: UUID
    code: str
    sheet_code: str
    sheet_place: int
    village_code: str
    village_name: str
    due_on: date


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """Something written: ``from_office`` an answer, else a line of the objector's."""

    at: datetime
    from_office: bool
    text: str


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """An objection as its own author may see it: no name of anybody.

    ``claim_state`` is where the item stands now; ``posts_from`` the day from which its
    points may be posted, None once they are or never will be.
    """

    sheet: NoticeSheetRow
    sheet_place: int
    village_code: str
    village_name: str
    rule_title: str
    state: ObjectionState
    outcome: ObjectionOutcome | None
    late: bool
    received_at: datetime
    due_on: date
    answered_at: datetime | None
    claim_state: ClaimState
    posts_from: date | None
    lines: tuple[WrittenLine, ...]
    erased: bool
    may_add: bool


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection as the desk lists it. What was written is in :class:`ObjectionDetail`."""

    id: UUID
    village_id: UUID
    village_name: str
    sheet: NoticeSheetRow
    sheet_place: int
    claim_id: UUID
    person_name: str
    rule_title: str
    quantity: int
    points: int
    claim_state: ClaimState
    state: ObjectionState
    outcome: ObjectionOutcome | None
    via: ObjectionVia
    late: bool
    received_at: datetime
    due_on: date
    overdue: bool
    answered_at: datetime | None
    answered_by_name: str


@dataclass(frozen=True, slots=True)
class ObjectionDetail:
    """An objection, opened. ``why_not`` says why this reader may not read or answer it."""

    row: ObjectionRow
    lines: tuple[WrittenLine, ...]
    has_contact: bool
    may_answer: bool
    why_not: Sentence | None


@dataclass(frozen=True, slots=True)
class ObjectionWork:
    """How much waits in the actor's area: to answer, of that past its day, to reverse."""

    open: int
    overdue: int
    to_reverse: int


def receipt_code(objection_id: UUID) -> str:
    """Return the code of a receipt: made from the objection's id by a secret, kept nowhere."""
    digest = key_ring().lookup_hash(str(objection_id), "points.objection.receipt")
    return base64.b32encode(digest)[:CODE_CHARACTERS].decode().translate(_TO_CODE)


def plain_code(code: str) -> str:
    """Return a typed code as it was given out: no spaces or dashes, O is 0, I and L are 1."""
    return "".join(letter for letter in code.upper() if letter.isalnum()).translate(_READ_AS)


def spaced_code(code: str) -> str:
    """Return a code in groups of four, as people read and copy it."""
    plain = plain_code(code)
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def receipt_hash(code: str) -> bytes:
    """Return the keyed hash a receipt is found by, however its code was typed."""
    return key_ring().lookup_hash(plain_code(code), "points.objection.code")


def sealed_place(objection_id: UUID, line_id: UUID) -> str:
    """Return the name of the place a line is sealed for; it opens nowhere else."""
    return f"objection.line:{objection_id}:{line_id}"


def receipt_of(objection_id: UUID) -> Receipt:
    """Return the receipt of an objection just taken in. For this engine's actions."""
    with acting_as(OBJECTOR):
        found = Objection.objects.select_related("sheet").get(pk=objection_id)
        village = directory.area(found.village_id)
    return Receipt(
        objection_id=found.id,
        code=receipt_code(found.id),
        sheet_code=f"{found.sheet.year}-{found.sheet.number}",
        sheet_place=found.sheet_place,
        village_code=village.code,
        village_name=village.name,
        due_on=last_day(found.due_at),
    )


def objection_by_code(code: str) -> ReceiptRow:
    """Return an objection to whoever holds its receipt, or raise NotFound."""
    with acting_as(OBJECTOR):
        found = (
            Objection.objects.select_related("sheet", "claim")
            .filter(receipt_hash=receipt_hash(code))
            .first()
        )
        if found is None:
            raise NotFound("receipt")
        lines = _lines(found)
        village = directory.area(found.village_id)
    claim, state = found.claim, ObjectionState(found.state)
    written = sum(not line.from_office for line in lines)
    return ReceiptRow(
        sheet=sheet_row(found.sheet),
        sheet_place=found.sheet_place,
        village_code=village.code,
        village_name=village.name,
        rule_title=claim.rule_title,
        state=state,
        outcome=ObjectionOutcome(found.outcome) if found.outcome else None,
        late=found.late,
        received_at=found.received_at,
        due_on=last_day(found.due_at),
        answered_at=found.answered_at,
        claim_state=ClaimState(claim.state),
        posts_from=_posts_from(claim),
        lines=lines,
        erased=found.erased_at is not None,
        may_add=rules.may_add(state, written).allowed,
    )


def objections(
    actor: Actor,
    *,
    which: str = "open",
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[ObjectionRow]:
    """Return objections of the actor's area: ``open``, ``overdue``, ``to_reverse``, ``closed``.

    What waits comes oldest first, what is closed newest first. Refused without
    ``points.objection.answer``; nothing that was written is in it.
    """
    actor.may("points.objection.answer").or_refuse()
    require(actor)
    most, start = page_size(limit), uuid_cursor(after)
    found = _which(actor, which)
    if which == "closed":
        found = found if start is None else found.filter(id__lt=start)
        found = found.order_by("-id")
    else:
        found = found if start is None else found.filter(id__gt=start)
        found = found.order_by("id")
    rows = list(found.select_related("sheet", "claim")[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(actor, rows[:most]), next_after)


def objection(actor: Actor, objection_id: UUID) -> ObjectionDetail:
    """Return one objection of the actor's area, its words only to who may answer it."""
    actor.may("points.objection.answer").or_refuse()
    require(actor)
    found = _one(objection_id)
    asked = answering(actor, found, found.claim)
    reads, answers = rules.may_read(asked), rules.may_answer(asked)
    contact = ObjectionLine.objects.filter(objection=found, kind=LineKind.CONTACT).exists()
    return ObjectionDetail(
        row=_rows(actor, [found])[0],
        lines=_lines(found) if reads.allowed else (),
        has_contact=contact and reads.allowed,
        may_answer=answers.allowed,
        why_not=None if reads.allowed else reads.sentence,
    )


def objection_of(actor: Actor, objection_id: UUID) -> ObjectionRow:
    """Return one objection in scope whatever the verb: what an action has just changed."""
    require(actor)
    return _rows(actor, [_one(objection_id)])[0]


def objection_work(actor: Actor) -> ObjectionWork:
    """Count what waits in the actor's area; nothing for a post that does not answer."""
    require(actor)
    return ObjectionWork(*counts(*objections_waiting(actor)))


def objections_waiting(actor: Actor) -> tuple[QuerySet[Objection], ...]:
    """Return what :class:`ObjectionWork` counts, in its order. For this engine."""
    if not actor.may("points.objection.answer").allowed:
        return (Objection.objects.none(),) * 3
    return tuple(_which(actor, name) for name in ("open", "overdue", "to_reverse"))


def objection_keys(actor: Actor) -> dict[str, int]:
    """Count objections' keys by the ring key they lie under, of the whole installation."""
    require_any(actor, "directory.keys.rotate")
    with acting_as(OBJECTOR):
        found = ObjectionKey.objects.values_list("ring_id").annotate(n=Count("pk")).order_by()
        return dict(found)


def answering(actor: Actor, objection: Objection, claim: Claim) -> rules.Answering:
    """Return what the rules ask about somebody who would answer. For this engine's actions."""
    today = clock.today()
    return rules.Answering(
        state=ObjectionState(objection.state),
        answerer_id=actor.id,
        answerer_person_id=actor.person_id,
        answerer_household_id=None
        if actor.person_id is None
        else directory.household_id_of(actor.person_id, today),
        proposer_id=directory.answers_for(claim.proposed_by_id, actor.id, claim.scope_code),
        reviewer_id=claim.reviewed_by_id,
        entered_by_id=objection.entered_by_id,
        claimant_id=claim.person_id,
        claimant_household_id=directory.household_id_of(claim.person_id, today),
    )


def _which(actor: Actor, which: str) -> QuerySet[Objection]:
    village = village_of(actor)
    found = (
        Objection.objects.all() if village is None else Objection.objects.filter(village_id=village)
    )
    if which == "overdue":
        return found.filter(state=ObjectionState.OPEN, due_at__lte=clock.now())
    if which == "to_reverse":
        return found.filter(outcome=ObjectionOutcome.CONTRA_ENTRY, claim__state=ClaimState.POSTED)
    if which == "closed":
        return found.filter(~Q(state=ObjectionState.OPEN))
    return found.filter(state=ObjectionState.OPEN)


def _one(objection_id: UUID) -> Objection:
    found = Objection.objects.select_related("sheet", "claim").filter(pk=objection_id).first()
    if found is None:
        raise NotFound("objection")
    return found


def _lines(objection: Objection) -> tuple[WrittenLine, ...]:
    """Open what was written, but for the contact; empty once it is erased."""
    held = ObjectionKey.objects.filter(pk=objection.id).first()
    if held is None:
        return ()
    key = key_ring().open_subject_key(bytes(held.wrapped_key), str(objection.id))
    rows = ObjectionLine.objects.filter(objection=objection).exclude(kind=LineKind.CONTACT)
    return tuple(
        WrittenLine(
            row.at,
            row.kind == LineKind.ANSWER,
            key.decrypt(bytes(row.ciphertext), sealed_place(objection.id, row.id)),
        )
        for row in rows.order_by("id")
    )


def _posts_from(claim: Claim) -> date | None:
    if claim.state != ClaimState.ON_NOTICE or claim.objections_open or not claim.notice_ends_at:
        return None
    return clock.local_day(
        max(claim.notice_ends_at, claim.posts_not_before or claim.notice_ends_at)
    )


def _rows(actor: Actor, found: Sequence[Objection]) -> tuple[ObjectionRow, ...]:
    if not found:
        return ()
    now = clock.now()
    people = directory.people_of(actor, (each.claim.person_id for each in found))
    places = directory.areas({each.village_id for each in found})
    users = accounts.names_of(_ids(each.answered_by_id for each in found))
    return tuple(
        ObjectionRow(
            id=each.id,
            village_id=each.village_id,
            village_name=places[each.village_id].name,
            sheet=sheet_row(each.sheet),
            sheet_place=each.sheet_place,
            claim_id=each.claim_id,
            person_name=people[each.claim.person_id].name
            if each.claim.person_id in people
            else each.claim.masked_name,
            rule_title=each.claim.rule_title,
            quantity=each.claim.quantity,
            points=each.claim.points,
            claim_state=ClaimState(each.claim.state),
            state=ObjectionState(each.state),
            outcome=ObjectionOutcome(each.outcome) if each.outcome else None,
            via=ObjectionVia(each.via),
            late=each.late,
            received_at=each.received_at,
            due_on=last_day(each.due_at),
            overdue=each.state == ObjectionState.OPEN and each.due_at <= now,
            answered_at=each.answered_at,
            answered_by_name=users.get(each.answered_by_id, "") if each.answered_by_id else "",
        )
        for each in found
    )


def _ids(ids: Iterable[UUID | None]) -> tuple[UUID, ...]:
    return tuple(each for each in ids if each is not None)
