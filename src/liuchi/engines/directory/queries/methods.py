"""Which playbooks hold at a place: its own, and those of the places above it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from liuchi.engines.directory.queries.areas import area
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook


def methods_at(area_id: UUID, on: date) -> tuple[AppliedPlaybook, ...]:
    """Return the playbooks in force at a place on a day, the nearest first.

    A town's method holds in its villages, a county's in its towns.
    """
    found: dict[str, AppliedPlaybook] = {}
    at: UUID | None = area_id
    while at is not None:
        for applied in journal.playbooks_in_force(at, on):
            found.setdefault(applied.code, applied)
        at = area(at).parent_id
    return tuple(found.values())
