"""Tables of notices. Rows belong to their recipient: row-level security goes by that."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from liuchi.engines.notices.enums import Channel, MessageState, Recipient

_LIVE = (MessageState.PENDING, MessageState.SENDING)


def _one_of(column: str, words: type[StrEnum], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{column}__in": [str(word) for word in words]}), name=name
    )


class Notice(models.Model):
    """One line of somebody's inbox, in both languages.

    ``cause_id`` is the fact it follows from, or an id derived from what repeats (the
    reviews of a day); with recipient and kind it is there once, however often the flow
    runs. ``closed_at``: the work it speaks of has been done, by anybody.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    recipient_kind = models.TextField()
    recipient_id = models.UUIDField()
    kind = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    area_id = models.UUIDField(null=True)
    cause_id = models.UUIDField()
    text_zh = models.TextField()
    text_en = models.TextField()
    link = models.TextField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_notice"
        constraints = [
            _one_of("recipient_kind", Recipient, "notices_notice_recipient"),
            models.UniqueConstraint(
                fields=["cause_id", "recipient_id", "kind"], name="notices_notice_once"
            ),
            models.CheckConstraint(
                condition=Q(link="") | (Q(link__startswith="/") & ~Q(link__startswith="//")),
                name="notices_notice_link",
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient_id", "id"],
                condition=Q(closed_at__isnull=True),
                name="notices_notice_inbox",
            ),
            models.Index(
                fields=["recipient_id"],
                condition=Q(closed_at__isnull=True, read_at__isnull=True),
                name="notices_notice_unread",
            ),
            models.Index(
                fields=["subject_id", "kind"],
                condition=Q(closed_at__isnull=True),
                name="notices_notice_subject",
            ),
        ]


class Preference(models.Model):
    """How somebody wants to be told; whoever has no row gets the inbox alone."""

    recipient_id = models.UUIDField(primary_key=True)
    recipient_kind = models.TextField()
    channel = models.TextField(blank=True)
    quiet_from_hour = models.IntegerField()
    quiet_to_hour = models.IntegerField()
    digest_hour = models.IntegerField()
    muted = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "notices_preference"
        constraints = [
            _one_of("recipient_kind", Recipient, "notices_preference_recipient"),
            models.CheckConstraint(
                condition=Q(channel__in=["", *(str(channel) for channel in Channel)]),
                name="notices_preference_channel",
            ),
            models.CheckConstraint(
                condition=Q(
                    quiet_from_hour__range=(0, 23),
                    quiet_to_hour__range=(0, 23),
                    digest_hour__range=(0, 23),
                ),
                name="notices_preference_hours",
            ),
        ]


class Contact(models.Model):
    """An address that the directory does not hold (a WeChat openid), sealed."""

    pk = models.CompositePrimaryKey("recipient_id", "channel")
    recipient_id = models.UUIDField()
    channel = models.TextField()
    wrapped_key = models.BinaryField()
    sealed_address = models.BinaryField()

    class Meta:
        db_table = "notices_contact"
        constraints = [_one_of("channel", Channel, "notices_contact_channel")]


class Message(models.Model):
    """One message on its way out. ``send_at``: not before; ``expires_at``: not after.

    Address and text are kept only for a sign-in code, sealed, and wiped when it is over;
    any other message finds both when it is sent.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    recipient_kind = models.TextField()
    recipient_id = models.UUIDField()
    channel = models.TextField()
    is_digest = models.BooleanField()
    is_urgent = models.BooleanField()
    state = models.TextField()
    send_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    provider_id = models.TextField(blank=True)
    reason_code = models.TextField(blank=True)
    wrapped_key = models.BinaryField(null=True)
    sealed_address = models.BinaryField(null=True)
    sealed_text = models.BinaryField(null=True)

    class Meta:
        db_table = "notices_message"
        constraints = [
            _one_of("recipient_kind", Recipient, "notices_message_recipient"),
            _one_of("channel", Channel, "notices_message_channel"),
            _one_of("state", MessageState, "notices_message_state"),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in _LIVE], ended_at__isnull=True)
                | (~Q(state__in=[str(state) for state in _LIVE]) & Q(ended_at__isnull=False)),
                name="notices_message_ended",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in _LIVE])
                | Q(
                    wrapped_key__isnull=True, sealed_address__isnull=True, sealed_text__isnull=True
                ),
                name="notices_message_wiped",
            ),
            models.UniqueConstraint(
                fields=["recipient_id", "channel", "send_at"],
                condition=Q(is_digest=True, state="pending"),
                name="notices_message_one_digest",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_urgent", "send_at", "id"],
                condition=Q(state="pending"),
                name="notices_message_waiting",
            ),
            models.Index(
                fields=["claimed_at"], condition=Q(state="sending"), name="notices_message_sending"
            ),
            models.Index(fields=["recipient_id", "claimed_at"], name="notices_message_recipient_i"),
        ]


class MessageItem(models.Model):
    """Which notice a message tells of. A notice leaves by a channel once, ever."""

    pk = models.CompositePrimaryKey("notice_id", "channel")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.TextField()
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    recipient_id = models.UUIDField()

    class Meta:
        db_table = "notices_message_item"
