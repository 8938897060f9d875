"""Pydantic shapes of the section ``disclosures``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liuchi.engines.disclosures.enums import (
    Audience,
    ColumnKind,
    Doing,
    Frequency,
    Guards,
    Matter,
    OfficialCell,
    Origin,
    Sensitivity,
)
from liuchi.kernel.durations import Period
from liuchi.kernel.periods import Per

COLUMNS_MAX = 20
DUE_DAY_MAX = 28
WITHIN_DAYS_MAX = 60

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Title = Annotated[str, Field(min_length=1, max_length=40)]
Body = Annotated[str, Field(min_length=1, max_length=40)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Note = Annotated[str, Field(max_length=400)]


class Shape(BaseModel):
    """Base of the shapes: nothing unknown, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class BasisSpec(Shape):
    """A law or document an item rests on. Without a number where none is certain."""

    title: Words
    number: Annotated[str, Field(max_length=60)] = ""
    issued: date | None = None
    url: Annotated[str, Field(max_length=200)] = ""


class NextSpec(Shape):
    """Where a step of a procedure leads, and in which case."""

    to: Code
    when: Annotated[str, Field(max_length=40)] = ""


class StepSpec(Shape):
    """One step of a procedure: who does what. Without ``then`` the next in the list follows."""

    code: Code
    who: Body
    does: Words
    then: tuple[NextSpec, ...] = ()
    ends: bool = False


class ColumnSpec(Shape):
    """A column of the template. Left out, ``sensitivity`` follows from what stands in it."""

    code: Code
    title: Title
    kind: ColumnKind = ColumnKind.TEXT
    key: bool = Field(default=False, description="tells a row from the others")
    required: bool = True
    sensitivity: Sensitivity | None = None


class OfficialColumnSpec(Shape):
    """A column of an official template: its heading there, and what stands in it.

    ``of`` is a column of the item, ``is`` something said of the whole posting; with neither the
    column stays empty, since the template has it and we know nothing for it.
    """

    title: Title
    of: Annotated[str, Field(max_length=40)] = ""
    says: OfficialCell | None = Field(default=None, alias="is")

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if self.of and self.says is not None:
            msg = "a column is of the item's rows or of the posting, not both"
            raise ValueError(msg)
        return self


class OfficialSpec(Shape):
    """The official platform's own template: its sheet's name, its headings in its order."""

    sheet: Annotated[str, Field(min_length=1, max_length=31)]
    columns: tuple[OfficialColumnSpec, ...] = Field(min_length=1, max_length=40)

    @model_validator(mode="after")
    def _headings_differ(self) -> Self:
        if len({each.title for each in self.columns}) < len(self.columns):
            msg = "two columns have the same heading"
            raise ValueError(msg)
        return self


FIGURES = "figures"
FIGURE_FIELDS = ("title", "value", "unit", "month")


class FillSpec(Shape):
    """From where an item is filled, so that nobody types again what the house has.

    ``source`` is a list some engine lets everybody read, or ``figures``: a row for each of the
    indicators named and each month of the period. ``columns`` say which field of the source
    stands in which column of the item.
    """

    source: Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z_]+)?$", max_length=40)] = FIGURES
    figures: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = ()
    columns: dict[Code, Annotated[str, Field(min_length=1, max_length=40)]] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if (self.source == FIGURES) != bool(self.figures):
            msg = "name the indicators under figures, or a source of rows, and not both"
            raise ValueError(msg)
        return self


