"""What everybody does with one's own notices: read them, and say how to be told."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices import queries, rules
from liuchi.engines.notices.enums import Channel, Recipient
from liuchi.engines.notices.models import Contact, Notice, Preference
from liuchi.engines.notices.queries import NoticeRow
from liuchi.engines.notices.scope import address_place, key_ring, own_ids
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence


def read(*, notice_id: UUID, actor: Actor) -> NoticeRow:
    """Mark one of one's own notices as read and return it. Repeating it changes nothing."""
    with acting_as(actor):
        found = queries.notice(actor, notice_id)
        if not found.is_read:
            Notice.objects.filter(pk=notice_id, read_at__isnull=True).update(read_at=clock.now())
        return found


def read_all(*, actor: Actor) -> int:
    """Mark all of one's own notices as read; return how many were unread."""
    with acting_as(actor):
        return Notice.objects.filter(
            recipient_id__in=own_ids(actor), read_at__isnull=True, closed_at__isnull=True
        ).update(read_at=clock.now())


def choose(
    *,
    channel: Channel | None,
    quiet_from_hour: int,
    quiet_to_hour: int,
    digest_hour: int,
    muted: Sequence[str] = (),
    actor: Actor,
) -> None:
    """Say how the actor wants to be told, from now on. A preference, so no fact.

    ``channel=None``: the inbox alone. ``muted``: kinds that stay in the inbox.
    """
    if channel is not None and channel not in queries.channels_ready():
        wrong = Sentence("这里没有开通这种方式。", "This way is not set up here.")
        raise Invalid("channel_not_set_up", wrong, (FieldError("channel", wrong),))
    hours = {
        "quiet_from_hour": quiet_from_hour,
        "quiet_to_hour": quiet_to_hour,
        "digest_hour": digest_hour,
    }
    wrong_hours = [name for name, hour in hours.items() if hour not in range(24)]
    if wrong_hours:
        wrong = Sentence("请选择 0 至 23 点。", "Choose an hour from 0 to 23.")
        raise Invalid(
            "hour_unusable", wrong, tuple(FieldError(name, wrong) for name in wrong_hours)
        )
    with acting_as(actor):
        if channel is Channel.WECHAT and not queries.has_contact(actor, channel):
            wrong = Sentence("请先绑定微信。", "Bind WeChat first.")
            raise Invalid("wechat_not_bound", wrong, (FieldError("channel", wrong),))
        for recipient_id in own_ids(actor):
            Preference.objects.update_or_create(
                recipient_id=recipient_id,
                defaults={
                    "recipient_kind": _kind(actor, recipient_id),
                    "channel": channel or "",
                    **hours,
                    "muted": [code for code in rules.kinds() if code in set(muted)],
                },
            )


def hold_contact(*, channel: Channel, address: str, actor: Actor) -> None:
    """Keep an address of the actor's for a channel, sealed; an empty one forgets it."""
    with acting_as(actor):
        for recipient_id in own_ids(actor):
            Contact.objects.filter(recipient_id=recipient_id, channel=channel).delete()
            if address:
                data_key, wrapped = key_ring().new_subject_key(str(recipient_id))
                Contact.objects.create(
                    recipient_id=recipient_id,
                    channel=channel,
                    wrapped_key=wrapped,
                    sealed_address=data_key.encrypt(address, address_place(recipient_id)),
                )


def _kind(actor: Actor, recipient_id: UUID) -> Recipient:
    return Recipient.PERSON if recipient_id == actor.person_id else Recipient.USER
