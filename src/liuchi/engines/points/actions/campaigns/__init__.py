"""Campaigns: one item of a playbook to many people, proposed, decided, posted and undone."""

from liuchi.engines.points.actions.campaigns.deciding import (
    ask_to_undo_campaign,
    decide_campaign,
    take_out,
    undo_campaign,
)
from liuchi.engines.points.actions.campaigns.proposing import propose_campaign
from liuchi.engines.points.actions.campaigns.running import run_campaigns

__all__ = [
    "ask_to_undo_campaign",
    "decide_campaign",
    "propose_campaign",
    "run_campaigns",
    "take_out",
    "undo_campaign",
]
