"""Words of visits that other layers use."""

from __future__ import annotations

from enum import StrEnum


class Target(StrEnum):
    """With whom or what a link is. There is none with a person: a person is met in a household."""

    HOUSEHOLD = "household"
    ORGANIZATION = "organization"
    REACH = "reach"  # 河段、林片


class Duty(StrEnum):
    """Which section of a playbook a link comes from."""

    LINK = "link"
    PATROL = "patrol"


class Way(StrEnum):
    """How somebody kept in touch."""

    VISIT = "visit"
    PHONE = "phone"
    MESSAGE = "message"
    PATROL = "patrol"  # of a reach: there is one way to look after it


class Tier(StrEnum):
    """Whose patrol it is: of the zone or county, the town, or the village."""

    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
