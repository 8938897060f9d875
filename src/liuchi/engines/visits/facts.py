"""What visits journals: ids, codes and amounts. Never where somebody stood or what was said."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class ReachData(BaseModel):
    """A stretch of river or wood that is looked after."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reach: UUID
    kind: str


class LinkData(BaseModel):
    """Who was joined to what. ``keeper`` is an account or a resident, and never broken down by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    duty: str
    tier: str
    keeper: UUID
    household: UUID | None
    organization: UUID | None
    reach: UUID | None


class VisitData(LinkData):
    """A contact or patrol. The amount is how many matters came of it."""

    way: str
    by_another: str


REACH_ADDED = "visits.reach_added"
LINKED = "visits.linked"
UNLINKED = "visits.unlinked"
VISITED = "visits.visited"
PATROLLED = "visits.patrolled"
TAKEN_BACK = "visits.taken_back"
KEEPER_MERGED = "visits.keeper_merged"

_LINK = {
    "code": DimensionType.TEXT,
    "tier": DimensionType.TEXT,
    # A dimension about people: a figure counts them, and is never broken down by them.
    "keeper": DimensionType.PERSON,
    "household": DimensionType.HOUSEHOLD,
    "organization": DimensionType.UUID,
    "reach": DimensionType.UUID,
}
_MATTERS = Sentence("反映的事", "matters raised")

KINDS = (
    FactKind(
        REACH_ADDED,
        Sentence("登记河段林片", "reach added"),
        ReachData,
        {"reach": DimensionType.UUID, "kind": DimensionType.TEXT},
    ),
    FactKind(LINKED, Sentence("结对", "linked"), LinkData, _LINK),
    FactKind(UNLINKED, Sentence("解除结对", "link ended"), LinkData, _LINK),
    FactKind(
        VISITED,
        Sentence("联系走访", "kept in touch"),
        VisitData,
        {**_LINK, "way": DimensionType.TEXT},
        _MATTERS,
    ),
    FactKind(PATROLLED, Sentence("巡查", "patrolled"), VisitData, _LINK, _MATTERS),
    FactKind(
        TAKEN_BACK,
        Sentence("撤回联系记录", "visit taken back"),
        VisitData,
        {**_LINK, "way": DimensionType.TEXT},
    ),
    FactKind(KEEPER_MERGED, Sentence("结对随人合并", "link went over"), LinkData, _LINK),
)

ENTRIES = {
    REACH_ADDED: "visits.link.write",
    LINKED: "visits.link.write",
    UNLINKED: "visits.link.write",
    VISITED: "visits.visit.log",
    PATROLLED: "visits.visit.log",
    TAKEN_BACK: "visits.visit.log",
}
"""What somebody writes by hand."""
