"""Words of the directory that other layers use."""

from __future__ import annotations

from enum import StrEnum


class AreaKind(StrEnum):
    """What kind of place an area is."""

    CITY = "city"
    COUNTY = "county"
    ZONE = "zone"  # development zone: 经开区, 高新区
    TOWN = "town"  # 镇 and 乡
    OFFICE = "office"  # 办事处 (街道)
    VILLAGE = "village"
    COMMUNITY = "community"
    GRID = "grid"

    @property
    def is_village(self) -> bool:
        """Whether people are registered here: villages and communities."""
        return self in {AreaKind.VILLAGE, AreaKind.COMMUNITY}

    @property
    def is_town(self) -> bool:
        """Whether it stands directly above villages."""
        return self in {AreaKind.TOWN, AreaKind.OFFICE}


class GridSetting(StrEnum):
    """Whether a grid (网格) is divided by streets or by villager groups."""

    URBAN = "urban"
    RURAL = "rural"


class Departure(StrEnum):
    """Why a person no longer lives in a place."""

    MOVED = "moved"
    DECEASED = "deceased"


class MergeState(StrEnum):
    """Where the merging of two records stands."""

    ASKED = "asked"
    MERGED = "merged"
    DECLINED = "declined"  # two people, whatever they have in common
    TAKEN_BACK = "taken_back"
    UNDONE = "undone"


class Tree(StrEnum):
    """Which hierarchy a link belongs to: the two disagree about zones."""

    STATISTICAL = "statistical"
    MANAGING = "managing"


class CodeSystem(StrEnum):
    """Who gave a code. ``gb`` is GB/T 2260, counties and above."""

    STATISTICAL = "statistical"
    MANAGING = "managing"
    GB = "gb"


class NameKind(StrEnum):
    """The name in use, or another the same place goes by."""

    OFFICIAL = "official"
    ALIAS = "alias"


class Sex(StrEnum):
    """As on the household register; ``unknown`` where nobody asked."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


class SensitiveField(StrEnum):
    """Fields kept encrypted and shown masked."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    ADDRESS = "address"


class OrganizationKind(StrEnum):
    """What an organisation is."""

    COMMITTEE = "committee"  # 居委会, 村委会
    OFFICE = "office"  # 办事处, 镇政府, department
    SHOP = "shop"
    ASSOCIATION = "association"
    COMPANY = "company"
    VENUE = "venue"  # 文明实践站, 党群服务中心, 图书室: where people meet, with nobody's payroll


class VoteState(StrEnum):
    """What became of the record of a vote: a second person confirms it or sends it back."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class DraftState(StrEnum):
    """How far a draft of rules has come."""

    EDITING = "editing"
    SENT = "sent"
    APPROVED = "approved"
    DROPPED = "dropped"
