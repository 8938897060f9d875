"""Facts of the directory: ids and codes only, never a name or a value."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonData(_Data):
    """Which person; ``fields`` names what changed or was shown, not to what."""

    person: UUID
    home_area: UUID
    household: UUID | None = None
    fields: tuple[str, ...] = ()


class DepartureData(_Data):
    """Who no longer lives here; ``reason`` is a ``directory.enums.Departure``."""

    person: UUID
    home_area: UUID
    reason: str


class MoveData(_Data):
    """Who lives in which household from a day on, and where it was before."""

    person: UUID
    home_area: UUID
    household: UUID
    area_before: UUID
    household_before: UUID | None


class MergeData(_Data):
    """Two records of one human being: ``person`` became a reference to ``into``."""

    person: UUID
    home_area: UUID
    into: UUID


class VoteData(_Data):
    """A meeting's vote about a version of the rules, once confirmed; the amount is for."""

    home_area: UUID
    playbook: str
    version: UUID
    body: str
    outcome: str  # carried, failed
    eligible: int
    present: int
    against: int
    abstained: int


class AdoptionData(_Data):
    """From which day a version holds at a village by a vote, or holds no longer."""

    home_area: UUID
    village: UUID
    playbook: str
    version: UUID
    vote: UUID
    from_day: date


class ApprovedData(_Data):
    """A draft that became a version, and the one it began from."""

    playbook: str
    version: UUID
    before: UUID


class ImportData(_Data):
    """How many rows came in for one place; ``area`` is a village."""

    area: UUID
    people: int
    households: int


class ConsentData(_Data):
    """Which purpose of which playbook a person agreed to or no longer does."""

    person: UUID
    home_area: UUID
    purpose: str
    playbook: str


class PostData(_Data):
    """Who holds which role for which area."""

    user: UUID
    role: str
    area: UUID
    organization: UUID | None = None


class HandOverData(_Data):
    """Who left which role for which area to whom; ``successor`` None: nobody yet."""

    user: UUID
    role: str
    area: UUID
    successor: UUID | None
    on: date


class CalendarDayData(_Data):
    """Which day is off, or worked, by a notice."""

    day: date
    is_off_day: bool


class CalendarYearData(_Data):
    """Which year's notice has been entered in full."""

    year: int


class KeysData(_Data):
    """The name of the ring's current key; never a key."""

    current: str


class UnmaskData(_Data):
    """Which field was shown; the purpose is in the log, which can be erased."""

    person: UUID
    home_area: UUID
    field: str


class OrganizationData(_Data):
    """Which organisation; ``organization_kind`` is a ``directory.enums.OrganizationKind``."""

    organization: UUID
    organization_kind: str


class AreaMovedData(_Data):
    """A new parent of an area from a day on."""

    area: UUID
    tree: str
    parent_before: UUID | None
    parent: UUID
    code: str


class GridData(_Data):
    """A grid that came, or went; ``change`` is added, voided or removed."""

    grid: UUID
    area: UUID
    setting: str
    change: str
    code: str


class OutlineData(_Data):
    """Whose outline was drawn anew; ``square_metres`` None: taken back with an import."""

    area: UUID
    square_metres: int | None


_PERSON = {"person": DimensionType.PERSON, "home_area": DimensionType.AREA}
_CONSENT = {**_PERSON, "purpose": DimensionType.TEXT, "playbook": DimensionType.TEXT}
_POST = {
    "user": DimensionType.UUID,
    "role": DimensionType.TEXT,
    "area": DimensionType.AREA,
}

