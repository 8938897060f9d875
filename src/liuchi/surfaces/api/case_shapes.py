"""What operations about cases take and give."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from liuchi.engines.cases.enums import (
    CaseState,
    CaseVerb,
    ChangeKind,
    Channel,
    CheckOutcome,
    LimitUnit,
)
from liuchi.engines.cases.rules import NUMBER_DECIMALS_MAX, NUMBER_MAX
from liuchi.surfaces.api.shapes import Exact, Taken

PHOTOS_MAX = 9
ANSWERS_MAX = 32
UNITS_MAX = 20

_PLAIN = r"^[^\x00]*$"
Words = Annotated[str, StringConstraints(max_length=2_000, pattern=_PLAIN)]
Short = Annotated[str, StringConstraints(max_length=200, pattern=_PLAIN)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
Answer = bool | int | float | Short | Annotated[list[Short], Field(max_length=ANSWERS_MAX)]
Evidence = Annotated[list[UUID], Field(max_length=PHOTOS_MAX)]
Longitude = Annotated[Decimal, Field(ge=-180, le=180, decimal_places=6)]
Latitude = Annotated[Decimal, Field(ge=-90, le=90, decimal_places=6)]


class ReportTaken(Taken):
    """A report. The point is WGS 84; `joins` names an open case it is the same as.

    `answers`: to what the playbook asks about the type, by the codes of the questions.
    """

    area_id: UUID
    type_code: Short
    condition_code: Short = ""
    channel: Channel = Channel.SYSTEM
    text: Words = ""
    place: Short = ""
    longitude: Longitude | None = None
    latitude: Latitude | None = None
    organization: Annotated[str, StringConstraints(max_length=60, pattern=_PLAIN)] = ""
    contact: Annotated[str, StringConstraints(max_length=60, pattern=_PLAIN)] = ""
    answers: Annotated[dict[Code, Answer], Field(max_length=ANSWERS_MAX)] = {}
    evidence: Evidence = []
    urgent: bool = False
    joins: UUID | None = None


class ReportReceipt(Schema):
    """What a report came to. `code` is shown once and is the way back for whoever made it."""

    report_id: UUID
    case_id: UUID
    code: str


class Case(Schema):
    """A case as lists show it. It names places and organisations, never people."""

    id: UUID
    area_name: str
    town_id: UUID
    village_id: UUID | None
    grid_id: UUID | None
    type_code: str
    type_title: str
    channel: str
    description: str
    place: str
    state: CaseState
    since: datetime
    reported_at: datetime
    clock: str
    due_at: datetime | None
    unit_id: UUID | None
    unit_name: str
    desk_name: str
    tier: str
    urgent: bool
    supervised: bool
    overdue: bool
    disputed: bool
    appealed: bool
    basically_done: bool
    reports: int
    returned: int
    reworked: int
    reopened: int
    version: int


class CaseClock(Schema):
    """One run of a limit, in the unit it counts."""

    kind: str
    round: int
    started_at: datetime
    limit_amount: int
    limit_unit: LimitUnit
    due_at: datetime
    stopped_at: datetime | None
    used_seconds: int | None
    in_time: bool | None
    overdue_at: datetime | None


class CaseTask(Schema):
    """One unit's piece of work."""

    id: UUID
    unit_id: UUID
    kind: str
    state: str
    given_at: datetime
    due_at: datetime | None
    ended_at: datetime | None


class CaseOpened(Case):
    """A case with its limits and tasks."""

    longitude: Exact | None
    latitude: Exact | None
    clocks: list[CaseClock]
    tasks: list[CaseTask]


class CaseStep(Schema):
    """A line of a case's log."""

    verb: str
    state_before: str
    state_after: str
    at: datetime
    actor_name: str
    post_title: str
    unit_name: str
    reason: str
    opinion: str
    clock: str
    used_seconds: int | None
    timed_out: bool


ClosingNumber = Annotated[Decimal, Field(ge=0, le=NUMBER_MAX, decimal_places=NUMBER_DECIMALS_MAX)]


class StepTaken(Taken):
    """A step: its verb, and what that verb asks for. What it does not ask for is left out."""

    verb: CaseVerb
    expected_version: int | None = None
    reason_code: Short = ""
    opinion: Annotated[str, StringConstraints(max_length=1_000, pattern=_PLAIN)] = ""
    evidence: Evidence = []
    to_reporter: bool = False
    type_code: Short = ""
    condition_code: Short = ""
    unit_id: UUID | None = None
    with_units: Annotated[list[UUID], Field(max_length=UNITS_MAX)] = []
    found: CheckOutcome = CheckOutcome.DONE
    numbers: Annotated[dict[Short, ClosingNumber], Field(max_length=UNITS_MAX)] = {}
    kind: ChangeKind = ChangeKind.EXTENSION
    amount: int | None = None
    unit: LimitUnit | None = None
    until: datetime | None = None
    agree: bool = False
    into_id: UUID | None = None


class Moved(Schema):
    """Where a step led. `due_at` is null where no limit runs now."""

    case_id: UUID
    state: CaseState
    version: int
    due_at: datetime | None
