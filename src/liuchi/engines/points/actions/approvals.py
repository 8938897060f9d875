"""Asking for what takes two people, and the second person's decision.

A correction is a contra-entry: the award stays where it is and the entry that undoes it
names it. Where only the quantity was wrong, a new award of the right one follows and names
the claim it corrects; it has stood on notice for more, so it does not stand there again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions import posting, shop
from liuchi.engines.points.actions.claim_writing import (
    claim_facts,
    entry_of,
    insert_granted,
    proposed_facts,
)
from liuchi.engines.points.actions.expiring import date_claims
from liuchi.engines.points.actions.rewards import award_item, reversal_item
from liuchi.engines.points.enums import (
    ApprovalKind,
    ApprovalState,
    ClaimState,
    Outcome,
    TransferKind,
)
from liuchi.engines.points.models import Approval, Claim, Transfer
from liuchi.engines.points.queries import ApprovalRow
from liuchi.engines.points.rules.approvals import DECIDING_VERBS
from liuchi.engines.points.scope import require_any
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

_ASK_CORRECTION = ("points.claim.propose", "points.claim.review")


def ask_correction(
    *,
    actor: Actor,
    key: str,
    claim_id: UUID,
    reason: str,
    right_quantity: int | None = None,
) -> ApprovalRow:
    """Ask to undo a posted award, or to lower it to ``right_quantity``."""
    require_any(actor, *_ASK_CORRECTION)
    body = {"claim_id": claim_id, "reason": reason, "right_quantity": right_quantity}
    with acting_as(actor):
        approval_id = new_id()
        earlier = journal.once(f"points.ask_correction:{actor.id}", key, body, approval_id)
        if earlier is None:
            claim = Claim.objects.select_for_update().filter(pk=claim_id).first()
            if claim is None:
                raise NotFound("claim")
            rules.may_ask_correction(
                rules.Correction(
                    state=ClaimState(claim.state),
                    quantity=claim.quantity,
                    right_quantity=right_quantity,
                    asked_already=Approval.objects.filter(
                        claim_id=claim_id, state=ApprovalState.ASKED
                    ).exists(),
                    reason=reason,
                )
            ).or_refuse()
            _ask(
                actor,
                Approval(
                    id=approval_id,
                    kind=ApprovalKind.CORRECTION,
                    person_id=claim.person_id,
                    village_id=claim.village_id,
                    scope_code=claim.scope_code,
                    claim_id=claim_id,
                    right_quantity=right_quantity,
                    reason=reason.strip(),
                ),
            )
        return queries.approval(actor, earlier or approval_id)


def ask_gift(
    *,
    actor: Actor,
    key: str,
    person_id: UUID,
    shop_id: UUID,
    goods_id: UUID,
    quantity: int,
    reason: str,
) -> ApprovalRow:
    """Ask to hand out goods without points, where the playbook wants two people for it."""
    actor.may("points.gift.give").or_refuse()
    body = {
        "person_id": person_id,
        "shop_id": shop_id,
        "goods_id": goods_id,
        "quantity": quantity,
        "reason": reason,
    }
    with acting_as(actor):
        approval_id = new_id()
        earlier = journal.once(f"points.ask_gift:{actor.id}", key, body, approval_id)
        if earlier is None:
            at = shop.counter(actor, shop_id, goods_id, person_id)
            rules.may_give(at.goods.title, quantity, at.goods.stock, reason).or_refuse()
            _ask(
                actor,
                Approval(
                    id=approval_id,
                    kind=ApprovalKind.GIFT,
                    person_id=person_id,
                    village_id=at.home_area,
                    scope_code=at.home,
                    shop_id=shop_id,
                    goods_id=goods_id,
                    quantity=quantity,
                    reason=reason.strip(),
                ),
            )
        return queries.approval(actor, earlier or approval_id)


def decide_approval(
    *,
    actor: Actor,
    key: str,
    approval_id: UUID,
    approve: bool,
    answer: str = "",
    expected_version: int,
) -> ApprovalRow:
    """Approve or decline what somebody else has asked for; approving does it at once.

    Refused with ``points_spent`` or ``out_of_stock`` where it can no longer be done: then
    the request stays open. What is posted has the request's own key, so that two deciders
    at once post it once.
    """
    require_any(actor, *DECIDING_VERBS)
    body = {
        "approval_id": approval_id,
        "approve": approve,
        "answer": answer,
        "version": expected_version,
    }
    scope = f"points.decide_approval:{actor.id}"
    with acting_as(actor):
        asked = _asked(approval_id)
        if asked.decided_by_id == actor.id:
            # A second click: the key answers, or says that it came with something else.
            journal.once(scope, key, body, approval_id)
            return queries.approval(actor, approval_id)
        _may_decide(actor, asked, expected_version, approve=approve, answer=answer)
        item = _item(actor, asked) if approve else None
    fact_id = None if item is None else _post(actor, asked, item)
    with acting_as(actor):
        journal.once(scope, key, body, approval_id)
        locked = _asked(approval_id, lock=True)
        _may_decide(actor, locked, expected_version, approve=approve, answer=answer)
        Approval.objects.filter(pk=approval_id).update(
            state=ApprovalState.APPROVED if approve else ApprovalState.DECLINED,
            version=locked.version + 1,
            decided_by_id=actor.id,
            decided_at=clock.now(),
            answer=answer.strip(),
            fact_id=fact_id,
        )
        _record(actor, facts.APPROVAL_GIVEN if approve else facts.APPROVAL_DECLINED, locked)
        right = _right_claim(actor, locked) if approve else None
        date_claims([right.pk] if right is not None else [])
    if right is not None:
        posting.post(award_item(actor, right))
    with acting_as(actor):
        return queries.approval(actor, approval_id)


def take_back_approval(*, actor: Actor, key: str, approval_id: UUID) -> ApprovalRow:
    """Take back what one has asked for, while nobody has decided it."""
    with acting_as(actor):
        body = {"approval_id": approval_id}
        scope = f"points.take_back_approval:{actor.id}"
        if journal.once(scope, key, body, approval_id) is None:
            asked = _asked(approval_id, lock=True)
            rules.may_take_back_approval(
                ApprovalState(asked.state), actor_id=actor.id, asked_by_id=asked.asked_by_id
            ).or_refuse()
            Approval.objects.filter(pk=approval_id).update(
                state=ApprovalState.TAKEN_BACK,
                version=asked.version + 1,
                decided_by_id=actor.id,
                decided_at=clock.now(),
            )
            _record(actor, facts.APPROVAL_TAKEN_BACK, asked)
        return queries.approval(actor, approval_id)


def ask_corrections(actor: Actor, claims: Sequence[Claim], reason: str) -> None:
    """Ask to undo the awards of posted, locked claims; what was asked before is left as it is.

    Three statements, however many. Inside ``acting_as(actor)``.
    """
    asked = Approval.objects.filter(
        claim_id__in=[claim.id for claim in claims], state=ApprovalState.ASKED
    ).values_list("claim_id", flat=True)
    already, now = set(asked), clock.now()
    made = [
        Approval(
            id=new_id(),
            kind=ApprovalKind.CORRECTION,
            state=ApprovalState.ASKED,
            version=1,
            person_id=claim.person_id,
            village_id=claim.village_id,
            scope_code=claim.scope_code,
            claim_id=claim.id,
            reason=reason,
            asked_by_id=actor.id,
            asked_at=now,
        )
        for claim in claims
        if claim.id not in already
    ]
    Approval.objects.bulk_create(made)
    journal.record_all([_entry(facts.APPROVAL_ASKED, each) for each in made], actor=actor)


def _ask(actor: Actor, approval: Approval) -> None:
    approval.state, approval.version = ApprovalState.ASKED, 1
    approval.asked_by_id, approval.asked_at = actor.id, clock.now()
    approval.save(force_insert=True)
    _record(actor, facts.APPROVAL_ASKED, approval)


def _record(actor: Actor, kind: str, approval: Approval) -> None:
    journal.record_all([_entry(kind, approval)], actor=actor)


def _entry(kind: str, approval: Approval) -> journal.Entry:
    return journal.Entry(
        kind=kind,
        subject_kind="points.approval",
        subject_id=approval.id,
        area_id=approval.village_id,
        data=facts.ApprovalData(
            person=approval.person_id,
            home_area=approval.village_id,
            matter=approval.kind,
            claim=approval.claim_id,
        ),
    )


def _asked(approval_id: UUID, *, lock: bool = False) -> Approval:
    found = Approval.objects.filter(pk=approval_id)
    row = (found.select_for_update() if lock else found).first()
    if row is None:
        raise NotFound("approval")
    return row


def _may_decide(
    actor: Actor, asked: Approval, expected_version: int, *, approve: bool, answer: str
) -> None:
    today = clock.today()
    people = [each for each in (asked.person_id, actor.person_id) if each]
    homes: Mapping[UUID, UUID] = directory.household_ids_of(people, today)
    rules.may_decide(
        rules.Deciding(
            state=ApprovalState(asked.state),
            asked_by_id=asked.asked_by_id,
            decider_id=actor.id,
            decider_person_id=actor.person_id,
            decider_household_id=homes.get(actor.person_id) if actor.person_id else None,
            person_id=asked.person_id,
            household_id=homes.get(asked.person_id),
            approve=approve,
            answer=answer,
        )
    ).or_refuse()
    if asked.version != expected_version:
        raise Conflict(
            "approval_changed",
            Sentence(
                "这件事在您查看之后有变动，请重新打开。",
                "This has changed since you opened it. Open it again.",
            ),
        )


def _item(actor: Actor, asked: Approval) -> posting.Item:
    key = f"approval:{asked.id}"
    if asked.kind == ApprovalKind.CORRECTION:
        award = _award_of(asked)
        return reversal_item(actor, key, award, asked.reason)
    if asked.shop_id is None or asked.goods_id is None or asked.quantity is None:
        msg = f"the gift {asked.id} names no goods"
        raise AssertionError(msg)
    at = shop.counter(actor, asked.shop_id, asked.goods_id, asked.person_id)
    # Handed out by whoever asked; who agreed stands in the request.
    return shop.gift_item(asked.asked_by_id, key, at, asked.quantity, asked.reason)


def _award_of(asked: Approval) -> Transfer:
    if asked.claim_id is None:
        raise NotFound("claim")
    award = (
        Transfer.objects.select_related("claim")
        .filter(claim_id=asked.claim_id, kind=TransferKind.AWARD)
        .first()
    )
    if award is None:
        raise NotFound("transfer")
    return award


def _post(actor: Actor, asked: Approval, item: posting.Item) -> UUID:
    """Post what was asked for and return its fact; a twin's posting counts as this one."""
    answer = posting.post(item)
    if answer.outcome is Outcome.INSUFFICIENT and asked.kind == ApprovalKind.CORRECTION:
        rules.spent_already(answer.available, item.legs[0].amount).or_refuse()
    if answer.outcome is Outcome.INSUFFICIENT:
        rules.out_of_stock(_goods_title(asked), answer.available).or_refuse()
    if answer.posted is None:
        rules.decided_already().or_refuse()
        raise NotFound("transfer")
    with acting_as(actor):
        return queries.transfer(actor, answer.posted).fact_id


