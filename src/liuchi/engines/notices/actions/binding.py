"""Binding one's WeChat, so that messages may go there, and letting go of it."""

from __future__ import annotations

import httpx

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices import queries
from liuchi.engines.notices.actions.own import hold_contact
from liuchi.engines.notices.enums import Channel
from liuchi.engines.notices.models import Contact, Preference
from liuchi.engines.notices.scope import channels, key_ring, own_ids, sender
from liuchi.engines.notices.spec import WeChatSpec
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Busy, Invalid, NotFound
from liuchi.kernel.sentences import Sentence


def bind_wechat(*, code: str, actor: Actor) -> None:
    """Keep the WeChat account behind a code as the actor's, sealed. A preference, so no fact.

    The provider is asked before anything is written, with no transaction open.
    """
    if not queries.wechat_ready():
        raise NotFound("channel")
    spec = channels().wechat
    address = _openid(spec, code) if spec is not None else f"{queries.CONSOLE_CODE}-{actor.id}"
    if not address:
        raise Invalid(
            "wechat_code_over",
            Sentence("微信没有认出来，请再绑定一次。", "WeChat did not know this. Bind once more."),
        )
    hold_contact(channel=Channel.WECHAT, address=address, actor=actor)


def unbind_wechat(*, actor: Actor) -> None:
    """Forget the actor's WeChat; whoever was told there reads the inbox alone."""
    hold_contact(channel=Channel.WECHAT, address="", actor=actor)
    with acting_as(actor):
        Preference.objects.filter(recipient_id__in=own_ids(actor), channel=Channel.WECHAT).update(
            channel=""
        )


def rewrap_contacts() -> int:
    """Wrap addresses' keys under the ring's current key that are under an older one; how many."""
    ring, done = key_ring(), 0
    with acting_as(sender()):
        for held in Contact.objects.all():
            wrapped = bytes(held.wrapped_key)
            if ring.needs_rewrap(wrapped):
                fresh = ring.rewrap(wrapped, str(held.recipient_id))
                same = Contact.objects.filter(
                    recipient_id=held.recipient_id, channel=held.channel, wrapped_key=wrapped
                )
                done += same.update(wrapped_key=fresh)
    return done


def _openid(spec: WeChatSpec, code: str) -> str:
    """Exchange the code that WeChat gave its user for the user's openid; "" for any other.

    A code holds for five minutes and once (web page authorisation, ``snsapi_base``).
    """
    wanted = {
        "appid": spec.app_id,
        "secret": spec.secret.get_secret_value(),
        "code": code,
        "grant_type": "authorization_code",
    }
    try:
        said = httpx.get(
            f"{spec.url}/sns/oauth2/access_token", params=wanted, timeout=spec.timeout_seconds
        )
        found = said.json()
    except (httpx.HTTPError, ValueError) as error:
        raise Busy(
            "wechat_silent",
            Sentence("微信没有回应，请稍后再试。", "WeChat does not answer. Try again later."),
        ) from error
    address = found.get("openid") if isinstance(found, dict) else None
    return address if isinstance(address, str) else ""
