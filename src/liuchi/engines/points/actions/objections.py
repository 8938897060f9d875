"""Objections: taken in from anybody, added to, withdrawn, answered, erased.

Whoever objects online is nobody here: the installation's own actor writes for them, and a
receipt with a secret code is the only way back. What was written is sealed under a key of
its own. Every action locks the claim first and its objections after it, so that an answer,
a withdrawal and a posting of one item follow each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions.approvals import ask_corrections
from liuchi.engines.points.actions.campaigns.parting import part_from_campaign
from liuchi.engines.points.actions.claim_writing import claim_facts
from liuchi.engines.points.actions.notices import put_on_notice
from liuchi.engines.points.enums import (
    ClaimState,
    ClaimVerb,
    LineKind,
    ObjectionOutcome,
    ObjectionState,
    ObjectionVia,
)
from liuchi.engines.points.models import (
    Claim,
    Objection,
    ObjectionGuard,
    ObjectionKey,
    ObjectionLine,
)
from liuchi.engines.points.queries import ObjectionRow, Receipt, ReceiptRow
from liuchi.engines.points.queries.objections import OBJECTOR, answering, sealed_place
from liuchi.engines.points.scope import calendar, key_ring
from liuchi.engines.points.spec import ObjectionsSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.durations import Duration
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.keyring import DataKey
from liuchi.kernel.sentences import Sentence

_ONE_HOUR = timedelta(hours=1)
_ONE_DAY = timedelta(days=1)
TEXT_KEPT = timedelta(days=365)
"""How long what was written is kept after the answer."""


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: ObjectionOutcome
    reason: str
    corrected_quantity: int | None


def object_to(
    *,
    key: str,
    sheet_id: UUID,
    place: int,
    text: str,
    contact: str = "",
    actor: Actor | None = None,
    address: str = "",
) -> Receipt:
    """Take in an objection to an item of a notice and return its receipt.

    Without ``actor`` it comes from anybody: nobody's name is asked or kept, and
    ``address`` (of the network) only stops floods. With one, staff take it down for
    somebody. The same key and words give the same receipt again.
    """
    if actor is not None:
        actor.may("points.objection.enter").or_refuse()
    rules.text_usable(text, contact).or_refuse()
    by, objection_id = actor or OBJECTOR, new_id()
    words = key_ring().lookup_hash(f"{text}\n{contact}", "points.object_to").hex()
    body = {"sheet_id": sheet_id, "place": place, "words": words}
    with acting_as(by):
        earlier = journal.once(f"points.object_to:{by.id}", key, body, objection_id)
        if earlier is not None:
            return queries.receipt_of(earlier)
        claim = _claim_at(by, sheet_id, place)
        rules.may_object(ClaimState(claim.state)).or_refuse()
        if actor is None:
            _guard(address)
        _insert(by, objection_id, claim, staff=actor is not None)
        data_key = _new_key(objection_id, claim.scope_code)
        _write(data_key, objection_id, claim.scope_code, LineKind.TEXT, text.strip())
        if contact.strip():
            _write(data_key, objection_id, claim.scope_code, LineKind.CONTACT, contact.strip())
    return queries.receipt_of(objection_id)


def add_to_objection(*, key: str, code: str, text: str, address: str = "") -> ReceiptRow:
    """Add a line to an open objection, by its receipt."""
    rules.text_usable(text).or_refuse()
    with acting_as(OBJECTOR):
        objection = _by_code(code)
        words = key_ring().lookup_hash(text, "points.object_to").hex()
        body = {"objection_id": objection.id, "words": words}
        if journal.once("points.add_to_objection", key, body, objection.id) is None:
            _lock(objection)
            lines = ObjectionLine.objects.filter(objection=objection, kind=LineKind.TEXT).count()
            rules.may_add(ObjectionState(objection.state), lines).or_refuse()
            _guard(address)
            data_key = _open_key(objection.id)
            _write(data_key, objection.id, objection.scope_code, LineKind.TEXT, text.strip())
            _record(OBJECTOR, facts.OBJECTION_ADDED, objection, objection.claim)
    return queries.objection_by_code(code)


def withdraw_objection(*, key: str, code: str) -> ReceiptRow:
    """Take an open objection back, by its receipt; what was written is erased with it."""
    with acting_as(OBJECTOR):
        objection = _by_code(code)
        body = {"objection_id": objection.id}
        if journal.once("points.withdraw_objection", key, body, objection.id) is None:
            claim = _lock(objection)
            if objection.state != ObjectionState.OPEN:
                rules.closed(ObjectionState(objection.state)).or_refuse()
            Objection.objects.filter(pk=objection.id).update(state=ObjectionState.WITHDRAWN)
            if not objection.late:
                Claim.objects.filter(pk=claim.id).update(objections_open=F("objections_open") - 1)
            _record(OBJECTOR, facts.OBJECTION_WITHDRAWN, objection, claim)
            _erase(OBJECTOR, objection)
    return queries.objection_by_code(code)


def answer_objection(
    *,
    actor: Actor,
    key: str,
    objection_id: UUID,
    outcome: str,
    reason: str,
    corrected_quantity: int | None = None,
) -> ObjectionRow:
    """Answer an objection with a reason, by somebody who has no part in the item.

    Upheld, it ends the item, or puts a smaller quantity on a new notice, or asks for the
    contra-entry of points posted already; every open objection to the item then has its
    answer. Not upheld, the points wait some days more, in which somebody may ask again.
    """
    actor.may("points.objection.answer").or_refuse()
    try:
        chosen = ObjectionOutcome(outcome)
    except ValueError as error:
        raise Invalid(
            "outcome_unknown", Sentence("请选择答复结果。", "Choose an outcome.")
        ) from error
    said = key_ring().lookup_hash(reason, "points.answer_objection").hex()
    body = {
        "objection_id": objection_id,
        "outcome": outcome,
        "reason": said,
        "quantity": corrected_quantity,
    }
    with acting_as(actor):
        if journal.once(f"points.answer_objection:{actor.id}", key, body, objection_id) is None:
            objection = _found(objection_id)
            claim = _lock(objection)
            rules.may_answer(answering(actor, objection, claim)).or_refuse()
            rules.may_conclude(
                chosen,
                claim_state=ClaimState(claim.state),
                quantity=claim.quantity,
                corrected_quantity=corrected_quantity,
                reason=reason,
            ).or_refuse()
            answer = _Answer(chosen, reason.strip(), corrected_quantity)
            for each in _answered(objection, chosen):
                _write_answer(actor, each, claim, answer)
            _conclude(actor, claim, objection, answer)
        return queries.objection_of(actor, objection_id)


def show_contact(*, actor: Actor, key: str, objection_id: UUID) -> str:
    """Return how to reach whoever objected, to somebody who may answer; it is journalled."""
    actor.may("points.objection.answer").or_refuse()
    with acting_as(actor):
        objection = _found(objection_id)
        claim = _lock(objection)
        rules.may_read(answering(actor, objection, claim)).or_refuse()
        line = ObjectionLine.objects.filter(objection=objection, kind=LineKind.CONTACT).first()
        if line is None:
            raise NotFound("contact")
        body = {"objection_id": objection_id}
        if journal.once(f"points.show_contact:{actor.id}", key, body, objection_id) is None:
            _record(actor, facts.OBJECTION_CONTACT_SEEN, objection, claim)
        sealed = bytes(line.ciphertext)
        return _open_key(objection_id).decrypt(sealed, sealed_place(objection_id, line.id))


def forget_objections(*, actor: Actor, limit: int = 500) -> int:
    """Erase what was written a year after its answer, and yesterday's guards."""
    now = clock.now()
    with acting_as(actor):
        ObjectionGuard.objects.filter(at__lt=now - _ONE_DAY).delete()
        old = list(
            Objection.objects.select_for_update(skip_locked=True).filter(
                answered_at__lt=now - TEXT_KEPT, erased_at__isnull=True
            )[:limit]
        )
        for objection in old:
            _erase(actor, objection)
    return len(old)


