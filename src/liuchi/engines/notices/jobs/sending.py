"""The outbox: each message is taken by one worker, written down as such, then sent.

``sending`` is committed before the provider is asked and no transaction stays open while it
answers. A worker that dies in between leaves ``sending`` behind, which becomes ``unknown``:
shown as it is and never sent again, since perhaps it has arrived.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import F

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices import queries, rules
from liuchi.engines.notices.actions.telling import join_digest
from liuchi.engines.notices.enums import Channel, MessageState, Outcome, Recipient
from liuchi.engines.notices.jobs.adapters import Adapter, Console, Parcel, Receipt
from liuchi.engines.notices.jobs.sms import SmsGateway
from liuchi.engines.notices.jobs.wechat import WeChatAccount
from liuchi.engines.notices.models import Contact, Message, MessageItem, Preference
from liuchi.engines.notices.scope import (
    address_place,
    channels,
    console_allowed,
    key_ring,
    sender,
    text_place,
)
from liuchi.engines.notices.spec import ChannelsSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

ROUND_MAX = 200

_NEXT = """
SELECT id FROM notices_message WHERE state = 'pending' AND send_at <= %s
ORDER BY is_urgent DESC, send_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# Two messages of one recipient, in the hands of two workers, are counted one after the other.
_LOCK_RECIPIENT = "SELECT pg_advisory_xact_lock(hashtextextended('liuchi.notices.' || %s, 0))"
_COUNTED = (MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN)
_ENDS = {
    Outcome.SENT: MessageState.SENT,
    Outcome.FAILED: MessageState.FAILED,
    Outcome.UNKNOWN: MessageState.UNKNOWN,
}


def deliver(
    most: int = ROUND_MAX, adapters: Mapping[Channel, Adapter] | None = None
) -> Counter[MessageState]:
    """Send what is due, one message at a time; return how many went which way.

    Any number of workers may run it at once. ``adapters`` other than the installation's
    are for tests against a provider of their own.
    """
    recover()
    carriers = _installed(channels(), console_allowed()) if adapters is None else adapters
    done: Counter[MessageState] = Counter()
    for _ in range(most):
        taken = _take(carriers)
        if taken is None:
            break
        if isinstance(taken, MessageState):
            done[taken] += 1
            continue
        done[_settle(taken, carriers[taken.channel].send(taken))] += 1
    return done


def recover() -> int:
    """Call what a vanished worker has left behind by its name; return how many there were."""
    now = clock.now()
    with acting_as(sender()):
        return Message.objects.filter(
            state=MessageState.SENDING, claimed_at__lt=now - rules.STUCK_AFTER
        ).update(**_ended(MessageState.UNKNOWN, now, "worker_gone"))


def after_restore() -> int:
    """Let go of every message that waits in a restored backup; return how many there were.

    The installation went on after its backup was taken: what waited then may have gone out
    since. The lines stand in the inboxes as before.
    """
    with acting_as(sender()):
        waiting = Message.objects.filter(state__in=(MessageState.PENDING, MessageState.SENDING))
        return waiting.update(**_ended(MessageState.UNKNOWN, clock.now(), "restored"))


@lru_cache(maxsize=4)
def _installed(spec: ChannelsSpec, on_console: bool) -> Mapping[Channel, Adapter]:  # noqa: FBT001
    found: dict[Channel, Adapter] = {}
    if spec.sms is not None:
        found[Channel.SMS] = SmsGateway(spec.sms)
    elif on_console:
        found[Channel.SMS] = Console()
    if spec.wechat is not None:
        found[Channel.WECHAT] = WeChatAccount(spec.wechat)
    elif on_console:
        found[Channel.WECHAT] = Console()
    return found


def _take(carriers: Mapping[Channel, Adapter]) -> Parcel | MessageState | None:
    """Take the next message and write that it is being sent; None where nothing is due.

    Returns a state where the message turned out to need no sending now.
    """
    actor, now = sender(), clock.now()
    with acting_as(actor):
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [now])
            row = cursor.fetchone()
            if row is None:
                return None
            message = Message.objects.get(pk=row[0])
            cursor.execute(_LOCK_RECIPIENT, [str(message.recipient_id)])
        parcel = _parcel(actor, message, now, carriers)
        if isinstance(parcel, str):
            _end(message, MessageState.GIVEN_UP, now, parcel)
            return MessageState.GIVEN_UP
        if not message.is_urgent and _defer(message, now):
            return MessageState.PENDING
        Message.objects.filter(pk=message.pk).update(
            state=MessageState.SENDING, claimed_at=now, attempts=F("attempts") + 1
        )
    return parcel


