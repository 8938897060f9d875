"""What nobody of the village has reviewed in time goes to the town office.

The village may still review it: whoever comes first decides, and the other is told. So
nothing waits longer because it moved, and no one-person village is stuck.
"""

from __future__ import annotations

from datetime import datetime

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries
from liuchi.engines.points.actions.claim_writing import record_raised
from liuchi.engines.points.enums import ClaimState, UpperReason
from liuchi.engines.points.models import Claim
from liuchi.engines.points.scope import calendar
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor


def raise_overdue(*, actor: Actor, limit: int = 500) -> int:
    """Move claims that have waited too long; return how many moved. Safe to repeat.

    Looks at the longest waiting ``limit`` claims and moves them by one statement. Two at
    once: the second finds the rows locked and leaves them to the first.
    """
    actor.may("points.claim.raise").or_refuse()
    now = clock.now()
    with acting_as(actor):
        waiting = (
            Claim.objects.select_for_update(skip_locked=True)
            .filter(state=ClaimState.PROPOSED, upper_since__isnull=True, waiting_since__lt=now)
            .order_by("waiting_since", "id")[:limit]
        )
        late = [claim for claim in waiting if _due(claim) <= now]
        for claim in late:
            claim.upper_since, claim.upper_reason = now, UpperReason.OVERDUE
        Claim.objects.filter(pk__in=[claim.id for claim in late]).update(
            upper_since=now, upper_reason=UpperReason.OVERDUE
        )
        record_raised(actor, late)
    return len(late)


def _due(claim: Claim) -> datetime:
    within = queries.spec_as_applied(claim.playbook_version).review_within
    return calendar().add(claim.waiting_since, within)
