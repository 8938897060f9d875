"""Kinds of cases: the tree of types, what is asked about one, and when one is filed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, model_validator

from liuchi.engines.cases.enums import AnswerKind, Channel
from liuchi.engines.cases.spec.base import Code, LimitsSpec, Note, Shape, Title
from liuchi.kernel.durations import Period, PeriodUnit

NEAR_M_MAX = 5_000
CHOICES_MAX = 30
QUESTIONS_MAX = 8
"""Questions of one type: what takes longer than a minute is asked by whoever handles it."""


class QuestionSpec(Shape):
    """Something more that is asked about a type. What the directory holds is never asked."""

    code: Code
    title: Title
    answer: AnswerKind = AnswerKind.TEXT
    choices: Annotated[tuple[Title, ...], Field(max_length=CHOICES_MAX)] = ()
    unit: Annotated[str, Field(max_length=10, description="what a number counts: 层, 米")] = ""
    required: bool = False

    @model_validator(mode="after")
    def _choices_where_chosen(self) -> Self:
        if self.answer.is_chosen != bool(self.choices):
            msg = "choices belong to an answer by choice, and to no other"
            raise ValueError(msg)
        if len(set(self.choices)) < len(self.choices):
            msg = "a choice is listed twice"
            raise ValueError(msg)
        if self.unit and self.answer is not AnswerKind.NUMBER:
            msg = "a unit belongs to a number, and to no other answer"
            raise ValueError(msg)
        return self


class NumberSpec(Shape):
    """A number that is asked when a case is closed: what came of it, in a unit.

    Whoever closes writes the whole of it; a later closing of the same case takes its place.
    """

    code: Code
    title: Title
    unit: Annotated[str, Field(min_length=1, max_length=12)]
    required: bool = False


class DuplicatesSpec(Shape):
    """When another report is suggested to be the same: near enough and recent enough."""

    within_m: int = Field(default=50, ge=1, le=NEAR_M_MAX)
    within: Period = Period(14, PeriodUnit.DAYS)


class TypeSpec(Shape):
    """A kind of case. One without a ``parent`` is a main type; only leaves are filed.

    ``about_office``: a complaint about the community itself, which goes above it. Questions
    and channels of a type hold for all types below it.
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
    questions: Annotated[tuple[QuestionSpec, ...], Field(max_length=QUESTIONS_MAX)] = ()
    at_closing: tuple[NumberSpec, ...] = Field(
        default=(), description="numbers asked when it is closed, summed in figures"
    )
    channels: tuple[Channel, ...] = Field(
        default=(), description="how it may come in; none named: as what it stands under"
    )
    duplicates: DuplicatesSpec = DuplicatesSpec()
    note: Note = ""


class ConditionSpec(Shape):
    """Under what condition a type is filed: with its own limits, closing and unit."""

    code: Code
    type: Code
    title: Title
    limits: LimitsSpec = LimitsSpec()
    on_spot: bool = Field(
        default=False, description="may be settled there and then, and recorded afterwards"
    )
    closing: Note = Field(default="", description="what must be so before it is closed")
    responsible: Annotated[str, Field(max_length=80)] = Field(
        default="", description="the unit it goes to, by name"
    )


def open_channels(*named: Iterable[Channel]) -> frozenset[Channel]:
    """Return the channels open when each level names its own: those that all of them name."""
    found = frozenset(Channel)
    for level in named:
        found &= frozenset(level) or found
    return found
