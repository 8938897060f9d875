"""Keys of other systems: who may open and end one, and what one looks like."""

from __future__ import annotations

import secrets

from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse

CLIENT_TITLE_CHARACTERS_MIN = 2
CLIENT_TITLE_CHARACTERS_MAX = 40
CLIENT_KEY_PREFIX = "lc-"
"""Shows what a string found in a log or a repository is."""
CLIENT_KEY_BYTES = 24
CLIENT_KEY_CHARACTERS = len(CLIENT_KEY_PREFIX) + 32


def new_client_key() -> str:
    """Return a fresh key: 192 bits."""
    return CLIENT_KEY_PREFIX + secrets.token_urlsafe(CLIENT_KEY_BYTES)


def may_write_clients(actor: Actor, *, reaches: bool) -> Decision:
    """Decide about opening and ending keys; ``reaches``: the place lies in the actor's area."""
    far = (
        ALLOWED
        if reaches
        else refuse("client_out_of_reach", "这个地方不归您管。", "That place is not below yours.")
    )
    return first_refusal(actor.may("accounts.client.write"), far)


def client_title_usable(title: str) -> Decision:
    """Decide whether a system may be called so."""
    if CLIENT_TITLE_CHARACTERS_MIN <= len(title.strip()) <= CLIENT_TITLE_CHARACTERS_MAX:
        return ALLOWED
    return refuse(
        "client_title_wrong",
        "请写系统名称，{least} 到 {most} 个字。",
        "Name the system, in {least} to {most} characters.",
        least=CLIENT_TITLE_CHARACTERS_MIN,
        most=CLIENT_TITLE_CHARACTERS_MAX,
    )
