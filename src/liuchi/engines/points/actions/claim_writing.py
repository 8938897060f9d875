"""Claims on their way into the database: their rows and their facts, a statement each.

Whoever calls this has asked the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.journal import actions as journal
from liuchi.engines.points import facts
from liuchi.engines.points.enums import Capacity, ClaimState
from liuchi.engines.points.models import Claim
from liuchi.engines.points.spec.currency import code_of
from liuchi.kernel.actors import Actor
from liuchi.kernel.columns import selected

_GRANTED = {
    "id": "uuid", "person_id": "uuid", "masked_name": "text", "household_id": "uuid",
    "village_id": "uuid", "scope_code": "text", "playbook_version": "uuid", "unit": "text",
    "rule_code": "text", "rule_title": "text", "rule_class": "text", "award": "integer",
    "per": "text", "quantity": "integer", "points": "integer",
    "publicity_work_days": "integer", "happened_on": "date", "note": "text",
    "evidence": "uuid[]", "proposed_by_id": "uuid", "proposed_at": "timestamptz",
    "proposed_fact_id": "uuid", "state": "text", "version": "integer", "review_reason": "text",
    "capacity": "text", "asked_by_id": "uuid", "batch_id": "uuid",
    "waiting_since": "timestamptz", "upper_since": "timestamptz", "upper_reason": "text",
    "corrects_id": "uuid",
}  # fmt: skip
_values = attrgetter(*_GRANTED)
_EVIDENCE = list(_GRANTED).index("evidence")


@dataclass(slots=True)
class NewClaim:
    """A claim before it is a row: the fields of the model that the application may write."""

    id: UUID
    person_id: UUID
    masked_name: str
    household_id: UUID | None
    village_id: UUID
    scope_code: str
    playbook_version: UUID
    unit: str
    rule_code: str
    rule_title: str
    rule_class: str
    award: int
    per: str
    quantity: int
    points: int
    publicity_work_days: int
    happened_on: date
    note: str
    evidence: list[UUID]
    proposed_by_id: UUID
    proposed_at: datetime
    waiting_since: datetime
    capacity: Capacity
    asked_by_id: UUID | None
    batch_id: UUID | None = None
    corrects_id: UUID | None = None
    proposed_fact_id: UUID | None = None  # known once the fact is written
    state: str = ClaimState.PROPOSED
    version: int = 1
    review_reason: str = ""
    upper_since: datetime | None = None
    upper_reason: str = ""


def insert_granted(claims: Iterable[Claim | NewClaim]) -> None:
    """Insert claims, one statement, naming only the columns the application may write."""
    rows = [_row(claim) for claim in claims]
    if not rows:
        return
    query, values = selected(_GRANTED, rows)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO points_claim ({', '.join(_GRANTED)}) {query}", values)


def _row(claim: Claim | NewClaim) -> Sequence[Any]:
    row = list(_values(claim))
    row[_EVIDENCE] = f"{{{','.join(map(str, claim.evidence))}}}"
    return row


def claim_facts(claim: Claim | NewClaim) -> facts.ClaimData:
    """Return what every fact about a claim says."""
    return facts.ClaimData(**_said(claim))


def proposed_facts(claim: Claim | NewClaim) -> facts.ProposedData:
    """Return what the fact of proposing says besides."""
    return facts.ProposedData(
        **_said(claim),
        capacity=claim.capacity,
        asked_by=claim.asked_by_id,
        batch=claim.batch_id,
    )


def _said(claim: Claim | NewClaim) -> dict[str, Any]:
    return {
        "person": claim.person_id,
        "household": claim.household_id,
        "home_area": claim.village_id,
        "rule": claim.rule_code,
        "rule_class": claim.rule_class,
        "happened_on": claim.happened_on,
        "quantity": claim.quantity,
        "currency": code_of(claim.unit),
    }


def entry_of(
    kind: str,
    claim: Claim | NewClaim,
    data: facts.ClaimData,
    *,
    at: datetime | None = None,
    cause_id: UUID | None = None,
) -> journal.Entry:
    """Return a fact about a claim, to be recorded with others."""
    return journal.Entry(
        kind=kind,
        subject_kind="points.claim",
        subject_id=claim.id,
        area_id=claim.village_id,
        data=data,
        at=at,
        amount=claim.points,
        cause_id=cause_id,
        playbook_version=claim.playbook_version,
    )


def record_raised(actor: Actor, claims: Sequence[Claim | NewClaim]) -> None:
    """Journal that claims have gone to the town office, each with its reason."""
    journal.record_all(
        [
            entry_of(
                facts.CLAIM_RAISED,
                claim,
                facts.RaisedData(**_said(claim), reason=claim.upper_reason),
                cause_id=claim.proposed_fact_id,
            )
            for claim in claims
        ],
        actor=actor,
    )