def _parcel(
    actor: Actor, message: Message, now: datetime, carriers: Mapping[Channel, Adapter]
) -> Parcel | str:
    """Return what to send, or why there is nothing to send."""
    channel = Channel(message.channel)
    if now > message.expires_at:
        return "too_late"
    if channel not in carriers:
        return "channel_off"
    if message.recipient_kind == Recipient.PHONE:
        return _code(message)
    told = _told(message)
    if not told:
        return "already_read"
    address = _address(actor, message, channel)
    if not address:
        return "no_address"
    title = rules.kind(told[0]).title.zh if len(told) == 1 else ""
    text = rules.line(rules.outward(told).in_language("zh"))
    values = {"count": len(told)}
    return Parcel(message.pk, channel, address, text, values, title, attempt=message.attempts + 1)


def _code(message: Message) -> Parcel:
    wrapped, address, text = message.wrapped_key, message.sealed_address, message.sealed_text
    assert wrapped is not None and address is not None and text is not None  # noqa: PT018, S101
    data_key = key_ring().open_subject_key(bytes(wrapped), str(message.pk))
    said = json.loads(data_key.decrypt(bytes(text), text_place(message.pk)))
    return Parcel(
        message.pk,
        Channel(message.channel),
        data_key.decrypt(bytes(address), address_place(message.pk)),
        said["text"],
        said["values"],
        is_code=True,
        attempt=message.attempts + 1,
    )


def _told(message: Message) -> tuple[str, ...]:
    """Return the kinds of the message's notices that are still news."""
    found = MessageItem.objects.filter(
        message_id=message.pk, notice__read_at__isnull=True, notice__closed_at__isnull=True
    )
    return tuple(found.order_by("notice_id").values_list("notice__kind", flat=True))


def _address(actor: Actor, message: Message, channel: Channel) -> str:
    held = Contact.objects.filter(recipient_id=message.recipient_id, channel=channel).first()
    if held is not None:
        data_key = key_ring().open_subject_key(bytes(held.wrapped_key), str(held.recipient_id))
        return data_key.decrypt(bytes(held.sealed_address), address_place(held.recipient_id))
    if channel is not Channel.SMS:
        return ""
    person_id: UUID | None = message.recipient_id
    if message.recipient_kind == Recipient.USER:
        linked = directory.account_person(message.recipient_id)
        person_id = linked.person_id if linked else None
    return "" if person_id is None else directory.contact_phone(actor, person_id)


def _defer(message: Message, now: datetime) -> bool:
    """Put a message off that may not go out now; whatever else goes out then, goes with it."""
    said = queries.as_row(Preference.objects.filter(pk=message.recipient_id).first())
    hours = rules.Hours(said.quiet_from_hour, said.quiet_to_hour, said.digest_hour)
    sent = Message.objects.filter(
        recipient_id=message.recipient_id,
        channel=message.channel,
        state__in=_COUNTED,
        claimed_at__gte=rules.start_of_day(now),
    ).count()
    later = rules.deferred(
        now,
        hours,
        sent_today=sent,
        most_per_day=rules.most_of(channels().most_per_day, is_digest=message.is_digest),
    )
    if later is None:
        return False
    # Out of the way first: a digest may wait for that very hour.
    Message.objects.filter(pk=message.pk).update(is_digest=False)
    joined = join_digest(
        Recipient(message.recipient_kind), message.recipient_id, Channel(message.channel), later
    )
    MessageItem.objects.filter(message_id=message.pk).update(message_id=joined)
    Message.objects.filter(pk=message.pk).delete()
    return True


def _settle(parcel: Parcel, receipt: Receipt) -> MessageState:
    """Write down what came of a try; return the state it led to."""
    now = clock.now()
    with acting_as(sender()):
        # Only the try that was made: another worker may have called it unknown meanwhile,
        # and a certain answer is better than that.
        found = Message.objects.filter(
            pk=parcel.id,
            attempts=parcel.attempt,
            state__in=(MessageState.SENDING, MessageState.UNKNOWN),
        )
        state = _ENDS.get(receipt.outcome)
        if state is not None:
            found.update(**_ended(state, now, receipt.code), provider_id=receipt.provider_id)
            return state
        again = rules.next_try(now, parcel.attempt, urgent=parcel.is_code)
        if again is None:
            found.update(**_ended(MessageState.GIVEN_UP, now, receipt.code))
            return MessageState.GIVEN_UP
        # Not a digest any more: the one of tomorrow must not be taken for it.
        found.filter(state=MessageState.SENDING).update(
            state=MessageState.PENDING,
            send_at=again,
            is_digest=False,
            reason_code=receipt.code,
        )
    return MessageState.PENDING


def _end(message: Message, state: MessageState, now: datetime, code: str) -> None:
    Message.objects.filter(pk=message.pk).update(**_ended(state, now, code))


def _ended(state: MessageState, now: datetime, code: str) -> dict[str, object]:
    """Return what ends a message: its state, when, why, and nothing secret left in it."""
    return {
        "state": state,
        "ended_at": now,
        "reason_code": code,
        "wrapped_key": None,
        "sealed_address": None,
        "sealed_text": None,
    }
