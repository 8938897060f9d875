"""Keys of other systems (``api_key``): opened for a place, shown once, ended by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from liuchi.engines.accounts import queries, rules
from liuchi.engines.accounts.facts import CLIENT_ENDED, CLIENT_OPENED, ClientData
from liuchi.engines.accounts.models import Client
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class OpenedClient:
    """A system's key as it is handed over: the only moment it is known."""

    id: UUID
    key: str = field(repr=False)


def open_client(
    *, title: str, area_id: UUID, reaches: bool, actor: Actor, key: str
) -> OpenedClient:
    """Open a key that may report what is amiss in an area and below it, and nothing else.

    ``reaches`` says whether the area lies in the actor's, which accounts cannot know.
    Conflict("client_key_shown") for a form that was sent: the key itself is not kept.
    """
    rules.may_write_clients(actor, reaches=reaches).or_refuse()
    rules.client_title_usable(title).or_refuse()
    client_id, secret = new_id(), rules.new_client_key()
    with acting_as(actor):
        body = {"title": title.strip(), "area": str(area_id)}
        if once(f"accounts.open_client:{actor.id}", key, body, client_id) is not None:
            raise Conflict(
                "client_key_shown",
                Sentence(
                    "密钥只显示一次。没记下请停用它，再开一个。",
                    "Keys are shown once. If it was not kept, end it and open another.",
                ),
            )
        Client.objects.create(
            id=client_id,
            title=title.strip(),
            area_id=area_id,
            key_hash=queries.code_hash("client", secret),
            opened_at=clock.now(),
            opened_by=actor.id,
        )
        _journal(CLIENT_OPENED.kind, client_id, area_id, actor)
    return OpenedClient(client_id, secret)


def end_client(*, client_id: UUID, reaches: bool, actor: Actor, key: str) -> None:
    """End a key; whatever it has reported stays. NotFound where it has ended already."""
    rules.may_write_clients(actor, reaches=reaches).or_refuse()
    with acting_as(actor):
        body = {"client": str(client_id)}
        if once(f"accounts.end_client:{actor.id}", key, body, client_id) is not None:
            return
        held = (
            Client.objects.select_for_update().filter(pk=client_id, ended_at__isnull=True).first()
        )
        if held is None:
            raise NotFound("client")
        Client.objects.filter(pk=client_id).update(ended_at=clock.now(), ended_by=actor.id)
        _journal(CLIENT_ENDED.kind, client_id, held.area_id, actor)


def note_client_used(client_id: UUID) -> None:
    """Note the day a key was last used, so that those nobody uses are seen; once a day."""
    today = clock.today()
    Client.objects.filter(pk=client_id).exclude(last_used_on=today).update(last_used_on=today)


def _journal(kind: str, client_id: UUID, area_id: UUID, actor: Actor) -> None:
    record(
        kind,
        actor=actor,
        subject_kind="client",
        subject_id=client_id,
        area_id=area_id,
        data=ClientData(client=client_id),
    )
