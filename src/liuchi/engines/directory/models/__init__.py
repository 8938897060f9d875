"""Tables of the directory."""

from __future__ import annotations

from liuchi.engines.directory.models.areas import Area, AreaClosure, AreaCode, AreaLink, AreaName
from liuchi.engines.directory.models.calendars import CalendarDay, CalendarYear
from liuchi.engines.directory.models.drafts import RuleDraft
from liuchi.engines.directory.models.duplicates import Merge
from liuchi.engines.directory.models.grids import AreaOutline, Grid
from liuchi.engines.directory.models.people import (
    Consent,
    Household,
    Membership,
    Person,
    PersonKey,
    PersonSecret,
    RosterChange,
    RosterImport,
    RosterStaged,
    UnmaskLog,
)
from liuchi.engines.directory.models.posts import HandOver, Organization, PersonAccount, Post
from liuchi.engines.directory.models.votes import RuleVote

__all__ = [
    "Area",
    "AreaClosure",
    "AreaCode",
    "AreaLink",
    "AreaName",
    "AreaOutline",
    "CalendarDay",
    "CalendarYear",
    "Consent",
    "Grid",
    "HandOver",
    "Household",
    "Membership",
    "Merge",
    "Organization",
    "Person",
    "PersonAccount",
    "PersonKey",
    "PersonSecret",
    "Post",
    "RosterChange",
    "RosterImport",
    "RosterStaged",
    "RuleDraft",
    "RuleVote",
    "UnmaskLog",
]
