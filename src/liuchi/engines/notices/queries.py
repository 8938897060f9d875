"""All reads of notices: one's own, whoever one is. Inside ``acting_as(actor)``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection

from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.notices import rules
from liuchi.engines.notices.enums import Channel, MessageState, Recipient, When
from liuchi.engines.notices.models import Contact, Message, Notice, Preference
from liuchi.engines.notices.scope import channels, console_allowed, own_ids
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import id_after
from liuchi.kernel.sentences import Sentence

PAGE_MAX = 200
UNREAD_MAX = 100
CONSOLE_CODE = "console"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of an inbox. ``link`` is the page of what it is about, or ``""``.

    ``for_resident``: it is for the person as a resident, not for the work somebody does.
    """

    id: UUID
    for_resident: bool
    kind: str
    title: Sentence
    text: Sentence
    subject_kind: str
    subject_id: UUID
    link: str
    created_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """How somebody wants to be told; ``channel`` is None for the inbox alone."""

    channel: Channel | None
    quiet_from_hour: int
    quiet_to_hour: int
    digest_hour: int
    muted: tuple[str, ...]


def inbox(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[NoticeRow]:
    """Return one's open notices, newest first, whichever of one's posts is in use."""
    require(actor)
    most = max(1, min(limit, PAGE_MAX))
    start = None if after is None else id_after(after)
    found = Notice.objects.filter(recipient_id__in=own_ids(actor), closed_at__isnull=True)
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found.order_by("-id")[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(tuple(_row(each) for each in rows[:most]), next_after)


def notice(actor: Actor, notice_id: UUID) -> NoticeRow:
    """Return one of one's own notices, also a closed one; NotFound otherwise."""
    require(actor)
    found = Notice.objects.filter(pk=notice_id, recipient_id__in=own_ids(actor)).first()
    if found is None:
        raise NotFound("notice")
    return _row(found)


def unread(user_id: UUID) -> int:
    """Return how many lines an account has not read, at most 100. Needs no scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT notices_unread(%s)", [user_id])
        (count,) = cursor.fetchone()
    return int(count)


def preference(actor: Actor) -> PreferenceRow:
    """Return how the actor wants to be told, or the installation's hours where not said."""
    require(actor)
    found = Preference.objects.filter(recipient_id=own_ids(actor)[-1]).first()
    return as_row(found)


def as_row(found: Preference | None) -> PreferenceRow:
    """Return a preference, or what holds for whoever has none."""
    if found is None:
        spec = channels()
        return PreferenceRow(None, spec.quiet_from_hour, spec.quiet_to_hour, spec.digest_hour, ())
    return PreferenceRow(
        Channel(found.channel) if found.channel else None,
        found.quiet_from_hour,
        found.quiet_to_hour,
        found.digest_hour,
        tuple(found.muted),
    )


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of notice somebody can keep in the inbox."""

    code: str
    title: Sentence


def kinds(*, for_staff: bool) -> tuple[KindRow, ...]:
    """Return the kinds that can go out as messages: to staff as well, or to residents alone."""
    return tuple(
        KindRow(kind.code, kind.title)
        for kind in rules.kinds().values()
        if kind.when is not When.INBOX and (for_staff or not kind.is_for_staff)
    )


def sms_ready() -> bool:
    """Whether a text message can leave this installation (in a demo: reach the console)."""
    return channels().sms is not None or console_allowed()


def channels_ready() -> tuple[Channel, ...]:
    """Return the channels somebody may choose here."""
    ready = [Channel.SMS] if sms_ready() else []
    if wechat_ready():
        ready.append(Channel.WECHAT)
    return tuple(ready)


def channels_on_console() -> bool:
    """Whether WeChat messages are shown on the console: nobody has to be asked for an address."""
    return channels().wechat is None and console_allowed()


def wechat_ready() -> bool:
    """Whether WeChat messages can leave this installation (in a demo: reach the console)."""
    return channels().wechat is not None or console_allowed()


def wechat_asks(back_url: str, state: str) -> str:
    """Return where WeChat asks its user and sends a code back to ``back_url``.

    ``state`` comes back unchanged. Where messages go to the console nobody is asked.
    """
    spec = channels().wechat
    if spec is None:
        return f"{back_url}?{urlencode({'code': CONSOLE_CODE, 'state': state})}"
    asked = {
        "appid": spec.app_id,
        "redirect_uri": back_url,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
    }
    return f"{spec.authorize_url}?{urlencode(asked)}#wechat_redirect"


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel as it is set up: ``said`` are its settings that are no secret."""

    channel: Channel
    is_set: bool
    is_console: bool
    said: tuple[tuple[str, str], ...]


def channel_states(actor: Actor) -> tuple[ChannelState, ...]:
    """Return every channel, set up or not; never a secret or an address."""
    actor.may("notices.channel.test").or_refuse()
    sms, wechat = channels().sms, channels().wechat
    sms_said = () if sms is None else (("signature", sms.signature), ("template", sms.template))
    wechat_said = () if wechat is None else (("template", wechat.template), ("site", wechat.site))
    return (
        ChannelState(Channel.SMS, sms is not None, sms is None and console_allowed(), sms_said),
        ChannelState(
            Channel.WECHAT, wechat is not None, wechat is None and console_allowed(), wechat_said
        ),
    )


def message_state(message_id: UUID) -> MessageState:
    """Return where a message stands. Inside the scope of its recipient or of the system."""
    found = Message.objects.filter(pk=message_id).values_list("state", flat=True).first()
    if found is None:
        raise NotFound("message")
    return MessageState(found)


def has_contact(actor: Actor, channel: Channel) -> bool:
    """Whether an address of the actor's is held for a channel."""
    require(actor)
    return Contact.objects.filter(recipient_id__in=own_ids(actor), channel=channel).exists()


def _row(found: Notice) -> NoticeRow:
    return NoticeRow(
        found.id,
        found.recipient_kind == Recipient.PERSON,
        found.kind,
        rules.kind(found.kind).title,
        # Rendered when it was written: braces in it are text, not places to fill.
        Sentence("{text}", "{text_en}", {"text": found.text_zh, "text_en": found.text_en}),
        found.subject_kind,
        found.subject_id,
        found.link,
        found.created_at,
        found.read_at is not None,
    )
