"""All writes of collecting: send, fill in, follow up, hand over, prolong, close."""

from liuchi.engines.collect.actions.answering import save
from liuchi.engines.collect.actions.ending import (
    close,
    close_ended,
    forget_personal,
    prolong,
)
from liuchi.engines.collect.actions.following_up import remind, send_back
from liuchi.engines.collect.actions.owning import follow_successors, hand_over
from liuchi.engines.collect.actions.sending import Sending, send

__all__ = [
    "Sending",
    "close",
    "close_ended",
    "follow_successors",
    "forget_personal",
    "hand_over",
    "prolong",
    "remind",
    "save",
    "send",
    "send_back",
]
