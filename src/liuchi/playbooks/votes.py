"""The vote a method may ask for before it comes into force at a place.

The numbers are the playbook's, with the law they come from beside them: which meeting may
decide, how many have to be there, how many have to agree. Shares are two whole numbers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from liuchi.kernel.sentences import Sentence


class Body(StrEnum):
    """A meeting that may decide about a place's rules."""

    VILLAGERS = "villagers"
    HOUSEHOLDS = "households"
    VILLAGER_REPRESENTATIVES = "villager_representatives"
    RESIDENTS = "residents"
    RESIDENT_REPRESENTATIVES = "resident_representatives"


BODY_TITLES = {
    Body.VILLAGERS: Sentence("村民会议", "villagers' meeting"),
    Body.HOUSEHOLDS: Sentence("户代表会议", "meeting of household representatives"),
    Body.VILLAGER_REPRESENTATIVES: Sentence(
        "村民代表会议", "meeting of villagers' representatives"
    ),
    Body.RESIDENTS: Sentence("居民会议", "residents' meeting"),
    Body.RESIDENT_REPRESENTATIVES: Sentence(
        "居民代表会议", "meeting of residents' representatives"
    ),
}


class Of(StrEnum):
    """Of whom a majority is counted."""

    PRESENT = "present"
    ELIGIBLE = "eligible"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Fraction = tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1, le=100)]]


class Share(_Strict):
    """``{more_than: [1, 2]}`` 过半数, or ``{at_least: [2, 3]}`` 三分之二以上."""

    more_than: Fraction | None = None
    at_least: Fraction | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Share:
        part = self.more_than or self.at_least
        whole = part is not None and (
            part[0] < part[1] or (self.at_least is not None and part[0] == part[1])
        )
        if (self.more_than is None) == (self.at_least is None) or not whole:
            raise ValueError(
                Sentence(
                    "写 more_than: [1, 2]（过半数）或 at_least: [2, 3]（三分之二以上）之一。",
                    "Write one of more_than: [1, 2] and at_least: [2, 3], at most the whole.",
                )
            )
        return self

    def reached(self, part: int, whole: int) -> bool:
        """Whether ``part`` of ``whole`` is enough, in whole numbers; nobody is never enough."""
        if part <= 0:
            return False
        if self.more_than is not None:
            return part * self.more_than[1] > whole * self.more_than[0]
        share = self.at_least or (1, 1)
        return part * share[1] >= whole * share[0]

    @property
    def sentence(self) -> Sentence:
        """The share in words."""
        if self.more_than == (1, 2):
            return Sentence("过半数", "more than half")
        words = (
            (self.more_than, "超过{of}分之{part}", "more than {part}/{of}"),
            (self.at_least, "{of}分之{part}以上", "at least {part}/{of}"),
        )
        for share, zh, en in words:
            if share is not None:
                return Sentence(zh, en, {"part": share[0], "of": share[1]})
        raise AssertionError


class BodySpec(_Strict):
    """One meeting that may decide, who has to come and who has to agree."""

    body: Body
    quorum: Share
    majority: Share
    majority_of: Of = Of.PRESENT


class VoteSpec(_Strict):
    """What has to be voted on at each place before the method is in force there.

    ``law`` is where the numbers come from, as people cite it. ``notice_days``: how many
    calendar days the result stands on public notice before the day it takes effect.
    """

    law: Annotated[str, Field(min_length=1, max_length=120)]
    notice_days: Annotated[int, Field(ge=0, le=60)]
    bodies: Annotated[tuple[BodySpec, ...], Field(min_length=1)]

    @field_validator("bodies")
    @classmethod
    def _each_once(cls, bodies: tuple[BodySpec, ...]) -> tuple[BodySpec, ...]:
        if len({each.body for each in bodies}) != len(bodies):
            raise ValueError(Sentence("一种会议写了两次。", "A meeting is named twice."))
        return bodies

    def body(self, body: Body) -> BodySpec | None:
        """Return what holds for a meeting; None where it may not decide."""
        return next((each for each in self.bodies if each.body is body), None)
