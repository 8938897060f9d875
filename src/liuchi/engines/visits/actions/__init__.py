"""All writes of links and visits: decide, write, journal, in one transaction."""

from liuchi.engines.visits.actions.carrying import carry_links, return_links
from liuchi.engines.visits.actions.linking import Keeper, add_reach, end_link, pair
from liuchi.engines.visits.actions.logging import log_visit, require_loggable, take_back_visit

__all__ = [
    "Keeper",
    "add_reach",
    "carry_links",
    "end_link",
    "log_visit",
    "pair",
    "require_loggable",
    "return_links",
    "take_back_visit",
]
