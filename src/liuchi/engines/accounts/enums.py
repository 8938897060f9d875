"""Words of accounts that other layers use."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Roles a post may carry. Titles and rights are data: ``data/roles.yaml``."""

    RESIDENT = "resident"
    RECORDER = "recorder"
    REVIEWER = "reviewer"
    SHOPKEEPER = "shopkeeper"
    SECRETARY = "secretary"
    CLERK = "clerk"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


class Language(StrEnum):
    """Languages of the screens."""

    CHINESE = "zh-hans"
    ENGLISH = "en"
