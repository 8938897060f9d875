"""Grades: the local scheme a place computes itself, and official grades it only imports.

The two are never mixed. A local grade says which sum over which stretch of days reaches
which step; it is computed from the ledger, stands on public notice and is issued by a
second person. An official grade is decided by its issuer under rules that are not ours:
its scheme names the issuer and the codes in order, and nothing to compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from liuchi.engines.points.enums import GradeNames, GradePer, GradeSum
from liuchi.engines.points.spec.base import Code, Publicity, Shape, Title
from liuchi.kernel.durations import Duration, Period, PeriodUnit, TimeUnit

LOCAL_CODE = "local"
ONE_YEAR = Period(12, PeriodUnit.MONTHS)
STEPS_MAX = 12


class GradeStep(Shape):
    """One grade and the points from which it is given."""

    code: Code
    at_least: int = Field(ge=1)
    title: Annotated[str, Field(max_length=80)] = ""

    @property
    def named(self) -> str:
        """The title, the code where there is none."""
        return self.title or self.code


class LocalScheme(Shape):
    """Grades a place gives itself, on points earned: what was spent never lowers one.

    ``within`` is the stretch of days before the day of counting whose deeds count; left
    out, all that was ever earned. ``classes`` keeps the sum to some classes of rules. The
    steps stand lowest first.
    """

    code: Code = LOCAL_CODE
    title: Title = "信用等级"
    of: GradeSum = GradeSum.EARNED
    classes: tuple[Title, ...] = ()
    per: GradePer = GradePer.PERSON
    within: Period | None = None
    steps: tuple[GradeStep, ...] = Field(min_length=1, max_length=STEPS_MAX)
    valid_for: Period = ONE_YEAR
    publicity: Publicity = Duration(5, TimeUnit.WORK_DAYS)
    answer_within: Publicity = Duration(5, TimeUnit.WORK_DAYS)
    names_on_notice: GradeNames = Field(
        default=GradeNames.MASKED, description="masked names with grades, or counts alone"
    )

    @model_validator(mode="after")
    def _in_order(self) -> LocalScheme:
        sums = [step.at_least for step in self.steps]
        if sums != sorted(set(sums)):
            msg = "the steps of a grade scheme stand lowest first, each with a sum of its own"
            raise ValueError(msg)
        return self

    def step_for(self, points: int) -> tuple[int, GradeStep] | None:
        """Return the highest step a sum reaches with its rank from 1; None below the lowest."""
        reached = [each for each in enumerate(self.steps, 1) if points >= each[1].at_least]
        return reached[-1] if reached else None


class OfficialScheme(Shape):
    """Grades somebody else decides. ``codes`` stand lowest first and give the order alone."""

    code: Code
    title: Title
    issuer: Title
    per: GradePer = GradePer.HOUSEHOLD
    codes: tuple[Code, ...] = Field(min_length=1, max_length=STEPS_MAX)
    valid_for: Period = Field(
        default=ONE_YEAR, description="where the list gives no last day of its own"
    )

    def rank(self, code: str) -> int | None:
        """Return a code's place in the order from 1, or None for an unknown one."""
        return self.codes.index(code) + 1 if code in self.codes else None


class CardSpec(Shape):
    """The card: how long one is good for after it was issued."""

    title: Title = "信用服务等级卡"
    valid_for: Period = ONE_YEAR


class GradesSpec(Shape):
    """Grades of a place: local schemes, official ones, and the card."""

    local: tuple[LocalScheme, ...] = ()
    official: tuple[OfficialScheme, ...] = ()
    card: CardSpec = CardSpec()

    def local_scheme(self, code: str) -> LocalScheme | None:
        """Return a local scheme by its code, or None."""
        return next((scheme for scheme in self.local if scheme.code == code), None)

    def official_scheme(self, code: str) -> OfficialScheme | None:
        """Return an official scheme by its code, or None."""
        return next((scheme for scheme in self.official if scheme.code == code), None)

    @property
    def schemes(self) -> tuple[LocalScheme | OfficialScheme, ...]:
        """All of them, the place's own first."""
        return (*self.local, *self.official)

    def __bool__(self) -> bool:
        """Whether anything is graded."""
        return bool(self.local or self.official)


def _from_steps(said: Any) -> Any:
    """Read the short form, a list of steps that each repeat ``of`` and ``within``."""
    if not isinstance(said, Sequence) or isinstance(said, str):
        return said
    if not said:
        return {}
    rows = [dict(row) if isinstance(row, dict) else row for row in said]
    if not all(isinstance(row, dict) for row in rows):
        return said
    shared = {}
    for name in ("of", "within"):
        given = {str(row.pop(name)) for row in rows if row.get(name) is not None}
        if len(given) > 1:
            msg = f"grades of one scheme share one {name!r}; write schemes under grades.local"
            raise ValueError(msg)
        if given:
            shared[name] = given.pop()
    return {"local": [{**shared, "steps": rows}]}


Grades = Annotated[GradesSpec, BeforeValidator(_from_steps)]
"""``grades`` as a playbook writes it: schemes, or the steps of the only local one."""
