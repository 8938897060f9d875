"""Whose notices an actor reads, how sealed addresses open, and what the installation says."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from liuchi.engines.notices.spec import ChannelsSpec
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.keyring import KeyRing

# Who writes notices and sends messages; the same in every installation.
SENDING_ACTOR_ID = UUID("0196b2c0-0000-7000-8000-6e6f74696365")
WRITE = "notices.notice.write"


def sender() -> Actor:
    """Return the actor that writes and sends what nobody does by hand."""
    return system_actor(SENDING_ACTOR_ID, WRITE, "directory.person.contact")


def own_ids(actor: Actor) -> list[UUID]:
    """Return whose notices are the actor's: the account's, and its resident's."""
    return [actor.id] if actor.person_id is None else [actor.id, actor.person_id]


def channels() -> ChannelsSpec:
    """Return what this installation says about its channels."""
    found: ChannelsSpec = settings.LIUCHI_NOTICES
    return found


def console_allowed() -> bool:
    """Whether messages may be shown on the console: never real people's."""
    return channels().console and settings.LIUCHI_MODE != "production"


def key_ring() -> KeyRing:
    """Return the installation's ring for sealed values."""
    ring: KeyRing = settings.LIUCHI_KEY_RING
    return ring


def address_place(owner_id: UUID) -> str:
    """Return the place an address is sealed for; it opens nowhere else."""
    return f"notices.address:{owner_id}"


def text_place(message_id: UUID) -> str:
    """Return the place a code's text is sealed for."""
    return f"notices.text:{message_id}"