def rewrap_objection_keys(*, actor: Actor, limit: int = 1000) -> int:
    """Wrap keys under the ring's current key that are still under an older one."""
    ring = key_ring()
    with acting_as(actor):
        rows = list(
            ObjectionKey.objects.select_for_update(skip_locked=True)
            .exclude(ring_id=ring.current)
            .order_by("objection_id")[:limit]
        )
        for row in rows:
            row.wrapped_key = ring.rewrap(bytes(row.wrapped_key), str(row.objection_id))
            row.ring_id = ring.current
        ObjectionKey.objects.bulk_update(rows, ["wrapped_key", "ring_id"], batch_size=500)
    return len(rows)


def _claim_at(by: Actor, sheet_id: UUID, place: int) -> Claim:
    at = Claim.objects.select_for_update().filter(sheet_id=sheet_id, sheet_place=place)
    claim = at.first()
    if claim is None and part_from_campaign(by, sheet_id, place):
        claim = at.first()
    if claim is not None:
        return claim
    if queries.notice_of(sheet_id) is None:
        raise NotFound("notice")
    rules.may_object(ClaimState.REJECTED).or_refuse()  # corrected: it stands on a later sheet
    raise NotFound("item")


def _found(objection_id: UUID) -> Objection:
    objection = Objection.objects.filter(pk=objection_id).first()
    if objection is None:
        raise NotFound("objection")
    return objection