PERSON_ADDED = FactKind(
    "directory.person_added",
    Sentence("登记居民", "Person registered"),
    PersonData,
    {**_PERSON, "household": DimensionType.HOUSEHOLD},
)
PEOPLE_IMPORTED = FactKind(
    "directory.people_imported",
    Sentence("导入居民", "People imported"),
    ImportData,
    {
        "area": DimensionType.AREA,
        "people": DimensionType.INTEGER,
        "households": DimensionType.INTEGER,
    },
    amount=Sentence("人数", "People"),
)
PERSON_CORRECTED = FactKind(
    "directory.person_corrected", Sentence("更正居民信息", "Person corrected"), PersonData, _PERSON
)
PERSON_ERASED = FactKind(
    "directory.person_erased", Sentence("删除敏感信息", "Secrets erased"), PersonData, _PERSON
)
PERSON_DEPARTED = FactKind(
    "directory.person_departed",
    Sentence("迁出或去世", "Person departed"),
    DepartureData,
    {**_PERSON, "reason": DimensionType.TEXT},
)
PERSON_MOVED = FactKind(
    "directory.person_moved",
    Sentence("迁居", "Person moved"),
    MoveData,
    {**_PERSON, "household": DimensionType.HOUSEHOLD, "area_before": DimensionType.AREA},
)
PEOPLE_MERGED = FactKind(
    "directory.people_merged", Sentence("合并重复登记", "Records merged"), MergeData, _PERSON
)
PEOPLE_PARTED = FactKind(
    "directory.people_parted", Sentence("撤销合并", "Merge undone"), MergeData, _PERSON
)
CONSENT_GIVEN = FactKind(
    "directory.consent_given", Sentence("同意", "Consent given"), ConsentData, _CONSENT
)
CONSENT_WITHDRAWN = FactKind(
    "directory.consent_withdrawn", Sentence("撤回同意", "Consent withdrawn"), ConsentData, _CONSENT
)
POST_APPOINTED = FactKind(
    "directory.post_appointed", Sentence("任命", "Post appointed"), PostData, _POST
)
POST_ENDED = FactKind("directory.post_ended", Sentence("卸任", "Post ended"), PostData, _POST)
POST_HANDED_OVER = FactKind(
    "directory.post_handed_over",
    Sentence("交接岗位", "Post handed over"),
    HandOverData,
    {**_POST, "successor": DimensionType.UUID},
)
HAND_OVER_CANCELLED = FactKind(
    "directory.hand_over_cancelled",
    Sentence("取消岗位交接", "Hand-over cancelled"),
    HandOverData,
    {**_POST, "successor": DimensionType.UUID},
)
CALENDAR_DAY_ENTERED = FactKind(
    "directory.calendar_day_entered",
    Sentence("录入放假或调休", "Calendar day entered"),
    CalendarDayData,
    {"day": DimensionType.DATE},
)
CALENDAR_DAY_REMOVED = FactKind(
    "directory.calendar_day_removed",
    Sentence("删除放假或调休", "Calendar day removed"),
    CalendarDayData,
    {"day": DimensionType.DATE},
)
CALENDAR_YEAR_COMPLETED = FactKind(
    "directory.calendar_year_completed",
    Sentence("全年放假安排录齐", "Calendar year completed"),
    CalendarYearData,
    {"year": DimensionType.INTEGER},
)
KEYS_REWRAP_ASKED = FactKind(
    "directory.keys_rewrap_asked",
    Sentence("更换加密钥匙", "Rewrapping of keys asked for"),
    KeysData,
    {"current": DimensionType.TEXT},
)
PERSON_UNMASKED = FactKind(
    "directory.person_unmasked",
    Sentence("查看敏感信息", "Sensitive value shown"),
    UnmaskData,
    {**_PERSON, "field": DimensionType.TEXT},
)
ACCOUNT_LINKED = FactKind(
    "directory.account_linked", Sentence("绑定账号", "Account linked"), PersonData, _PERSON
)
_ORGANIZATION = {
    "organization": DimensionType.UUID,
    "organization_kind": DimensionType.TEXT,
}
ORGANIZATION_REGISTERED = FactKind(
    "directory.organization_registered",
    Sentence("登记单位、阵地", "Organisation registered"),
    OrganizationData,
    _ORGANIZATION,
)
ORGANIZATION_REMOVED = FactKind(
    "directory.organization_removed",
    Sentence("撤销登记", "Registration removed"),
    OrganizationData,
    _ORGANIZATION,
)
AREA_MOVED = FactKind(
    "directory.area_moved",
    Sentence("区划调整", "Area moved"),
    AreaMovedData,
    {"area": DimensionType.AREA, "tree": DimensionType.TEXT, "parent": DimensionType.AREA},
)
GRID_CHANGED = FactKind(
    "directory.grid_changed",
    Sentence("网格增减", "Grids added or gone"),
    GridData,
    {
        "area": DimensionType.AREA,
        "setting": DimensionType.TEXT,
        "change": DimensionType.TEXT,
    },
    amount=Sentence("网格数", "Grids"),
)
OUTLINE_DRAWN = FactKind(
    "directory.outline_drawn",
    Sentence("绘制边界", "Outline drawn"),
    OutlineData,
    {"area": DimensionType.AREA},
)
RULES_VOTED = FactKind(
    "directory.rules_voted",
    Sentence("表决积分办法", "Vote about rules"),
    VoteData,
    {
        "home_area": DimensionType.AREA,
        "playbook": DimensionType.TEXT,
        "body": DimensionType.TEXT,
        "outcome": DimensionType.TEXT,
        "eligible": DimensionType.INTEGER,
        "present": DimensionType.INTEGER,
        "against": DimensionType.INTEGER,
        "abstained": DimensionType.INTEGER,
    },
    amount=Sentence("同意人数", "Votes for"),
)
_ADOPTION = {
    "home_area": DimensionType.AREA,
    "playbook": DimensionType.TEXT,
    "vote": DimensionType.UUID,
    "village": DimensionType.UUID,
}
RULES_ADOPTED = FactKind(
    "directory.rules_adopted",
    Sentence("办法经表决施行", "Rules in force by vote"),
    AdoptionData,
    _ADOPTION,
)
RULES_SET_ASIDE = FactKind(
    "directory.rules_set_aside",
    Sentence("更正后不再施行", "Rules no longer in force"),
    AdoptionData,
    _ADOPTION,
)
RULES_APPROVED = FactKind(
    "directory.rules_approved",
    Sentence("核准新版办法", "New rules approved"),
    ApprovedData,
    {"playbook": DimensionType.TEXT},
)
FACTS = (
    RULES_APPROVED,
    RULES_VOTED,
    RULES_ADOPTED,
    RULES_SET_ASIDE,
    PERSON_ADDED,
    PEOPLE_IMPORTED,
    PERSON_CORRECTED,
    PERSON_DEPARTED,
    PERSON_MOVED,
    PEOPLE_MERGED,
    PEOPLE_PARTED,
    PERSON_ERASED,
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    POST_APPOINTED,
    POST_ENDED,
    POST_HANDED_OVER,
    HAND_OVER_CANCELLED,
    CALENDAR_DAY_ENTERED,
    CALENDAR_DAY_REMOVED,
    CALENDAR_YEAR_COMPLETED,
    KEYS_REWRAP_ASKED,
    PERSON_UNMASKED,
    ACCOUNT_LINKED,
    ORGANIZATION_REGISTERED,
    ORGANIZATION_REMOVED,
    AREA_MOVED,
    GRID_CHANGED,
    OUTLINE_DRAWN,
)

ENTRIES = {
    each.kind: verb
    for verb, kinds in {
        "directory.person.write": (
            PERSON_ADDED, PERSON_CORRECTED, PERSON_DEPARTED, PERSON_MOVED, PEOPLE_MERGED,
            PEOPLE_PARTED, CONSENT_GIVEN, CONSENT_WITHDRAWN,
        ),
        "accounts.post.write": (
            POST_APPOINTED, POST_ENDED, POST_HANDED_OVER, HAND_OVER_CANCELLED,
            ORGANIZATION_REGISTERED, ORGANIZATION_REMOVED,
        ),
        "directory.grid.write": (GRID_CHANGED, OUTLINE_DRAWN),
        "playbooks.vote.record": (RULES_VOTED,),
        "playbooks.draft.decide": (RULES_APPROVED,),
        "directory.calendar.write": (CALENDAR_DAY_ENTERED, CALENDAR_DAY_REMOVED),
        "directory.area.write": (AREA_MOVED,),
    }.items()
    for each in kinds
}  # fmt: skip
"""What somebody writes or decides by hand. What a list brings counts as the list, once."""
