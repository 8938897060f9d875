"""Referring a claim to the town office by hand: nobody of the village may review it."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries, rules
from liuchi.engines.points.actions.claim_writing import record_raised
from liuchi.engines.points.enums import ClaimState, UpperReason
from liuchi.engines.points.models import Claim
from liuchi.engines.points.queries import ClaimRow
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

_REVIEW = "points.claim.review"


def refer_claim(*, actor: Actor, key: str, claim_id: UUID) -> ClaimRow:
    """Send a claim to the town office now: its reviewers have left, or are of one household.

    Refused while somebody of the village may review it; overdue, it goes by itself.
    """
    actor.may("points.claim.read").or_refuse()
    with acting_as(actor):
        if journal.once(f"points.refer_claim:{actor.id}", key, {"claim_id": claim_id}, claim_id):
            return queries.claim(actor, claim_id)
        claim = Claim.objects.select_for_update().filter(pk=claim_id).first()
        if claim is None:
            raise NotFound("claim")
        rules.may_refer(
            ClaimState(claim.state),
            is_raised=claim.upper_since is not None,
            somebody_may=rules.has_second_person(
                (
                    rules.Second(each.user_id, each.person_id, each.household_id)
                    for each in directory.second_people(actor, [claim.village_id], _REVIEW).get(
                        claim.village_id, ()
                    )
                ),
                proposer_id=claim.proposed_by_id,
                claimant_id=claim.person_id,
                household_id=claim.household_id,
                asked_by_id=claim.asked_by_id,
            ),
        ).or_refuse()
        claim.upper_since, claim.upper_reason = clock.now(), UpperReason.NO_SECOND_PERSON
        Claim.objects.filter(pk=claim_id).update(
            upper_since=claim.upper_since, upper_reason=claim.upper_reason
        )
        record_raised(actor, [claim])
        return queries.claim(actor, claim_id)