def _goods_title(asked: Approval) -> str:
    return asked.goods.title if asked.goods else ""


def _right_claim(actor: Actor, asked: Approval) -> Claim | None:
    """Write the claim of the right quantity: asked by one, approved by the other, due now."""
    if asked.claim_id is None or asked.right_quantity is None:
        return None
    wrong = Claim.objects.get(pk=asked.claim_id)
    now = clock.now()
    right = Claim(
        **{
            field.attname: getattr(wrong, field.attname)
            for field in Claim._meta.concrete_fields  # noqa: SLF001  Django's way to copy a row
            if field.attname not in {"id", "posted_at"}
        }
    )
    right.id, right.corrects_id = new_id(), wrong.id
    right.quantity = asked.right_quantity
    right.points = wrong.award * asked.right_quantity
    right.proposed_by_id, right.proposed_at, right.waiting_since = asked.asked_by_id, now, now
    right.state, right.version, right.review_reason = ClaimState.PROPOSED, 1, ""
    (right.proposed_fact_id,) = journal.record_all(
        [entry_of(facts.CLAIM_PROPOSED, right, proposed_facts(right))], actor=actor
    )
    insert_granted([right])
    data = facts.ReviewData(**dict(claim_facts(right)), outcome="approve")
    (fact_id,) = journal.record_all(
        [entry_of(facts.CLAIM_REVIEWED, right, data, cause_id=right.proposed_fact_id)], actor=actor
    )
    changed = {
        "state": ClaimState.ON_NOTICE,
        "version": 2,
        "reviewed_by_id": actor.id,
        "reviewed_at": now,
        "reviewed_fact_id": fact_id,
        "notice_ends_at": now,
    }
    Claim.objects.filter(pk=right.id).update(**changed)
    for name, value in changed.items():
        setattr(right, name, value)
    return right
