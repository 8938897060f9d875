"""Pydantic shapes of the section ``cases``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from liuchi.engines.cases.enums import AreaLevel, CaseState, CaseVerb, Channel
from liuchi.engines.cases.spec.base import Code, Limit, LimitsSpec, Shape, SomeTime, Title
from liuchi.engines.cases.spec.hours import Hours, working_hours
from liuchi.engines.cases.spec.routing import RouteSpec
from liuchi.engines.cases.spec.types import (
    ConditionSpec,
    QuestionSpec,
    TypeSpec,
    open_channels,
)
from liuchi.engines.cases.spec.whistles import WhistleSpec
from liuchi.kernel.calendar import WorkingHours
from liuchi.kernel.deadlines import WARN_PERCENT
from liuchi.kernel.durations import TimeUnit

SKIPPABLE = frozenset(
    {CaseState.VERIFYING, CaseState.DISPATCHED, CaseState.FEEDBACK, CaseState.CHECKING}
)
"""Stages a playbook may do without. Filing, handling and closing are never skipped."""

REOPEN_DAYS_MAX = 366
REPLY_CHARACTERS_MAX = 200
DEFAULT_LIMITS = LimitsSpec(
    dispatch=Limit(2, TimeUnit.WORK_HOURS),
    handling=Limit(5, TimeUnit.WORK_DAYS),
    check=Limit(1, TimeUnit.WORK_DAYS),
)


class StageSpec(Shape):
    """What a playbook calls a stage, and whether it does without it."""

    title: Annotated[str, Field(max_length=12)] = ""
    skip: bool = False


class TierSpec(Shape):
    """A level a matter is settled at (微事党员办, 难事支部商, 大事党委研), the lowest first."""

    code: Code
    title: Title
    at: AreaLevel


class ReasonSpec(Shape):
    """A reason that may be given for a step."""

    code: Code
    title: Title


def _in_whole_days(limit: Limit) -> Limit:
    if limit.unit.is_hours or limit.amount > REOPEN_DAYS_MAX:
        msg = f"write whole days, at most {REOPEN_DAYS_MAX}, not {limit}"
        raise ValueError(msg)
    return limit


Reply = Annotated[str, Field(min_length=1, max_length=REPLY_CHARACTERS_MAX)]
WholeDays = Annotated[SomeTime, AfterValidator(_in_whole_days)]


class CasesSpec(Shape):
    """Section ``cases``: types, conditions, limits, stages, tiers, reasons."""

    types: tuple[TypeSpec, ...] = Field(min_length=1)
    unsorted: Code | None = Field(
        default=None, description="the type of what is reported without choosing one"
    )
    channels: tuple[Channel, ...] = Field(
        default=(), description="how matters may come in; none named: in every way"
    )
    conditions: tuple[ConditionSpec, ...] = ()
    limits: LimitsSpec = LimitsSpec()
    stages: Mapping[CaseState, StageSpec] = Field(default_factory=dict)
    hours: Hours = ()
    warn_percent: int = Field(
        default=WARN_PERCENT, ge=10, le=95, description="of a limit, used when its reminder comes"
    )
    escalate_every: SomeTime = Field(
        default=Limit(1, TimeUnit.WORK_DAYS),
        description="how long an overdue limit waits before it goes up one more level",
    )
    tiers: tuple[TierSpec, ...] = ()
    routing: tuple[RouteSpec, ...] = ()
    whistle: WhistleSpec | None = None
    reasons: Mapping[CaseVerb, tuple[ReasonSpec, ...]] = Field(default_factory=dict)
    replies: Mapping[CaseVerb, tuple[Reply, ...]] = Field(
        default_factory=dict,
        description="usual words for a step, offered to be put in and changed (回复模板)",
    )
    file_directly: tuple[Channel, ...] = Field(
        default=(Channel.WORKER, Channel.PATROL, Channel.SUPERIOR, Channel.VISIT),
        description="what comes in this way is filed without being verified on the spot",
    )
    reopen_within: WholeDays = Field(
        default=Limit(15, TimeUnit.DAYS), description="counted from the closing, from nothing else"
    )
    recheck: WholeDays | None = Field(
        default=None, description="how long after closing it is looked at once more (成果巩固)"
    )
    sampling: int = Field(default=0, ge=0, le=100, description="closed cases checked, of a hundred")
    call_backs: int = Field(
        default=0, ge=0, le=100, description="closed cases whose reporter is called, of a hundred"
    )
    returns_max: int = Field(
        default=2, ge=1, le=10, description="returns by units before it is put to arbitration"
    )

    @model_validator(mode="after")
    def _order_stays(self) -> Self:
        skipped = self.skipped
        if skipped - SKIPPABLE:
            msg = f"not to be skipped: {'、'.join(sorted(skipped - SKIPPABLE))}"
            raise ValueError(msg)
        if {CaseState.FEEDBACK, CaseState.CHECKING} <= skipped:
            msg = "feedback and checking can't both be skipped: the handler would close the case"
            raise ValueError(msg)
        return self

    @property
    def skipped(self) -> frozenset[CaseState]:
        """The stages this playbook does without."""
        return frozenset(state for state, stage in self.stages.items() if stage.skip)

    @property
    def working_hours(self) -> WorkingHours | None:
        """The hours limits run in here; None: those of the house."""
        return working_hours(self.hours)

    def type(self, code: str) -> TypeSpec | None:
        """Return the type of a code, or None."""
        return next((each for each in self.types if each.code == code), None)

    def is_leaf(self, code: str) -> bool:
        """Whether a type has no types below it, so that cases are filed as it."""
        return self.type(code) is not None and all(each.parent != code for each in self.types)

    def path(self, code: str) -> tuple[TypeSpec, ...]:
        """Return a type and those it stands under, the main type first; empty for none."""
        found: list[TypeSpec] = []
        at: str | None = code
        while at is not None and (held := self.type(at)) is not None and held not in found:
            found.append(held)
            at = held.parent
        return tuple(reversed(found))

    def is_open(self, code: str, channel: Channel) -> bool:
        """Whether a type may be reported in some way: it, what it stands under and the section."""
        named = (each.channels for each in self.path(code))
        return self.is_leaf(code) and channel in open_channels(self.channels, *named)

    def unsorted_by(self, channel: Channel) -> str:
        """Return the type of what is reported without choosing one, "" where one must be chosen."""
        return self.unsorted if self.unsorted and self.is_open(self.unsorted, channel) else ""

    def questions_of(self, code: str) -> tuple[QuestionSpec, ...]:
        """Return what is asked about a type: first what is asked about all of its main type."""
        return tuple(each for held in self.path(code) for each in held.questions)

    def condition(self, code: str) -> ConditionSpec | None:
        """Return the condition of a code, or None."""
        return next((each for each in self.conditions if each.code == code), None)

    def conditions_of(self, type_code: str) -> tuple[ConditionSpec, ...]:
        """Return the conditions a type may be filed under, in order."""
        return tuple(each for each in self.conditions if each.type == type_code)

    def limits_of(self, condition_code: str) -> LimitsSpec:
        """Return the limits that hold under a condition; only ``total`` may be absent."""
        held = self.condition(condition_code)
        general = self.limits.over(DEFAULT_LIMITS)
        return general if held is None else held.limits.over(general)

    def tier(self, code: str) -> TierSpec | None:
        """Return the tier of a code, or None."""
        return next((each for each in self.tiers if each.code == code), None)

    def next_tier(self, code: str) -> TierSpec | None:
        """Return the tier above one, the lowest for "", None above the highest."""
        places = {each.code: place for place, each in enumerate(self.tiers)}
        beyond = places.get(code, -1) + 1
        return self.tiers[beyond] if beyond < len(self.tiers) else None

    def goes_up(self, code: str, *, has_desk_above: bool) -> bool:
        """Whether anything stands above a tier; without tiers, above the desk."""
        return self.next_tier(code) is not None or (not self.tiers and has_desk_above)
