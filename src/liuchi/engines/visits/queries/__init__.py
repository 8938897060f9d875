"""All reads of links and visits, as frozen rows. Inside ``acting_as(actor)``."""

from liuchi.engines.visits.queries.books import (
    LinkBook,
    PatrolBook,
    link_books,
    norm_of,
    patrol_books,
    ways_of,
)
from liuchi.engines.visits.queries.links import (
    Coverage,
    LinkDetail,
    LinkRow,
    VisitRow,
    coverage,
    link,
    links,
    links_in_force,
    own_links,
    reaches,
)

__all__ = [
    "Coverage",
    "LinkBook",
    "LinkDetail",
    "LinkRow",
    "PatrolBook",
    "VisitRow",
    "coverage",
    "link",
    "link_books",
    "links",
    "links_in_force",
    "norm_of",
    "own_links",
    "patrol_books",
    "reaches",
    "ways_of",
]
