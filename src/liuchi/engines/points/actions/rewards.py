"""Points posted: awards after their notice, and what undoes one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import DatabaseError, connection

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts
from liuchi.engines.points.actions import posting
from liuchi.engines.points.actions.claim_writing import claim_facts
from liuchi.engines.points.actions.expiring import date_claims
from liuchi.engines.points.enums import (
    AccountKind,
    ClaimState,
    Outcome,
    TransferKind,
)
from liuchi.engines.points.models import Claim, Transfer
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor


def post_claims(*, actor: Actor, claim_ids: Sequence[UUID]) -> int:
    """Post claims whose notice is over and return how many were posted by this call.

    The key is the claim's own, so that two workers, or a repeat, post each claim once. All
    are written by one statement. Where one of them breaks it, each is posted by itself and
    the others stand.
    """
    actor.may("points.claim.post").or_refuse()
    try:
        with acting_as(actor), connection.cursor() as cursor:
            date_claims(claim_ids)
            cursor.execute(
                "SELECT points_post_claims(%s, %s, %s)", [list(claim_ids), actor.id, clock.now()]
            )
            return int(cursor.fetchone()[0])
    except DatabaseError:
        with acting_as(actor):
            due = list(Claim.objects.filter(pk__in=claim_ids, state=ClaimState.ON_NOTICE))
            date_claims(claim_ids)
        answers = posting.post_all([award_item(actor, claim) for claim in due])
        return sum(answer.outcome is Outcome.POSTED for answer in answers)


def award_item(actor: Actor, claim: Claim) -> posting.Item:
    """Return what posts a claim, under the claim's own key."""
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
            data=claim_facts(claim),
            amount=claim.points,
            cause_id=claim.reviewed_fact_id,
            playbook_version=claim.playbook_version,
        ),
        scope_code=claim.scope_code,
        person_id=claim.person_id,
        claim_id=claim.id,
    )


def reversal_item(actor: Actor, key: str, award: Transfer, reason: str) -> posting.Item:
    """Return what undoes a posted award: the same points the other way, naming it."""
    claim = award.claim
    if award.kind != TransferKind.AWARD or claim is None:
        msg = f"the transfer {award.id} is no award"
        raise ValueError(msg)
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
            data=claim_facts(claim),
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
