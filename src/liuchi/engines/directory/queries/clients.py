"""Keys of other systems, with the places they are for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory.queries.areas import area, areas
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class ClientOf:
    """A system's key as lists show it; the key itself is known to nobody here."""

    id: UUID
    title: str
    area_name: str
    opened_at: datetime
    last_used_on: date | None
    ended_at: datetime | None


def clients(actor: Actor) -> tuple[ClientOf, ...]:
    """Return the keys for places of the actor's area, those in use first. Two statements."""
    require(actor)
    actor.may("accounts.client.write").or_refuse()
    found = accounts.clients()
    places = areas({each.area_id for each in found})
    return tuple(
        ClientOf(
            each.id,
            each.title,
            places[each.area_id].name,
            each.opened_at,
            each.last_used_on,
            each.ended_at,
        )
        for each in found
        if each.area_id in places and actor.covers(places[each.area_id].scope_code)
    )


def client_of(actor: Actor, client_id: UUID) -> ClientOf:
    """Return a key of the actor's area; NotFound for any other."""
    held = accounts.client(client_id)
    place = area(held.area_id)
    require_covers(actor, place.scope_code, "client")
    return ClientOf(
        held.id, held.title, place.name, held.opened_at, held.last_used_on, held.ended_at
    )
