"""What of one post's work is open, for whoever hands it over."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import ClaimState, ObjectionState
from liuchi.engines.points.models import Claim, Objection, Shop
from liuchi.engines.points.scope import require_any
from liuchi.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class PostWork:
    """Counts at a place: what somebody entered there, and what waits there for a post.

    ``returned`` and ``on_the_way`` are claims the person entered: sent back for more, and
    under review or on notice. The others wait for whoever holds the verb.
    """

    returned: int
    on_the_way: int
    to_review: int
    objections: int
    shops: tuple[str, ...]


def post_work(actor: Actor, user_id: UUID, scope_code: str) -> PostWork:
    """Count the open work of a person's post; no names of residents. Five statements."""
    require_any(actor, "accounts.post.write")
    require(actor)
    claims = Claim.objects.filter(scope_code__startswith=scope_code)
    entered = claims.filter(proposed_by_id=user_id)
    waiting = (ClaimState.PROPOSED, ClaimState.ON_NOTICE)
    return PostWork(
        returned=entered.filter(state=ClaimState.RETURNED).count(),
        on_the_way=entered.filter(state__in=waiting).count(),
        to_review=claims.filter(state=ClaimState.PROPOSED).exclude(proposed_by_id=user_id).count(),
        objections=Objection.objects.filter(
            scope_code__startswith=scope_code, state=ObjectionState.OPEN
        ).count(),
        shops=tuple(
            Shop.objects.filter(scope_code__startswith=scope_code)
            .order_by("name")
            .values_list("name", flat=True)
        ),
    )
