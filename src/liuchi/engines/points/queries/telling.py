"""What has to be known to tell people: for flows, which ask for many places at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, QuerySet

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import (
    AgreementState,
    AppealState,
    ApprovalState,
    ClaimAppealState,
    ClaimState,
    ObjectionState,
    UseState,
)
from liuchi.engines.points.models import (
    Agreement,
    Appeal,
    Approval,
    BenefitUse,
    Claim,
    Goods,
    GradeAppeal,
    Objection,
)
from liuchi.engines.points.queries.places import last_day, spec_as_applied, with_stock
from liuchi.engines.points.rules.agreements import WARN_DAYS
from liuchi.engines.points.scope import is_above_villages, require_any
from liuchi.kernel import clock
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
class Due:
    """So many of a village, without an answer or about to end; the earliest on ``first_due``."""

    count: int
    first_due: date


@dataclass(frozen=True, slots=True)
class OpenAppeal:
    """An appeal nobody has decided. ``involved`` may not; ``group`` is who may, None: the town."""

    id: UUID
    due_on: date
    group: str | None
    involved: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class LoanDue:
    """A thing lent that is due or late. ``thing`` is what was lent, or the offer's title."""

    use_id: UUID
    person_id: UUID
    village_id: UUID
    thing: str
    due_on: date


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
) -> Mapping[UUID, Due]:
    """Return how many objections wait for an answer and by when, by village."""
    require_any(actor, "points.claim.read")
    require(actor)
    waiting = Objection.objects.filter(state=ObjectionState.OPEN)
    if village_ids is not None:
        waiting = waiting.filter(village_id__in=list(village_ids))
    found = waiting.values_list("village_id").annotate(Count("pk"), Min("due_at"))
    return {village: Due(count, last_day(due)) for village, count, due in found}


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


def appeals_open(
    actor: Actor, village_ids: Collection[UUID] | None = None
) -> Mapping[UUID, tuple[OpenAppeal, ...]]:
    """Return the appeals that wait, by village, with who decided or entered them before."""
    require_any(actor, "points.claim.read")
    require(actor)
    waiting = Appeal.objects.filter(state=ClaimAppealState.OPEN)
    if village_ids is not None:
        waiting = waiting.filter(village_id__in=list(village_ids))
    found: dict[UUID, tuple[OpenAppeal, ...]] = {}
    for each in waiting.select_related("claim").order_by("id"):
        claim = each.claim
        before = (claim.proposed_by_id, claim.reviewed_by_id, each.entered_by_id)
        row = OpenAppeal(
            each.id,
            last_day(each.due_at),
            spec_as_applied(claim.playbook_version).appeals.to,
            frozenset(user_id for user_id in before if user_id is not None),
        )
        found[each.village_id] = (*found.get(each.village_id, ()), row)
    return found


def appeals_to_decide(actor: Actor) -> int:
    """Count the appeals of the actor's area that are the actor's to decide.

    The town office's, or those of a group the actor sits in; none the actor had a part in.
    """
    waiting = [
        each
        for opened in appeals_open(actor).values()
        for each in opened
        if actor.id not in each.involved
    ]
    if not waiting or is_above_villages(actor):
        return len(waiting)
    groups = {post.organization_name for post in directory.posts_of_users([actor.id])}
    return sum(each.group in groups for each in waiting)


def grade_appeals_open(
    actor: Actor, village_ids: Collection[UUID] | None = None
) -> Mapping[UUID, Due]:
    """Return how many objections to grades wait for an answer and by when, by village."""
    require_any(actor, "points.claim.read")
    require(actor)
    waiting = GradeAppeal.objects.filter(state=AppealState.OPEN)
    if village_ids is not None:
        waiting = waiting.filter(round__village_id__in=list(village_ids))
    found = waiting.values_list("round__village_id").annotate(Count("pk"), Min("due_at"))
    return {village: Due(count, last_day(due)) for village, count, due in found}


def ending_soon(actor: Actor, village_ids: Collection[UUID] | None = None) -> Mapping[UUID, Due]:
    """Return the agreements whose last day is near, by village of the actor's area."""
    require(actor)
    held = agreements_ending(actor)
    if village_ids is not None:
        held = held.filter(village_id__in=list(village_ids))
    found = held.values_list("village_id").annotate(Count("pk"), Min("to_on"))
    return {village: Due(count, first) for village, count, first in found}


def agreements_ending(actor: Actor) -> QuerySet[Agreement]:
    """Return the actor's area's agreements whose last day is near. For this engine."""
    today = clock.today()
    return Agreement.objects.filter(
        state=AgreementState.SIGNED,
        to_on__gte=today,
        to_on__lte=today + timedelta(days=WARN_DAYS),
        scope_code__startswith=actor.scope_code,
    )


def loans_due(actor: Actor, since: date, until: date) -> tuple[LoanDue, ...]:
    """Return what was lent, has not come back and is due between two days, both included."""
    require(actor)
    held = BenefitUse.objects.filter(
        state=UseState.MADE, due_on__range=(since, until), returned_at__isnull=True
    )
    return tuple(
        LoanDue(each.id, each.person_id, each.home_area_id, each.thing or each.offer.title, due_on)
        for each in held.select_related("offer").order_by("id")
        if (due_on := each.due_on) is not None
    )


def _by_village(counts: Iterable[tuple[UUID, UUID, int]]) -> dict[UUID, dict[UUID, int]]:
    counted: dict[UUID, dict[UUID, int]] = {}
    for village_id, user_id, count in counts:
        counted.setdefault(village_id, {})[user_id] = count
    return counted


def low_goods(actor: Actor, shop_ids: Collection[UUID] | None = None) -> tuple[LowGoods, ...]:
    """Return what is running out at some shops (None: at all), by shop and code."""
    require_any(actor, "points.goods.read")
    require(actor)
    offered = Goods.objects.filter(discontinued_at__isnull=True)
    if shop_ids is not None:
        offered = offered.filter(shop_id__in=list(shop_ids))
    found: Any = with_stock(offered)
    low = found.filter(stock__lte=F("low_stock")).order_by("shop_id", "code")
    return tuple(
        LowGoods(each.pk, each.title, each.stock, each.shop_id, each.shop.village_id)
        for each in low.select_related("shop")
    )
