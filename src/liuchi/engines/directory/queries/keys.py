"""The key ring as those who look after it see it: which keys are in use, never a key."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from liuchi.engines.directory.models import PersonKey
from liuchi.engines.directory.scope import key_ring, require_read
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id

ROTATE = "directory.keys.rotate"


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One key of the ring by its name, and how many people's keys lie under it."""

    name: str
    is_current: bool
    is_held: bool
    count: int


def keys_in_use(actor: Actor) -> tuple[KeyUse, ...]:
    """Return the ring's keys and any other that rows still name, the current one first.

    Counts the whole installation, outside any scope; a key that is not held opens nothing.
    """
    require_read(actor, ROTATE)
    ring = key_ring()
    with acting_as(system_actor(new_id())):
        counts = dict(
            PersonKey.objects.values_list("ring_id").annotate(n=Count("person_id")).order_by()
        )
    return tuple(
        KeyUse(name, name == ring.current, name in ring.keys, counts.get(name, 0))
        for name in sorted({*ring.keys, *counts}, key=lambda name: (name != ring.current, name))
    )
