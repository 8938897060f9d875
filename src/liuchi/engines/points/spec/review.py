"""Who reviews a claim in which order, for what reasons one is sent back, and the appeal."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from liuchi.engines.points.spec.base import Publicity, Shape, Title
from liuchi.kernel.durations import Duration, TimeUnit

CLAIM_TARGET = "points.claim"
"""What a flow starts that claims points for whom a fact names."""

STEPS_MAX = 3
REASONS_MAX = 12

Reason = Annotated[str, Field(min_length=2, max_length=40)]
USUAL_REASONS = ("材料不全", "照片看不清", "日期不对", "数量不对", "不符合规则", "重复申报")


class ReviewStepSpec(Shape):
    """One step of review. ``by`` is a group, an organisation of the directory by that name.

    Its members hold posts there, each with a term, for the village or for one grid: then
    they review what comes from there. ``led_by`` is a role that leads the group and may act
    in the step without a post in it.
    """

    by: Title
    led_by: Annotated[str, Field(max_length=40)] | None = None


class ReviewSpec(Shape):
    """The steps in order, each by somebody else; without any, one reviewer decides."""

    steps: Annotated[tuple[ReviewStepSpec, ...], Field(max_length=STEPS_MAX)] = ()
    reasons: Annotated[tuple[Reason, ...], Field(max_length=REASONS_MAX)] = USUAL_REASONS

    @model_validator(mode="after")
    def _each_group_once(self) -> Self:
        names = [step.by for step in self.steps]
        if len(set(names)) != len(names):
            msg = "a group reviews in one step only"
            raise ValueError(msg)
        return self

    def step(self, number: int) -> ReviewStepSpec | None:
        """Return a step by its number from 1, None where one reviewer decides."""
        return self.steps[number - 1] if 1 <= number <= len(self.steps) else None

    def is_last(self, number: int) -> bool:
        """Whether a claim approved in this step goes on notice."""
        return number >= len(self.steps)


class AppealsSpec(Shape):
    """How long a claimant may appeal, how long the decision takes, and who decides.

    ``to`` is a group of the village; without it the town office decides.
    """

    within: Publicity = Duration(10, TimeUnit.WORK_DAYS)
    answer_within: Publicity = Duration(10, TimeUnit.WORK_DAYS)
    to: Title | None = None


class ClaimArguments(Shape):
    """What a flow with ``then: points.claim`` says: the rule, and where the fact names whom.

    ``person`` and ``day`` name fields of the fact; without ``day`` it is when it happened.
    """

    rule: Annotated[str, Field(max_length=60)]
    person: Annotated[str, Field(max_length=40)] = "person"
    day: Annotated[str, Field(max_length=40)] | None = None
    quantity: int = Field(default=1, ge=1, le=100)