def _by_code(code: str) -> Objection:
    objection = Objection.objects.filter(receipt_hash=queries.receipt_hash(code)).first()
    if objection is None:
        raise NotFound("receipt")
    return objection


def _lock(objection: Objection) -> Claim:
    """Lock the item and read the objection again: it may have been answered meanwhile."""
    claim = Claim.objects.select_for_update().get(pk=objection.claim_id)
    objection.refresh_from_db()
    return claim


def _guard(address: str) -> None:
    """Count what comes from an address; the mark is of no use tomorrow and tied to nothing."""
    now = clock.now()
    source = key_ring().lookup_hash(f"{clock.local_day(now)}:{address}", "points.guard")
    recent = ObjectionGuard.objects.filter(source=source, at__gt=now - _ONE_HOUR)
    rules.may_send(recent.count()).or_refuse()
    ObjectionGuard.objects.create(id=new_id(), source=source, at=now)


def _insert(by: Actor, objection_id: UUID, claim: Claim, *, staff: bool) -> None:
    now, late = clock.now(), claim.state == ClaimState.POSTED
    rules.moved(ClaimState(claim.state), ClaimVerb.OBJECT)
    sheet_id, place = claim.sheet_id, claim.sheet_place
    if sheet_id is None or place is None:
        msg = f"the claim {claim.id} was found by a place it does not have"
        raise AssertionError(msg)
    objection = Objection(
        id=objection_id,
        village_id=claim.village_id,
        scope_code=claim.scope_code,
        claim_id=claim.id,
        sheet_id=sheet_id,
        sheet_place=place,
        receipt_hash=queries.receipt_hash(queries.receipt_code(objection_id)),
        via=ObjectionVia.PAPER if staff else ObjectionVia.WEB,
        entered_by_id=by.id if staff else None,
        late=late,
        received_at=now,
        due_at=_after(now, _spec(claim).answer_within),
        state=ObjectionState.OPEN,
        outcome="",
    )
    objection.received_fact_id = _record(by, facts.OBJECTION_RECEIVED, objection, claim)
    objection.save(force_insert=True)
    if not late:
        Claim.objects.filter(pk=claim.id).update(objections_open=F("objections_open") + 1)


def _answered(objection: Objection, outcome: ObjectionOutcome) -> Sequence[Objection]:
    """Return what an answer answers: what is upheld, for everybody who asked about the item."""
    if outcome not in rules.UPHELD:
        return [objection]
    return list(
        Objection.objects.filter(claim_id=objection.claim_id, state=ObjectionState.OPEN).order_by(
            "id"
        )
    )


def _write_answer(actor: Actor, objection: Objection, claim: Claim, answer: _Answer) -> None:
    now = clock.now()
    Objection.objects.filter(pk=objection.id).update(
        state=ObjectionState.ANSWERED,
        outcome=answer.outcome,
        answered_by_id=actor.id,
        answered_at=now,
    )
    key = _open_key(objection.id)
    _write(key, objection.id, objection.scope_code, LineKind.ANSWER, answer.reason)
    data = facts.AnswerData(
        **dict(_data(objection, claim)),
        outcome=answer.outcome.value,
        in_time="yes" if now <= objection.due_at else "no",
    )
    _journal(actor, facts.OBJECTION_ANSWERED, objection, claim, data)


