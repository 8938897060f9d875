"""What operations about lists, groups, corrections and claims for others take and give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from liuchi.surfaces.api.shapes import (
    EVIDENCE_MAX,
    Code,
    Note,
    OwnClaimTaken,
    Quantity,
    Reason,
    Taken,
    Wording,
)


class ClaimsTaken(Taken):
    """One deed of everybody on a list."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
    place: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")] = ""
    rule_code: Code
    happened_on: date
    quantity: Quantity = 1
    note: Note = ""
    evidence: Annotated[list[UUID], Field(max_length=EVIDENCE_MAX)] = []
    person_ids: Annotated[list[UUID], Field(min_length=1, max_length=300)]


class RefusedLine(Schema):
    """Somebody on a list whose claim was not made, and why."""

    person_id: UUID
    person_name: str
    code: str
    sentence: Wording


class Batch(Schema):
    """A list of an activity or a page of a book; ``counts`` are its claims by state."""

    id: UUID
    kind: str
    title: str
    page: str
    place: str
    happened_on: date | None
    village_id: UUID
    village_name: str
    evidence: list[UUID]
    entered_by_name: str
    entered_at: datetime
    counts: dict[str, int]
    refused: list[RefusedLine]


class NeighbourClaimTaken(OwnClaimTaken):
    """A claim for somebody of the household or the village, named in full."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
    birth_year: Annotated[int, Field(ge=1900, le=2100, strict=True)] | None = None


class ResubmissionTaken(Taken):
    """What a returned claim lacked."""

    note: Note
    evidence: Annotated[list[UUID], Field(max_length=EVIDENCE_MAX)] = []


class ReviewItemTaken(Taken):
    """What is decided about one claim of a group, over the version that was read."""

    claim_id: UUID
    expected_version: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)]
    outcome: Annotated[str, StringConstraints(pattern=r"^(approve|reject|return)$")] = "approve"
    reason: Note = ""


class ReviewsTaken(Taken):
    """A decision about several claims at once."""

    items: Annotated[list[ReviewItemTaken], Field(min_length=1, max_length=300)]


class LeftOut(Schema):
    """A claim of a group that was not decided, and why."""

    claim_id: UUID
    person_name: str
    sentence: Wording


class Reviewed(Schema):
    """How many of a group were decided, and which were left out."""

    done: int
    left: list[LeftOut]


class CorrectionTaken(Taken):
    """Why a posted award is wrong, and the right quantity where only that was."""

    reason: Reason
    right_quantity: Quantity | None = None


class DecisionTaken(Taken):
    """What the second person decided, over the version that was read."""

    approve: bool
    answer: Note = ""
    expected_version: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)]


class Approval(Schema):
    """A correction or a gift somebody asked for, and what a second person decided."""

    id: UUID
    kind: str
    state: str
    version: int
    person_id: UUID
    person_name: str
    village_id: UUID
    village_name: str
    reason: str
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    answer: str
    claim_id: UUID | None
    points: int
    quantity: int
    right_quantity: int | None
    goods_title: Wording
    gift_quantity: int
