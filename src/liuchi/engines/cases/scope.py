"""Who may see which cases, beside row-level security."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.calendar import WorkCalendar, in_force
from liuchi.kernel.keyring import KeyRing

PAGE_MAX = 200
HANDLE = "cases.case.handle"
INTAKE = system_actor(
    UUID("0196b2c0-0000-7000-8000-696e74616b65"), "cases.report.make", "cases.report.own"
)
"""Who writes for whoever reports, with an account or without; the same in every installation.

So neither a fact nor the log of a case says which resident it was.
"""


def key_ring() -> KeyRing:
    """Return the installation's ring, under which contacts are sealed."""
    ring: KeyRing = settings.LIUCHI_KEY_RING
    return ring


def calendar() -> WorkCalendar:
    """Return the calendar limits run by, as it is known now."""
    return in_force()


def see(actor: Actor) -> tuple[UUID, ...]:
    """Let row-level security know the actor's units, for this transaction; return them.

    Whoever deals with cases sees those of the unit the post is at, wherever they lie. For
    everybody else this costs no statement.
    """
    require(actor)
    if HANDLE not in actor.grants:
        return ()
    units = directory.posted_at(actor.id)
    with connection.cursor() as cursor:
        held = "{" + ",".join(str(unit) for unit in units) + "}"
        cursor.execute("SELECT set_config('liuchi.scope_units', %s, true)", [held])
    return units


def page_size(limit: int) -> int:
    """Return a page size between 1 and the largest allowed."""
    return max(1, min(limit, PAGE_MAX))
