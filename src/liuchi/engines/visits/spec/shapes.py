"""Pydantic shapes of the sections ``links`` and ``patrols``."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from liuchi.engines.visits.enums import Target, Tier, Way
from liuchi.kernel.periods import Per

TIMES_MAX = 31
KEEPERS_MAX = 5
HELD_MAX = 200

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Title = Annotated[str, Field(min_length=1, max_length=40)]
Note = Annotated[str, Field(max_length=400)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NormSpec(_Shape):
    """How often is meant to be enough. It reminds, and never stands in the way of a record."""

    times: int = Field(ge=1, le=TIMES_MAX)
    per: Per = Per.MONTH


class LinkSpec(_Shape):
    """Who keeps contact with whom (结对、联户、包联).

    ``keepers``: how many keep contact with one household or organisation. ``at_least`` and
    ``most``: with how many one keeper does; both may be left open (``1+N``).
    """

    code: Code
    title: Title
    keeper: Annotated[str, Field(min_length=1, max_length=20)]
    to: Target = Target.HOUSEHOLD
    purpose: str = Field(
        default="", description="under purposes: what the household agreed to, by consent"
    )
    keepers: int = Field(default=1, ge=1, le=KEEPERS_MAX)
    at_least: int = Field(default=1, ge=1, le=HELD_MAX)
    most: int | None = Field(default=None, ge=1, le=HELD_MAX)
    norm: NormSpec
    ways: tuple[Way, ...] = Field(default=(Way.VISIT, Way.PHONE), min_length=1)
    note: Note = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.to is Target.REACH:
            msg = "a reach is looked after by a patrol: write it under patrols"
            raise ValueError(msg)
        if Way.PATROL in self.ways:
            msg = "ways of keeping contact are visit, phone and message"
            raise ValueError(msg)
        if self.most is not None and self.most < self.at_least:
            msg = "most is below at_least"
            raise ValueError(msg)
        return self


class PatrolSpec(_Shape):
    """Who looks after a stretch of river or wood, and how often (河长、林长、网格巡查).

    ``finds`` names the types of ``cases`` that what is found may be reported as.
    """

    code: Code
    title: Title
    kind: Code = Field(description="what is looked after: river, wood")
    tier: Tier = Tier.VILLAGE
    norm: NormSpec
    finds: tuple[str, ...] = ()
    note: Note = ""


class LinksSpec(RootModel[tuple[LinkSpec, ...]]):
    """All links of a playbook."""

    model_config = ConfigDict(frozen=True)

    def find(self, code: str) -> LinkSpec | None:
        """Return the link of a code, or None."""
        return next((each for each in self.root if each.code == code), None)


class PatrolsSpec(RootModel[tuple[PatrolSpec, ...]]):
    """All patrols of a playbook."""

    model_config = ConfigDict(frozen=True)

    def find(self, code: str) -> PatrolSpec | None:
        """Return the patrol of a code, or None."""
        return next((each for each in self.root if each.code == code), None)
