"""All writes of links and visits: decide, write, journal, in one transaction."""

from liuchi.engines.visits.actions.linking import Keeper, add_reach, end_link, pair
from liuchi.engines.visits.actions.logging import log_visit, require_loggable

__all__ = ["Keeper", "add_reach", "end_link", "log_visit", "pair", "require_loggable"]
