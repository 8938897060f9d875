"""What waits for somebody today, counted together: one statement, however much there is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q

from liuchi.engines.journal.scope import counts, require
from liuchi.engines.points.enums import ApprovalState, ClaimState
from liuchi.engines.points.models import Approval, Claim, Goods
from liuchi.engines.points.queries.campaigns import campaigns_waiting
from liuchi.engines.points.queries.grade_appeals import appeals_waiting
from liuchi.engines.points.queries.grade_rounds import rounds_to_issue
from liuchi.engines.points.queries.objections import ObjectionWork, objections_waiting
from liuchi.engines.points.queries.openings import openings_waiting
from liuchi.engines.points.queries.places import with_stock
from liuchi.engines.points.queries.telling import agreements_ending
from liuchi.engines.points.scope import is_above_villages, village_of
from liuchi.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class WorkToday:
    """How much waits for somebody in the actor's area.

    ``openings`` are lists of opening balances to confirm, ``campaigns`` those a second person
    decides on, ``grade_appeals`` objections to grades, ``rounds`` those to be issued,
    ``agreements`` those whose last day is near.
    """

    objections: ObjectionWork
    claims_to_review: int
    claims_returned: int
    low_stock: int
    approvals: int
    openings: int
    campaigns: int
    grade_appeals: int
    rounds: int
    agreements: int


def work_today(actor: Actor) -> WorkToday:
    """Count what waits in the actor's area.

    Above villages only what has come up is to be reviewed.
    """
    require(actor)
    village = village_of(actor)
    claims = Claim.objects.all() if village is None else Claim.objects.filter(village_id=village)
    to_review = claims.filter(state=ClaimState.PROPOSED).exclude(proposed_by_id=actor.id)
    if is_above_villages(actor):
        to_review = to_review.filter(upper_since__isnull=False)
    goods = Goods.objects.filter(
        shop__scope_code__startswith=actor.scope_code, discontinued_at__isnull=True
    )
    approvals = Approval.objects.filter(
        scope_code__startswith=actor.scope_code, state=ApprovalState.ASKED
    )
    found = counts(
        *objections_waiting(actor),
        to_review,
        claims.filter(state=ClaimState.RETURNED),
        with_stock(goods).filter(Q(stock__lte=F("low_stock"))),
        approvals.exclude(asked_by_id=actor.id),
        openings_waiting(actor),
        campaigns_waiting(actor),
        appeals_waiting(actor),
        rounds_to_issue(actor),
        agreements_ending(actor),
    )
    return WorkToday(ObjectionWork(*found[:3]), *found[3:])
