"""Kinds of cases: the tree of types, and under what conditions one is filed."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from liuchi.engines.cases.spec.base import Code, LimitsSpec, Note, Shape, Title
from liuchi.kernel.durations import Period, PeriodUnit

NEAR_M_MAX = 5_000


class QuestionSpec(Shape):
    """Something more that is asked about a type. What the directory holds is never asked."""

    code: Code
    title: Title
    answer: Literal["text", "number", "yes_no", "choice"] = "text"
    choices: tuple[Title, ...] = ()
    required: bool = False

    @model_validator(mode="after")
    def _choices_where_chosen(self) -> Self:
        if (self.answer == "choice") != bool(self.choices):
            msg = "choices belong to an answer by choice, and to no other"
            raise ValueError(msg)
        return self


class DuplicatesSpec(Shape):
    """When another report is suggested to be the same: near enough and recent enough."""

    within_m: int = Field(default=50, ge=1, le=NEAR_M_MAX)
    within: Period = Period(14, PeriodUnit.DAYS)


class TypeSpec(Shape):
    """A kind of case. One without a ``parent`` is a main type; only leaves are filed.

    ``about_office``: a complaint about the community itself, which goes above it.
    """

    code: Code
    title: Title
    parent: Code | None = None
    gb_code: Annotated[str, Field(pattern=r"^[0-9]{2,16}$")] | None = Field(
        default=None, description="the code of the national standard, where there is one"
    )
    urgent: bool = False
    sensitive: bool = Field(default=False, description="never on a public map or list")
    about_office: bool = Field(
        default=False, description="about the community itself: the town takes it, unseen below"
    )
    questions: tuple[QuestionSpec, ...] = ()
    duplicates: DuplicatesSpec = DuplicatesSpec()
    note: Note = ""


class ConditionSpec(Shape):
    """Under what condition a type is filed: with its own limits, closing and unit."""

    code: Code
    type: Code
    title: Title
    limits: LimitsSpec = LimitsSpec()
    closing: Note = Field(default="", description="what must be so before it is closed")
    responsible: Annotated[str, Field(max_length=80)] = Field(
        default="", description="the unit it goes to, by name"
    )
