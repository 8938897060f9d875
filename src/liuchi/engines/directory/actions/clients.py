"""Keys of other systems, for places of the actor's area (``accounts.actions.clients``)."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.actions import OpenedClient
from liuchi.engines.directory.queries.areas import area
from liuchi.engines.directory.scope import require_covers
from liuchi.kernel.actors import Actor


def open_client(*, title: str, area_id: UUID, actor: Actor, key: str) -> OpenedClient:
    """Open a key for an area of the actor's; NotFound for any other."""
    require_covers(actor, area(area_id).scope_code, "area")
    return accounts_actions.open_client(
        title=title, area_id=area_id, reaches=True, actor=actor, key=key
    )


def end_client(*, client_id: UUID, actor: Actor, key: str) -> None:
    """End a key of the actor's area; NotFound for any other."""
    held = accounts.client(client_id)
    require_covers(actor, area(held.area_id).scope_code, "client")
    accounts_actions.end_client(client_id=client_id, reaches=True, actor=actor, key=key)
