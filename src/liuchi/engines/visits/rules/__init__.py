"""Pure decisions about links and visits: who may be joined, what may be recorded, what is due."""

from liuchi.engines.visits.rules.deciding import (
    LOG_WITHIN_DAYS,
    REASON_CHARACTERS_MAX,
    TAKE_BACK_WITHIN,
    Standing,
    may_log,
    may_pair,
    may_take_back,
    needs_reason,
    standing,
)

__all__ = [
    "LOG_WITHIN_DAYS",
    "REASON_CHARACTERS_MAX",
    "TAKE_BACK_WITHIN",
    "Standing",
    "may_log",
    "may_pair",
    "may_take_back",
    "needs_reason",
    "standing",
]
