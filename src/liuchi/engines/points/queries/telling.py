"""What has to be known to tell people: for flows, which ask for many places at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min

from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import ApprovalState, ClaimState, ObjectionState
from liuchi.engines.points.models import Approval, Claim, Goods, Objection
from liuchi.engines.points.queries.places import last_day, with_stock
from liuchi.engines.points.scope import require_any
from liuchi.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class ClaimNote:
    """What a notice about a claim says: no name, and where the claimant lives."""

    id: UUID
    person_id: UUID
    village_id: UUID
    rule_title: str
    points: int
    publicity_work_days: int
    proposed_by: UUID
    state: ClaimState


@dataclass(frozen=True, slots=True)
class LowGoods:
    """Goods of which a shop has little left."""

    id: UUID
    title: str
    stock: int
    shop_id: UUID
    village_id: UUID


@dataclass(frozen=True, slots=True)
class ObjectionsDue:
    """Objections of a village without an answer; ``first_due`` is the earliest last day."""

    count: int
    first_due: date


def claim_notes(actor: Actor, claim_ids: Collection[UUID]) -> Mapping[UUID, ClaimNote]:
    """Return claims in scope by id, in one query; unknown ids are left out."""
    require_any(actor, "points.claim.read")
    require(actor)
    found = Claim.objects.filter(pk__in=list(claim_ids)).only(
        "person_id", "village_id", "rule_title", "points", "publicity_work_days",
        "proposed_by_id", "state",
    )  # fmt: skip
    return {
        each.pk: ClaimNote(
            each.pk,
            each.person_id,
            each.village_id,
            each.rule_title,
            each.points,
            each.publicity_work_days,
            each.proposed_by_id,
            ClaimState(each.state),
        )
        for each in found
    }


def claims_waiting(
    actor: Actor, village_ids: Collection[UUID] | None = None, *, only_raised: bool = False
) -> Mapping[UUID, Mapping[UUID, int]]:
    """Return how many claims wait for review, by village and by who entered them.

    ``only_raised``: those that came up to the town office, which may review no others.
    """
    require_any(actor, "points.claim.read")
    require(actor)
    waiting = Claim.objects.filter(state=ClaimState.PROPOSED)
    if village_ids is not None:
        waiting = waiting.filter(village_id__in=list(village_ids))
    if only_raised:
        waiting = waiting.filter(upper_since__isnull=False)
    return _by_village(waiting.values_list("village_id", "proposed_by_id").annotate(Count("pk")))


def objections_waiting(
    actor: Actor, village_ids: Collection[UUID] | None = None
) -> Mapping[UUID, ObjectionsDue]:
    """Return how many objections wait for an answer and by when, by village."""
    require_any(actor, "points.claim.read")
    require(actor)
    waiting = Objection.objects.filter(state=ObjectionState.OPEN)
    if village_ids is not None:
        waiting = waiting.filter(village_id__in=list(village_ids))
    found = waiting.values_list("village_id").annotate(Count("pk"), Min("due_at"))
    return {village: ObjectionsDue(count, last_day(due)) for village, count, due in found}


def approvals_waiting(
    actor: Actor, village_ids: Collection[UUID] | None = None
) -> Mapping[UUID, Mapping[UUID, int]]:
    """Return how many requests wait for a second person, by village and by who asked."""
    require_any(actor, "points.claim.read")
    require(actor)
    waiting = Approval.objects.filter(state=ApprovalState.ASKED)
    if village_ids is not None:
        waiting = waiting.filter(village_id__in=list(village_ids))
    return _by_village(waiting.values_list("village_id", "asked_by_id").annotate(Count("pk")))


def _by_village(counts: Iterable[tuple[UUID, UUID, int]]) -> dict[UUID, dict[UUID, int]]:
    counted: dict[UUID, dict[UUID, int]] = {}
    for village_id, user_id, count in counts:
        counted.setdefault(village_id, {})[user_id] = count
    return counted


def low_goods(actor: Actor, shop_ids: Collection[UUID]) -> tuple[LowGoods, ...]:
    """Return what is running out at some shops, by shop and code."""
    require_any(actor, "points.goods.read")
    require(actor)
    found: Any = with_stock(
        Goods.objects.filter(shop_id__in=list(shop_ids), discontinued_at__isnull=True)
    )
    low = found.filter(stock__lte=F("low_stock")).order_by("shop_id", "code")
    return tuple(
        LowGoods(each.pk, each.title, each.stock, each.shop_id, each.shop.village_id)
        for each in low.select_related("shop")
    )
