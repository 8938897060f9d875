"""Pure decisions about links and visits: who may be joined, what may be recorded, what is due."""

from liuchi.engines.visits.rules.deciding import (
    LOG_WITHIN_DAYS,
    Standing,
    may_log,
    may_pair,
    standing,
)

__all__ = ["LOG_WITHIN_DAYS", "Standing", "may_log", "may_pair", "standing"]
