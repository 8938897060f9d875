"""The verbs of disclosures, and who may see which rows, beside row-level security."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.keyring import KeyRing

READ = "disclosures.posting.read"
WRITE = "disclosures.posting.write"
RELEASE = "disclosures.posting.release"
APPLY = "disclosures.item.apply"
CHECK = "disclosures.posting.check"
COMMITTEE = "disclosures.committee.write"
MODEL = "disclosures.model.write"
PAGE_MAX = 200
DISCLOSURES_ACTOR_ID = UUID("0196b2c0-0000-7000-8000-646973636c6f")
KEEPER = system_actor(DISCLOSURES_ACTOR_ID, "disclosures.posting.expire", CHECK)
"""Who takes down what has been up long enough, and draws what was announced."""


def require_read(actor: Actor) -> None:
    """Raise Refused where the post does not include what is prepared."""
    actor.may(READ).or_refuse()
    require(actor)


def page_size(limit: int) -> int:
    """Return a page size between 1 and the largest allowed."""
    return max(1, min(limit, PAGE_MAX))


def digest(words: str) -> str:
    """Return what a command remembers of words: that they are the same, and nothing to read."""
    ring: KeyRing = settings.LIUCHI_KEY_RING
    return ring.lookup_hash(words.strip(), "disclosures").hex()
