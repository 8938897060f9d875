"""What helps to enter and to review: how full a cap is, what looks double, what is usual."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from liuchi.engines.journal.scope import require
from liuchi.engines.points import rules
from liuchi.engines.points.enums import CapPer, ClaimState
from liuchi.engines.points.models import Claim
from liuchi.engines.points.queries.claims import ClaimRow, rows_of
from liuchi.engines.points.queries.places import spec_as_applied
from liuchi.engines.points.scope import require_any
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

_GONE = (ClaimState.REJECTED, ClaimState.WITHDRAWN, ClaimState.REVERSED)
_LOOKED_AT = 100
_DOUBLES_MAX = 5


@dataclass(frozen=True, slots=True)
class CapUse:
    """How much of a cap is taken up, this claim included, in points of its period."""

    used: int
    most: int
    per: CapPer


@dataclass(frozen=True, slots=True)
class ReviewAids:
    """What a reviewer wants to know beside the claim itself."""

    cap: CapUse | None
    doubles: tuple[ClaimRow, ...]


def review_aids(actor: Actor, claim_id: UUID) -> ReviewAids:
    """Return how full the cap is and the person's other claims by this rule on this day."""
    require_any(actor, "points.claim.read", "points.claim.review")
    require(actor)
    claim = Claim.objects.filter(pk=claim_id).first()
    if claim is None:
        raise NotFound("claim")
    double = (
        Claim.objects.filter(
            person_id=claim.person_id, rule_code=claim.rule_code, happened_on=claim.happened_on
        )
        .exclude(pk=claim_id)
        .exclude(state__in=_GONE)
        .order_by("id")[:_DOUBLES_MAX]
    )
    rule = spec_as_applied(claim.playbook_version).rule(claim.rule_code)
    cap = None
    if rule is not None and rule.cap is not None:
        first, end = rules.cap_period(rule.cap.per, claim.happened_on)
        used = _used(claim, first, end)
        cap = CapUse(used, rule.cap.points, rule.cap.per)
    return ReviewAids(cap, rows_of(actor, double))


def frequent_rules(actor: Actor, village_id: UUID, *, most: int = 3) -> tuple[str, ...]:
    """Return the rules the actor enters most of late; a beginner's: those of the village."""
    require(actor)
    own = Claim.objects.filter(proposed_by_id=actor.id, village_id=village_id).order_by("-id")
    codes = list(own.values_list("rule_code", flat=True)[:_LOOKED_AT])
    if not codes:
        posted = Claim.objects.filter(village_id=village_id, state=ClaimState.POSTED)
        codes = list(posted.order_by("-id").values_list("rule_code", flat=True)[:_LOOKED_AT])
    return tuple(code for code, _ in Counter(codes).most_common(most))


def _used(claim: Claim, first: date, end: date) -> int:
    wanted = {
        "person_id": str(claim.person_id),
        "unit": claim.unit,
        "rule_code": claim.rule_code,
        "first": None if first == date.min else str(first),
        "end": None if end == date.max else str(end),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT used FROM points_used(%s)", [json.dumps([wanted])])
        return int(cursor.fetchone()[0])
