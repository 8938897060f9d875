"""Words of campaigns: one item of a playbook to many people."""

from __future__ import annotations

from enum import StrEnum


class CampaignSource(StrEnum):
    """How the people of a campaign were named."""

    AREA = "area"  # everybody of a place, or one of each household
    AGE = "age"  # everybody of a place within an age
    LIST = "list"  # a list of names


class CampaignState(StrEnum):
    """Where a campaign stands; the moves are ``rules.campaigns.CAMPAIGN_MOVES``."""

    PROPOSED = "proposed"
    ON_NOTICE = "on_notice"
    POSTED = "posted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    UNDONE = "undone"


class CampaignVerb(StrEnum):
    """What may be done with a campaign."""

    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    STOP = "stop"
    POST = "post"
    UNDO = "undo"


class CampaignLineState(StrEnum):
    """Where one person of a campaign stands."""

    LISTED = "listed"
    LEFT_OUT = "left_out"  # the rules do not allow it: see the reason
    TAKEN_OUT = "taken_out"  # by hand, or by an objection: then a claim goes on with it
    POSTED = "posted"
    REVERSED = "reversed"


class LeftOutReason(StrEnum):
    """Why somebody who was named is not awarded by a campaign."""

    NO_CONSENT = "no_consent"
    GONE = "gone"  # died, moved away, or erased
    CAP_REACHED = "cap_reached"
    OWN_HOUSEHOLD = "own_household"  # of whoever approves: an ordinary claim is open to them
    OTHER_METHOD = "other_method"  # where they live another playbook holds, or none
    BY_HAND = "by_hand"
    OBJECTION = "objection"
