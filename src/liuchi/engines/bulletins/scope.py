"""Which bulletins an actor works with, beside row-level security."""

from __future__ import annotations

from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

READ = "bulletins.bulletin.read"
WRITE = "bulletins.bulletin.write"
CHECK = "bulletins.bulletin.check"
ISSUE = "bulletins.bulletin.issue"
PAGE_MAX = 200


def require_area(actor: Actor, scope_code: str) -> None:
    """Raise NotFound unless an area is the actor's own or below it."""
    if not actor.covers(scope_code):
        raise NotFound("area")


def page_size(limit: int) -> int:
    """Return a page size between 1 and the largest allowed."""
    return max(1, min(limit, PAGE_MAX))
