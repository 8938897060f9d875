"""The verbs of links and visits, and who may see which, beside row-level security."""

from __future__ import annotations

from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor

READ = "visits.link.read"
WRITE = "visits.link.write"
LOG = "visits.visit.log"
PAGE_MAX = 200


def require_read(actor: Actor) -> None:
    """Raise Refused where the post does not include the village's list."""
    actor.may(READ).or_refuse()
    require(actor)


def keeps_list(actor: Actor, scope_code: str) -> bool:
    """Whether somebody keeps the list of links of a place, and answers for what stands in it."""
    return actor.may(WRITE).allowed and actor.covers(scope_code)


def page_size(limit: int) -> int:
    """Return a page size between 1 and the largest allowed."""
    return max(1, min(limit, PAGE_MAX))
