"""Who may see which rows of the directory, and the ring that opens sealed values."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.models import Area
from liuchi.engines.journal.scope import Kept
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.keyring import KeyRing

_KINDS = Kept(
    "areas",
    lambda: {id_: AreaKind(kind) for id_, kind in Area.objects.values_list("id", "kind")},
)


def list_filter(actor: Actor) -> tuple[str, UUID] | None:
    """Return the column of a list that equals the actor's area, and the area.

    Equality on village or town lets a list read its page straight from an index, in
    order; row-level security, a range, stays behind it. None above towns.
    """
    if actor.area_id is None:
        return None
    return list_column(_KINDS.get()[actor.area_id], actor.area_id)


def list_column(kind: AreaKind, area_id: UUID) -> tuple[str, UUID] | None:
    """Return the column that names areas of this kind, with the area."""
    if kind.is_village:
        return "village_id", area_id
    if kind.is_town:
        return "town_id", area_id
    return ("grid_id", area_id) if kind is AreaKind.GRID else None


def require_read(actor: Actor, verb: str) -> None:
    """Raise Refused where the actor's role does not include reading this at all."""
    actor.may(verb).or_refuse()


def require_covers(actor: Actor, scope_code: str, what: str) -> None:
    """Raise NotFound for a place outside the actor's area: it reads as not there."""
    if not actor.covers(scope_code):
        raise NotFound(what)


def key_ring() -> KeyRing:
    """Return the installation's ring for sensitive fields."""
    ring: KeyRing = settings.LIUCHI_KEY_RING
    return ring