def _conclude(actor: Actor, claim: Claim, objection: Objection, answer: _Answer) -> None:
    """Move the claim as the answer says. A contra-entry is asked for here, decided by another."""
    row, outcome = Claim.objects.filter(pk=claim.id), answer.outcome
    if outcome is ObjectionOutcome.STOPPED:
        row.update(
            state=rules.moved(ClaimState(claim.state), ClaimVerb.UPHOLD),
            version=claim.version + 1,
            review_reason=answer.reason,
            objections_open=0,
        )
        _journal_claim(actor, facts.CLAIM_STOPPED, claim)
    elif outcome is ObjectionOutcome.CORRECTED and answer.corrected_quantity is not None:
        claim.quantity = answer.corrected_quantity
        claim.points = claim.award * claim.quantity
        row.update(
            state=rules.moved(ClaimState(claim.state), ClaimVerb.CORRECT),
            version=claim.version + 1,
            quantity=claim.quantity,
            points=claim.points,
            objections_open=0,
            posts_not_before=None,
            **put_on_notice(actor, [claim])[claim.id],
        )
        _journal_claim(actor, facts.CLAIM_CORRECTED, claim)
    elif outcome is ObjectionOutcome.CONTRA_ENTRY:
        ask_corrections(actor, [claim], answer.reason)
    elif outcome is ObjectionOutcome.NOT_UPHELD and not objection.late:
        row.update(
            objections_open=F("objections_open") - 1,
            posts_not_before=_after(clock.now(), _spec(claim).post_after_answer),
        )


def _spec(claim: Claim) -> ObjectionsSpec:
    return queries.spec_as_applied(claim.playbook_version).objections


def _after(start: datetime, length: Duration) -> datetime:
    return calendar().end_of_notice(start, length)


def _new_key(objection_id: UUID, scope_code: str) -> DataKey:
    ring = key_ring()
    data_key, wrapped = ring.new_subject_key(str(objection_id))
    ObjectionKey.objects.create(
        objection_id=objection_id,
        wrapped_key=wrapped,
        ring_id=ring.current,
        scope_code=scope_code,
    )
    return data_key


def _open_key(objection_id: UUID) -> DataKey:
    held = ObjectionKey.objects.filter(pk=objection_id).first()
    if held is None:
        raise NotFound("objection_text")
    return key_ring().open_subject_key(bytes(held.wrapped_key), str(objection_id))


def _write(key: DataKey, objection_id: UUID, scope_code: str, kind: LineKind, text: str) -> None:
    line_id = new_id()
    ObjectionLine.objects.create(
        id=line_id,
        objection_id=objection_id,
        kind=kind,
        at=clock.now(),
        ciphertext=key.encrypt(text, sealed_place(objection_id, line_id)),
        scope_code=scope_code,
    )


def _erase(actor: Actor, objection: Objection) -> None:
    """Destroy the key and what it sealed. The objection and its outcome stay, wordless."""
    ObjectionLine.objects.filter(objection_id=objection.id).delete()
    ObjectionKey.objects.filter(pk=objection.id).delete()
    Objection.objects.filter(pk=objection.id).update(erased_at=clock.now())
    _record(actor, facts.OBJECTION_ERASED, objection, objection.claim)


def _data(objection: Objection, claim: Claim) -> facts.ObjectionData:
    return facts.ObjectionData(
        home_area=claim.village_id,
        objection=objection.id,
        rule=claim.rule_code,
        rule_class=claim.rule_class,
        via=objection.via,
        late="yes" if objection.late else "no",
    )


def _record(actor: Actor, kind: str, objection: Objection, claim: Claim) -> UUID:
    return _journal(actor, kind, objection, claim, _data(objection, claim))


def _journal(
    actor: Actor, kind: str, objection: Objection, claim: Claim, data: facts.ObjectionData
) -> UUID:
    first = kind == facts.OBJECTION_RECEIVED
    return journal.record(
        kind,
        actor=actor,
        subject_kind="points.objection",
        subject_id=objection.id,
        area_id=claim.village_id,
        data=data,
        cause_id=claim.reviewed_fact_id if first else objection.received_fact_id,
        playbook_version=claim.playbook_version,
    )


def _journal_claim(actor: Actor, kind: str, claim: Claim) -> None:
    journal.record(
        kind,
        actor=actor,
        subject_kind="points.claim",
        subject_id=claim.id,
        area_id=claim.village_id,
        data=claim_facts(claim),
        amount=claim.points,
        cause_id=claim.reviewed_fact_id,
        playbook_version=claim.playbook_version,
    )
