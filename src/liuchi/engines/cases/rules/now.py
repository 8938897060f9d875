"""A case as it stands, with its clocks, tasks and what was asked for: what decisions read.

The fields are the columns of the tables, by the same names: what a step has decided is
written back as it stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from liuchi.engines.cases.enums import (
    CaseState,
    ChangeKind,
    ChangeState,
    Channel,
    ClockKind,
    LimitUnit,
    TaskKind,
    TaskState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNow:
    """Everything of a case that is not its past; see ``models.Case``."""

    id: UUID
    town_id: UUID
    village_id: UUID | None
    grid_id: UUID | None
    about_id: UUID | None
    scope_code: str
    playbook_version: UUID
    type_code: str
    main_type: str
    type_title: str
    condition_code: str
    channel: Channel
    description: str
    place: str
    longitude: Decimal | None
    latitude: Decimal | None
    reported_at: datetime
    reported_fact_id: UUID | None
    filed_at: datetime | None
    state: CaseState
    since: datetime
    version: int
    tier: str
    urgent: bool
    sensitive: bool
    supervised: bool
    appealed: bool
    disputed: bool
    overdue: bool
    basically_done: bool
    desk_id: UUID
    unit_id: UUID | None
    handler_ids: tuple[UUID, ...]
    clock: str
    due_at: datetime | None
    suspended_from: str
    reports: int
    returned: int
    reworked: int
    reopened: int
    escalated: int
    parent_id: UUID | None
    children_open: int
    merged_into_id: UUID | None
    closed_at: datetime | None
    closed_by_id: UUID | None
    reopen_until: datetime | None
    recheck_on: date | None
    last_fact_id: UUID | None

    @property
    def area_id(self) -> UUID:
        """The smallest place it is of: what facts are counted by."""
        return self.grid_id or self.village_id or self.town_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockNow:
    """One run of a limit; see ``models.Clock``."""

    id: UUID
    case_id: UUID
    kind: ClockKind
    round: int
    started_at: datetime
    limit_amount: int
    limit_unit: LimitUnit
    due_at: datetime
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    used_seconds: int | None = None
    in_time: bool | None = None
    warn_at: datetime | None = None
    warned_at: datetime | None = None
    overdue_at: datetime | None = None
    escalated_at: datetime | None = None
    escalate_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNow:
    """What was asked for a limit, and what became of it; see ``models.ClockChange``."""

    id: UUID
    case_id: UUID
    clock_id: UUID | None
    kind: ChangeKind
    state: ChangeState
    version: int
    amount: int | None
    unit: str
    until: datetime | None
    reason_code: str
    reason: str
    asked_by_id: UUID
    asked_at: datetime
    decided_by_id: UUID | None = None
    decided_at: datetime | None = None
    answer: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskNow:
    """One unit's piece of work; see ``models.Task``."""

    id: UUID
    case_id: UUID
    unit_id: UUID
    kind: TaskKind
    state: TaskState
    given_by_id: UUID
    given_at: datetime
    due_at: datetime | None
    note: str
    accepted_by_id: UUID | None = None
    accepted_at: datetime | None = None
    ended_by_id: UUID | None = None
    ended_at: datetime | None = None