class ItemSpec(Shape):
    """An item of supervision (监督事项): who, by which steps, on what ground, in which columns.

    ``due_day`` is the day of the month after the period, ``within_days`` counts from what
    happened and is for ``at_once``. ``names_by`` names the rule that wants recipients named:
    without it names are masked. ``from`` names what the house holds already and may be taken over.
    """

    code: Code
    title: Title
    group: Code
    audience: Audience = Field(default=Audience.RESIDENTS, alias="for")
    origin: Origin = Origin.BASE
    matter: Matter = Matter.GENERAL
    sparse: Note = Field(default="", description="why money moves rarely here")
    responsible: Body
    supervising: tuple[Body, ...] = Field(min_length=1)
    procedure: tuple[StepSpec, ...] = Field(min_length=1)
    basis: tuple[BasisSpec, ...] = Field(min_length=1)
    columns: tuple[ColumnSpec, ...] = Field(min_length=1, max_length=COLUMNS_MAX)
    frequency: Frequency = Frequency.QUARTERLY
    due_day: int = Field(default=20, ge=1, le=DUE_DAY_MAX)
    within_days: int = Field(default=5, ge=1, le=WITHIN_DAYS_MAX)
    takes_down_after: Period
    guards: Guards | None = None
    names_by: Note = ""
    thin_below_percent: int = Field(default=50, ge=1, le=100)
    filled_from: FillSpec | None = Field(default=None, alias="from")
    official: OfficialSpec | None = None
    note: Note = ""

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        codes = [each.code for each in self.columns]
        if len(set(codes)) < len(codes) or len({each.title for each in self.columns}) < len(codes):
            msg = "two columns have the same code or title"
            raise ValueError(msg)
        steps = {each.code for each in self.procedure}
        if len(steps) < len(self.procedure):
            msg = "two steps have the same code"
            raise ValueError(msg)
        loose = sorted({each.to for step in self.procedure for each in step.then} - steps)
        if loose:
            msg = f"a step leads to {', '.join(loose)}, which is no step of this procedure"
            raise ValueError(msg)
        return self

    def shown_as(self, column: ColumnSpec) -> Sensitivity:
        """Return what the public reads of a column."""
        if column.kind is ColumnKind.NAME:
            default = Sensitivity.SHOWN if self.names_by else Sensitivity.MASKED
            if self.guards is not None and column.sensitivity is not Sensitivity.OMITTED:
                return Sensitivity.MASKED
        else:
            default = Sensitivity.OMITTED if column.kind.is_sensitive else Sensitivity.SHOWN
        return column.sensitivity or default

    @property
    def public_columns(self) -> tuple[ColumnSpec, ...]:
        """The columns the public reads, whole or masked."""
        return tuple(c for c in self.columns if self.shown_as(c) is not Sensitivity.OMITTED)


class GroupSpec(Shape):
    """A heading items are found under in two taps."""

    code: Code
    title: Title


class ModelVillagesSpec(Shape):
    """样板村: how many in each town, and in which towns."""

    per_town: int = Field(ge=1, le=20)
    towns: tuple[str, ...] = Field(min_length=1)


class SpotChecksSpec(Shape):
    """How many of the postings released in a stretch are drawn: a share, at least some."""

    percent: int = Field(ge=1, le=100)
    per: Per = Per.QUARTER
    rectify_within_days: int = Field(default=10, ge=1, le=WITHIN_DAYS_MAX)


class MeetingSpec(Shape):
    """How often the committee meets."""

    times: int = Field(default=1, ge=1, le=4)
    per: Per = Per.MONTH


class CommitteeSpec(Shape):
    """监督委员会: how many members are elected, for how long, who convenes, what they review."""

    title: Title
    members: int = Field(ge=3, le=9)
    term: Period
    meets: MeetingSpec = MeetingSpec()
    convened_by: Body
    reviews: tuple[Words, ...] = Field(min_length=1)
    note: Note = ""


class PartSpec(Shape):
    """A step of a decision procedure."""

    kind: Doing
    title: Title
    note: Note = ""


class DecisionSpec(Shape):
    """A procedure by which a village decides, ending in a disclosure (五议三公开两参与)."""

    code: Code
    title: Title
    parts: tuple[PartSpec, ...] = Field(min_length=1)
    note: Note = ""


class DisclosuresSpec(Shape):
    """Everything a playbook says of disclosures; any part may be absent."""

    groups: tuple[GroupSpec, ...] = ()
    items: tuple[ItemSpec, ...] = ()
    model_villages: ModelVillagesSpec | None = None
    spot_checks: SpotChecksSpec | None = None
    committee: CommitteeSpec | None = None
    decisions: tuple[DecisionSpec, ...] = ()
    ask_type: str = Field(default="", description="a type of cases: asking about a row")
    official: OfficialSpec | None = Field(
        default=None, description="for all items that have no template of their own"
    )
    complain_type: str = Field(default="", description="a type of cases: complaining of a row")

    def item(self, code: str) -> ItemSpec | None:
        """Return the item of a code, or None."""
        return next((each for each in self.items if each.code == code), None)
