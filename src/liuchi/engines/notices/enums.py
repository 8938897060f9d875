"""Words of notices that other layers use."""

from __future__ import annotations

from enum import StrEnum


class Recipient(StrEnum):
    """Whom a notice or message is for; ``recipient_id`` is that record's id."""

    PERSON = "person"  # a resident, with or without an account
    USER = "user"  # somebody who works here
    PHONE = "phone"  # a number that somebody typed to sign in; known to nobody yet


class Channel(StrEnum):
    """The ways out of the house. The inbox is no channel: everything is in it anyway."""

    SMS = "sms"
    WECHAT = "wechat"


class When(StrEnum):
    """How soon word of a kind goes out to who has chosen a channel."""

    AT_ONCE = "at_once"  # but never in quiet hours
    DIGEST = "digest"  # with everything else of the day, at a set hour
    INBOX = "inbox"  # never: the inbox is enough


class MessageState(StrEnum):
    """Where an outgoing message stands."""

    PENDING = "pending"
    SENDING = "sending"  # written before the provider is asked: a crash leaves it here
    SENT = "sent"
    FAILED = "failed"  # the provider refused it for good
    GIVEN_UP = "given_up"  # too late, too often, or no longer needed
    UNKNOWN = "unknown"  # asked, and never told whether it went out; not sent again


class Outcome(StrEnum):
    """What came of one try to send."""

    SENT = "sent"
    RETRY = "retry"  # certainly not accepted
    FAILED = "failed"
    UNKNOWN = "unknown"  # perhaps accepted
