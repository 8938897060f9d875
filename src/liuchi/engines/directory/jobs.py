"""Periodic work of the directory."""

from __future__ import annotations

from liuchi.engines.directory.actions import rewrap_keys
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id

BATCH = 1000


def rotate_keys() -> int:
    """Wrap every key under the ring's current key, a thousand per transaction."""
    total, actor = 0, system_actor(new_id())
    while done := rewrap_keys(actor=actor, limit=BATCH):
        total += done
    return total
