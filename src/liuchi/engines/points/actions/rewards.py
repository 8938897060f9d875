"""Points posted and taken back: awards after their notice, and reversals of awards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions import posting
from liuchi.engines.points.enums import (
    AccountKind,
    ClaimState,
    ClaimVerb,
    Outcome,
    TransferKind,
)
from liuchi.engines.points.models import Claim, Transfer
from liuchi.engines.points.queries import ClaimRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict
from liuchi.kernel.sentences import Sentence


def post_claims(*, actor: Actor, claim_ids: Sequence[UUID]) -> int:
    """Post claims whose notice is over and return how many were posted by this call.

    The key is the claim's own, so that two workers, or a repeat, post each claim once.
    """
    actor.may("points.claim.post").or_refuse()
    with acting_as(actor):
        due = list(Claim.objects.filter(pk__in=claim_ids, state=ClaimState.ON_NOTICE))
    answers = posting.post_all([_award(actor, claim) for claim in due])
    return sum(answer.outcome is Outcome.POSTED for answer in answers)


def reverse_award(*, actor: Actor, key: str, transfer_id: UUID, reason: str) -> ClaimRow:
    """Undo a posted award by a contra-entry: a second person, for a reason.

    Refused with ``points_spent`` where the balance no longer holds the points.
    """
    actor.may("points.claim.review").or_refuse()
    with acting_as(actor):
        award = queries.transfer(actor, transfer_id)
        claim = award.claim
        if award.kind != TransferKind.AWARD or claim is None:
            raise Conflict(
                "not_an_award",
                Sentence("这一笔不是积分记入，不能这样冲正。", "This entry is not an award."),
            )
        item = _reversal(actor, f"points.reverse_award:{actor.id}:{key}", award, claim, reason)
        known = Transfer.objects.filter(key=item.key).exists()
        if not known:
            _may_reverse(actor, award, claim, reason)
    answer = posting.post(item)
    if answer.outcome is Outcome.INSUFFICIENT:
        rules.spent_already(answer.available, claim.points).or_refuse()
    if answer.outcome is Outcome.STALE:
        rules.moved(ClaimState.REVERSED, ClaimVerb.REVERSE)
    with acting_as(actor):
        return queries.claim_of(actor, claim.id)


def _may_reverse(actor: Actor, award: Transfer, claim: Claim, reason: str) -> None:
    makers = (claim.proposed_by_id, claim.reviewed_by_id)
    rules.may_reverse(
        rules.Reversal(
            actor_id=actor.id,
            actor_person_id=actor.person_id,
            made_by_ids=_known(makers),
            person_id=claim.person_id,
            reversed_already=Transfer.objects.filter(reverses_id=award.id).exists(),
            reason=reason,
        )
    ).or_refuse()


def _known(ids: Iterable[UUID | None]) -> tuple[UUID, ...]:
    return tuple(each for each in ids if each is not None)


def _award(actor: Actor, claim: Claim) -> posting.Item:
    return posting.Item(
        key=f"claim:{claim.id}",
        body={"claim_id": claim.id},
        kind=TransferKind.AWARD,
        actor_id=actor.id,
        legs=(posting.Leg(_issue(claim), _purse(claim), claim.points),),
        fact=posting.FactOf(
            kind=facts.AWARDED,
            area_id=claim.village_id,
            subject_kind="points.claim",
            subject_id=claim.id,
            data=_data(claim),
            amount=claim.points,
            cause_id=claim.reviewed_fact_id,
            playbook_version=claim.playbook_version,
        ),
        scope_code=claim.scope_code,
        person_id=claim.person_id,
        claim_id=claim.id,
    )


def _reversal(actor: Actor, key: str, award: Transfer, claim: Claim, reason: str) -> posting.Item:
    return posting.Item(
        key=key,
        body={"transfer_id": award.id, "reason": reason},
        kind=TransferKind.AWARD_REVERSAL,
        actor_id=actor.id,
        legs=(posting.Leg(_purse(claim), _issue(claim), claim.points),),
        fact=posting.FactOf(
            kind=facts.AWARD_REVERSED,
            area_id=claim.village_id,
            subject_kind="points.claim",
            subject_id=claim.id,
            data=_data(claim),
            amount=claim.points,
            corrects_id=award.fact_id,
            playbook_version=claim.playbook_version,
        ),
        scope_code=claim.scope_code,
        person_id=claim.person_id,
        reason=reason,
        claim_id=claim.id,
        reverses_id=award.id,
    )


def _data(claim: Claim) -> facts.ClaimData:
    return facts.ClaimData(
        person=claim.person_id,
        household=claim.household_id,
        home_area=claim.village_id,
        rule=claim.rule_code,
        rule_class=claim.rule_class,
        happened_on=claim.happened_on,
        quantity=claim.quantity,
    )


def _purse(claim: Claim) -> posting.AccountOf:
    return posting.AccountOf(
        AccountKind.PERSON,
        claim.unit,
        "person",
        claim.person_id,
        claim.village_id,
        claim.scope_code,
        claim.person_id,
    )


def _issue(claim: Claim) -> posting.AccountOf:
    """The village's account that points come from; below zero by what is in circulation."""
    return posting.AccountOf(
        AccountKind.ISSUE, claim.unit, "area", claim.village_id, claim.village_id, claim.scope_code
    )
